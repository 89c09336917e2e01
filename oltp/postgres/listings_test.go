package postgres_test

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

func (s *shop) list(l ...retail.Listing) []catalogue.Result {
	s.t.Helper()
	return mustPut(s.t)(s.dir.PutListings(s.t.Context(), retail.HQScope(), l))
}

func TestListingsTellOfRealChanges(t *testing.T) {
	s := openShop(t, 2, 2)
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('look', 'pgoutput')::text")
	own := retail.Listing{Store: s.stores[0], SKU: s.skus[0], Listed: true, Price: 900, Priced: true,
		Window: retail.Window{From: now, Until: now.Add(time.Hour)}}
	f := func(want catalogue.Outcome, version int64) {
		t.Helper()
		got := s.list(own)[0]
		if got.Outcome != want || got.Version != version {
			t.Errorf("got %+v, want %v at version %d", got, want, version)
		}
		a, ok := s.dir.Assortment(s.stores[0])
		l, found := a.At(s.skus[0], now)
		if !ok || !found || l.Price != own.Price || l.Listed != own.Listed || l.Window != own.Window {
			t.Errorf("the directory says %+v, %v, want %+v", l, found, own)
		}
	}
	f(catalogue.Created, 1)
	f(catalogue.Unchanged, 1)
	own.Listed, own.Priced, own.Price = false, false, 0
	f(catalogue.Updated, 2)
	if other, ok := s.dir.Assortment(s.stores[1]); !ok || !other.Empty() {
		t.Errorf("the other store lists %+v", other)
	}
	var told []bool
	for _, m := range facts(t, s.dsn, "look") {
		if m, ok := m.(*event.ListingChanged); ok {
			told = append(told, m.Listed && m.GetPriceFen() == 900)
		}
	}
	if len(told) != 2 || !told[0] || told[1] {
		t.Errorf("told of %v", told)
	}
	own.Listed = true
	_, err := s.db.Catalogue().PutListings(t.Context(), retail.StoreScope(s.stores[1]), []retail.Listing{own})
	if err == nil {
		t.Error("the database lets a store list for another")
	}
}

// TestAssortmentsFollowOtherInstances lists through one instance and reads it in another.
func TestAssortmentsFollowOtherInstances(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	if before, ok := b.dir.Assortment(b.stores[0]); !ok || !before.Empty() {
		t.Fatalf("before: %+v", before)
	}
	a.list(retail.Listing{Store: a.stores[0], SKU: a.skus[0], Listed: true, Price: 777, Priced: true})
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
		got, ok := b.dir.Assortment(b.stores[0])
		if l, found := got.At(b.skus[0], now); ok && found && l.Price == 777 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other instance still says %+v", got)
		}
	}
}

// TestGrantsAreKept sells other than listed, and looks who gave which reason.
func TestGrantsAreKept(t *testing.T) {
	s := openShop(t, 1, 2)
	s.receive(0, 0, 10)
	s.receive(0, 1, 10)
	r := s.sale(0, 0, 1)
	cheap := s.line(1, 1)
	cheap.Discount, cheap.Reason, cheap.Granted, cheap.List = 300, "dented", true, 1000
	r.Lines, r.By = append(r.Lines, cheap), "mei"
	placed := s.placed(r)
	s.placed(s.sale(0, 0, 1))
	got := ask[string](t, s.dsn, `SELECT string_agg(concat_ws('/', order_id = $1, line_no, list, granted_by,
		reason), ', ') FROM price_grant`, placed.ID)
	if got != "t/2/1000/mei/dented" {
		t.Errorf("kept %s", got)
	}
	before, found, err := s.db.Orders().Before(t.Context(), order.NewKey("nobody", "nothing"))
	if found || err != nil {
		t.Errorf("remembers %+v, %v", before, err)
	}
}
