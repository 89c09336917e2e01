package warehouse_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// favourite adds what a member does with one.
func (tr *trade) favourite(member, sku int64, store int32, at time.Time, qty int32) {
	tr.visit(place{store: store, channel: 2, member: member, at: at})
	t := &tr.batch.Behaviours
	last := t.Len() - 1
	t.Kind[last], t.SKU[last], t.Qty[last] = uint8(event.KindFavourite), sku, qty
	t.Campaign[last] = 0
}

func TestFavouritesAreWhatWasNotTakenAway(t *testing.T) {
	tr := newTrade(t, 9)
	tr.fill(5, 50, noon.AddDate(0, 0, -5), 5*24*time.Hour)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	tr.favourite(70, 1, 1, at(1), 1)
	tr.favourite(70, 2, 1, at(2), 1)
	tr.favourite(70, 3, 2, at(3), 1)
	tr.favourite(70, 2, 3, at(5), -1)
	tr.favourite(70, 2, 1, at(4), 1) // arrives late: what is newest at its source counts
	tr.favourite(70, 1, 1, at(6), -1)
	tr.favourite(70, 1, 1, at(7), 1)
	tr.favourite(71, 9, 1, at(8), 1)
	tr.favourite(0, 8, 1, at(9), 1)
	w, _ := chain(t, tr)
	f := func(scope retail.Scope, member retail.MemberID, most int, want ...retail.SKUID) {
		t.Helper()
		got, err := w.Favourites(t.Context(), scope, member, most)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("member %d has %v, want %v: %v", member, got, want, err)
		}
	}
	f(retail.HQScope(), 70, 9, 1, 3)
	f(retail.HQScope(), 70, 1, 1)
	f(retail.HQScope(), 71, 9, 9)
	f(retail.HQScope(), 72, 9)
	f(retail.StoreScope(2, 3), 70, 9, 3)
	f(retail.Scope{}, 70, 9)
}
