package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

func TestCatalogueTellsOfRealChangesOnly(t *testing.T) {
	s := openShop(t, 2, 2)
	ctx := t.Context()
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('look', 'pgoutput')::text")
	store := retail.Store{Code: "S1", Name: "外滩", Region: retail.Region{Code: "east"}, Active: true,
		TimeZone: "Asia/Urumqi"}
	f := func(want catalogue.Outcome, version int64) {
		t.Helper()
		got := mustPut(t)(s.dir.PutStores(ctx, []retail.Store{store}))[0]
		if got.Outcome != want || got.Version != version || got.ID != int64(s.stores[0]) {
			t.Errorf("got %+v, want %v at version %d", got, want, version)
		}
	}
	f(catalogue.Updated, 2)
	f(catalogue.Unchanged, 2)
	store.City = "上海"
	f(catalogue.Updated, 3)
	if _, zone, ok := s.dir.Store("S1"); !ok || zone.String() != "Asia/Urumqi" {
		t.Errorf("the directory says %v, %v", zone, ok)
	}
	mustPut(t)(s.dir.PutRegions(ctx, []retail.Region{{Code: "east", Name: "东", NameEN: "East"}}))
	mustPut(t)(s.dir.PutRegions(ctx, []retail.Region{{Code: "east", Name: "东", NameEN: "East"}}))
	mustPut(t)(s.dir.PutProducts(ctx, []retail.SKU{{Code: "K1", Category: retail.Category{Code: "tea"},
		Price: 1000, Cost: 600, Active: true}}))
	mustPut(t)(s.dir.PutMembers(ctx, []catalogue.Member{{Member: retail.Member{Code: "M1",
		Origin: s.stores[0], Personalized: true}, Phone: "+8613800138000"}}))
	mustPut(t)(s.dir.PutMembers(ctx, []catalogue.Member{{Member: retail.Member{Code: "M1",
		Origin: s.stores[0], Personalized: true}}}))
	var stores, skus, members int
	for _, m := range facts(t, s.dsn, "look") {
		switch m := m.(type) {
		case *event.StoreChanged:
			stores++
		case *event.ProductChanged:
			skus++
		case *event.MemberChanged:
			members++
			if len(m.IdentityHash) != 32 || m.PhoneLastFour != "8000" || m.Version != 1 {
				t.Errorf("member changed: %v", m)
			}
		}
	}
	if stores != 4 || skus != 0 || members != 1 {
		t.Errorf("%d stores, %d SKUs, %d members told of; want 2 and the 2 of the region, 0, 1", stores, skus,
			members)
	}
	if got, ok := s.dir.StoreByID(s.stores[1]); !ok || got.Region.Name != "东" || got.Version != 2 {
		t.Errorf("a store of the renamed region: %+v", got)
	}
}

func TestCatalogueRefusesRowsAlone(t *testing.T) {
	s := openShop(t, 1, 1)
	rows := []retail.SKU{
		{Code: "good", Category: retail.Category{Code: "tea"}, Price: 1},
		{Code: "", Category: retail.Category{Code: "tea"}},
		{Code: "orphan", Category: retail.Category{Code: "nowhere"}},
		{Code: "dear", Category: retail.Category{Code: "tea"}, Price: retail.MaxMoney + 1},
		{Code: "good", Category: retail.Category{Code: "tea"}, Price: 2},
		{Code: "\xff", Category: retail.Category{Code: "tea"}},
	}
	results, err := s.dir.PutProducts(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, field := range []string{"", "code", "category", "price", "code", "code"} {
		var bad *catalogue.Invalid
		switch {
		case field == "" && (results[i].Err != nil || results[i].Outcome != catalogue.Created):
			t.Errorf("row %d: %+v", i, results[i])
		case field != "" && (!errors.As(results[i].Err, &bad) || bad.Field != field):
			t.Errorf("row %d: %+v, want a complaint about %s", i, results[i], field)
		}
	}
	stores, err := s.dir.PutStores(t.Context(), []retail.Store{
		{Code: "x", Region: retail.Region{Code: "east"}, TimeZone: "Mars/Olympus"},
		{Code: "y", Region: retail.Region{Code: "east"}, Location: retail.Point{Latitude: 91}},
		{Code: "z", Region: retail.Region{Code: "west"}},
	})
	if err != nil || stores[0].Err == nil || stores[1].Err == nil || stores[2].Err == nil {
		t.Errorf("bad stores: %+v, %v", stores, err)
	}
}

// TestDirectoryFollowsOtherInstances changes a price through one instance and reads it in another.
func TestDirectoryFollowsOtherInstances(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	if _, ok := b.dir.SKU("new"); ok {
		t.Fatal("found what does not exist")
	}
	sku := retail.SKU{Code: "K1", Category: retail.Category{Code: "tea"}, Price: 777, Cost: 600, Active: true}
	if before, ok := b.dir.SKUByID(b.skus[0]); !ok || before.Price != 1000 {
		t.Fatalf("before: %+v", before)
	}
	mustPut(t)(a.dir.PutProducts(t.Context(), []retail.SKU{sku}))
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
		got, ok := b.dir.SKUByID(b.skus[0])
		if ok && got.Price == 777 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other instance still says %+v", got)
		}
	}
	err := b.dir.Prefetch(t.Context(), catalogue.Codes{SKUs: []string{"K1", "K9", "K1"},
		Stores: []string{"S1"}})
	if _, ok := b.dir.SKU("K1"); err != nil || !ok {
		t.Errorf("after prefetch: %v, %v", ok, err)
	}
}

func TestListsPageByCode(t *testing.T) {
	s := openShop(t, 5, 3)
	var codes []string
	for after := ""; ; {
		page, err := s.db.Catalogue().Stores(t.Context(), retail.StoreScope(s.stores[1:]...), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, store := range page {
			codes = append(codes, store.Code)
		}
		after = page[len(page)-1].Code
	}
	if len(codes) != 4 || codes[0] != "S2" || codes[3] != "S5" {
		t.Errorf("pages of a scope: %v", codes)
	}
	none, err := s.db.Catalogue().Stores(t.Context(), retail.Scope{}, "", 10)
	if err != nil || len(none) > 0 {
		t.Errorf("the empty scope sees %v, %v", none, err)
	}
}
