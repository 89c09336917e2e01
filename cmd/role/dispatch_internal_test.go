package role

import (
	"testing"
	"time"
)

// TestPromotions are read as they are given, or refused with the reason.
func TestPromotions(t *testing.T) {
	d := Dispatch{SpreadDuring: []string{"2026-11-10T16:00:00Z/2026-11-11T16:00:00Z",
		"2026-06-18T00:00:00+08:00/2026-06-19T00:00:00+08:00"}}
	all, err := d.promotions()
	if err != nil {
		t.Fatal(err)
	}
	f := func(at string, want bool) {
		t.Helper()
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := all.hold(now); got != want {
			t.Errorf("%s: %t", at, got)
		}
	}
	f("2026-11-10T15:59:59Z", false)
	f("2026-11-10T16:00:00Z", true)
	f("2026-11-11T16:00:00Z", false)
	f("2026-06-17T16:00:00Z", true)
	for _, bad := range []string{"", "2026-11-10", "2026-11-10T16:00:00Z",
		"2026-11-11T16:00:00Z/2026-11-10T16:00:00Z"} {
		d.SpreadDuring = []string{bad}
		if _, err := d.promotions(); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
