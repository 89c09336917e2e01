package role_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream"
)

func TestPlacesToGoBackTo(t *testing.T) {
	f := func(text string, want stream.From) {
		t.Helper()
		got, err := role.ParseFrom(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v, want %+v", text, got, err, want)
		}
	}
	f("earliest", stream.From{Earliest: true})
	f("2026-03-01T00:00:00Z", stream.From{Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	f("tillstream.orders/0=12, a/b/3=0", stream.From{Offsets: map[kafka.Partition]int64{
		{Topic: "tillstream.orders"}: 12, {Topic: "a/b", ID: 3}: 0}})
	refuses := func(text string) {
		t.Helper()
		if got, err := role.ParseFrom(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
	refuses("")
	refuses("yesterday")
	refuses("2026-03-01")
	refuses("orders=3")
	refuses("orders/x=3")
	refuses("orders/-1=3")
	refuses("orders/0=-3")
	refuses("orders/0=")
	refuses("/0=3")
}
