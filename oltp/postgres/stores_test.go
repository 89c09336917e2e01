package postgres_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// TestStoresKeepEverything puts a store with every field and reads it back, in all ways.
func TestStoresKeepEverything(t *testing.T) {
	s := openShop(t, 1, 1)
	ctx := t.Context()
	week, err := retail.ParseWeek("Mo-Fr 09:00-12:00,14:00-21:00; Sa,Su 10:00-26:00")
	if err != nil {
		t.Fatal(err)
	}
	special, err := retail.ParseSpecial("2026-02-17 off; 2026-02-18 10:00-16:00")
	if err != nil {
		t.Fatal(err)
	}
	given := retail.Position{Point: retail.Point{Latitude: 31.2304, Longitude: 121.4737},
		System: retail.GCJ02}
	store := retail.Store{Code: "X1", Name: "人民广场店", NameEN: "People's Square",
		Region: retail.Region{Code: "east"}, City: "上海", Address: "南京西路 1 号", Phone: "021-5550 0001",
		Given: given, TimeZone: "Asia/Shanghai", OpensMinute: 540, ClosesMinute: 1320,
		Hours: retail.Hours{Week: week, Special: special}, RadiusMetres: 4_000, CapacityPerHour: 60,
		Services: retail.ServicesOf(retail.Pickup, retail.SameCity), Active: true}
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('look', 'pgoutput')::text")
	put := func(want catalogue.Outcome) {
		t.Helper()
		if got := mustPut(t)(s.dir.PutStores(ctx, []retail.Store{store}))[0]; got.Outcome != want {
			t.Errorf("got %+v, want %v", got, want)
		}
	}
	put(catalogue.Created)
	put(catalogue.Unchanged)
	found, err := s.db.Catalogue().StoresByCode(ctx, []string{"X1"})
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	want := store
	want.ID, want.Region, want.Version, want.Location = found[0].ID, found[0].Region, 1, given.WGS84()
	if !reflect.DeepEqual(found[0], want) {
		t.Errorf("read back\n%+v\nwant\n%+v", found[0], want)
	}
	if d := found[0].Location.DistanceMetres(given.Point); d < 100 || d > 700 {
		t.Errorf("the position in WGS 84 lies %.0f m beside the one that was given", d)
	}
	for _, change := range []func(){func() { store.Address = "2" }, func() { store.Phone = "110" },
		func() { store.Given.System = retail.WGS84 }, func() { store.Hours.Week = nil },
		func() { store.Hours.Special = nil }, func() { store.Services = retail.AllServices },
		func() { store.RadiusMetres = 0 }, func() { store.CapacityPerHour = 0 }} {
		change()
		put(catalogue.Updated)
	}
	var told []*event.StoreChanged
	for _, m := range facts(t, s.dsn, "look") {
		if m, ok := m.(*event.StoreChanged); ok {
			told = append(told, m)
		}
	}
	if len(told) != 9 || told[0].Hours != "Mo-Fr 09:00-12:00,14:00-21:00; Sa-Su 10:00-26:00" ||
		told[0].SpecialDays != "2026-02-17 off; 2026-02-18 10:00-16:00" || len(told[0].Services) != 2 ||
		told[0].Services[0] != event.Fulfilment_FULFILMENT_PICKUP || told[0].DeliveryRadiusM != 4_000 ||
		told[0].CapacityPerHour != 60 || told[0].Latitude != want.Location.Latitude {
		t.Errorf("%d events, the first %v", len(told), told[0])
	}
}

func TestBadStoresAreRefused(t *testing.T) {
	s := openShop(t, 1, 1)
	f := func(field string, change func(*retail.Store)) {
		t.Helper()
		store := retail.Store{Code: "bad", Region: retail.Region{Code: "east"}}
		change(&store)
		var bad *catalogue.Invalid
		results, err := s.dir.PutStores(t.Context(), []retail.Store{store})
		if err != nil || !errors.As(results[0].Err, &bad) || bad.Field != field {
			t.Errorf("%+v, %v; want a complaint about %s", results, err, field)
		}
	}
	f("address", func(s *retail.Store) { s.Address = "\x00" })
	f("phone", func(s *retail.Store) { s.Phone = "call me" })
	f("coordinates", func(s *retail.Store) { s.Given.System = 9 })
	f("location", func(s *retail.Store) { s.Given.Latitude = 91 })
	f("hours", func(s *retail.Store) { s.Hours.Week = make([][]retail.Span, 3) })
	f("services", func(s *retail.Store) { s.Services = 64 })
	f("delivery_radius_m", func(s *retail.Store) { s.RadiusMetres = -1 })
	f("capacity_per_hour", func(s *retail.Store) { s.CapacityPerHour = 1 << 30 })
}
