package outbox_test

import (
	"errors"
	"testing"

	"github.com/tillstream/tillstream/oltp/postgres/outbox"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
)

func TestFactsLeaveInOrderAndOnlyOncePublished(t *testing.T) {
	box, err := outbox.Open(t.Context(), pgtest.Start(t), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	facts := []outbox.Fact{{Key: 1, Kind: "a", Body: `{"n":1}`}, {Key: 2, Kind: "b", Body: `{"n":2}`},
		{Key: 1, Kind: "c", Body: `{"n":3}`}}
	if err := box.Write(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	_, err = box.Relay(t.Context(), 10, func([]outbox.Fact) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("a failed round gives %v", err)
	}
	f := func(most, want int, wantKinds string) {
		t.Helper()
		kinds := ""
		n, err := box.Relay(t.Context(), most, func(taken []outbox.Fact) error {
			for _, fact := range taken {
				kinds += fact.Kind
			}
			return nil
		})
		if err != nil || n != want || kinds != wantKinds {
			t.Errorf("took %d (%s), %v; want %d (%s)", n, kinds, err, want, wantKinds)
		}
	}
	f(2, 2, "ab")
	f(2, 1, "c")
	f(2, 0, "")
}
