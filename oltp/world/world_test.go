package world_test

import (
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

var update = flag.Bool("update", false, "write golden files")

// digest hashes everything that happens at a store in its first days.
func digest(w *world.World, store, days int) uint64 {
	h := fnv.New64a()
	run := w.Run(store)
	for range days {
		d := run.Next()
		for i := range d.Orders {
			o := &d.Orders[i]
			fmt.Fprintln(h, w.Key(o), o.AtMS, o.Member, o.Lines, o.Online, o.Steps)
		}
		fmt.Fprintln(h, d.Deliveries, d.Truth, d.LostVisits)
		for _, f := range d.Refunds {
			fmt.Fprintln(h, w.Key(f.Order), f.Line, f.Qty, f.AtMS, f.Restock)
		}
		for _, t := range w.Browse(d) {
			fmt.Fprintln(h, t)
		}
	}
	return h.Sum64()
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 1})
	again := newWorld(t, world.Config{Seed: 1})
	const stores, days = 6, 14
	var got [stores]uint64
	var wait sync.WaitGroup
	for s := range got {
		wait.Go(func() { got[s] = digest(w, s, days) })
	}
	wait.Wait()
	var text strings.Builder
	for s := range got {
		if alone := digest(again, s, days); alone != got[s] {
			t.Errorf("store %d: alone %x, in parallel %x", s, alone, got[s])
		}
		fmt.Fprintf(&text, "%s %016x\n", w.Stores[s].Code, got[s])
	}
	const golden = "testdata/seed1.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("seed 1 makes another world than it did:\n%swant\n%s", text.String(), want)
	}
}

func TestOtherSeedOtherWorld(t *testing.T) {
	t.Parallel()
	a, b := newWorld(t, world.Config{Seed: 1}), newWorld(t, world.Config{Seed: 2})
	if digest(a, 0, 1) == digest(b, 0, 1) {
		t.Error("two seeds make the same day")
	}
	if a.Config().Name() == b.Config().Name() {
		t.Error("two seeds have the same name, so their keys would meet")
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 1, Stores: 60, SKUs: 5_000})
	names, codes := map[string]bool{}, map[string]bool{}
	for i := range w.Products {
		p := &w.Products[i]
		if names[p.Name] || names[p.NameEN] || codes[p.Code] {
			t.Errorf("product %s %q %q is there twice", p.Code, p.Name, p.NameEN)
		}
		names[p.Name], names[p.NameEN], codes[p.Code] = true, true, true
		if p.Price <= 0 || p.Cost <= 0 || p.Cost >= p.Price || !p.Simulated || p.Brand == "" {
			t.Errorf("product %+v is odd", p)
		}
	}
	for i := range w.Stores {
		s := &w.Stores[i]
		if names[s.Name] || names[s.NameEN] || codes[s.Code] || !s.Simulated {
			t.Errorf("store %+v is odd", s)
		}
		names[s.Name], names[s.NameEN], codes[s.Code] = true, true, true
		if err := s.Location.Validate(); err != nil || s.Location.Latitude < 18 ||
			s.Location.Latitude > 54 || s.Location.Longitude < 73 || s.Location.Longitude > 135 {
			t.Errorf("store %s lies at %v, outside China (%v)", s.Code, s.Location, err)
		}
	}
	wantFamilies(t, w)
	if len(w.Categories) != 40 {
		t.Errorf("%d categories, want 40", len(w.Categories))
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	f := func(cfg world.Config, want string) {
		t.Helper()
		if _, err := world.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", cfg, err, want)
		}
	}
	f(world.Config{}, "cannot start a world on 1970-01-01")
	f(world.Config{Start: firstDay, Stores: -1}, "cannot make a world of -1 stores: want 1 to 1000")
	f(world.Config{Start: firstDay, SKUs: 3}, "cannot make a world of 3 SKUs: want 50 to 20000")
	f(world.Config{Start: firstDay, Members: 1 << 30}, "members: want 1 to 5000000")
	f(world.Config{Start: firstDay, Rate: 1e9}, "cannot make a world of 1e+09 orders/s")
}

func TestSmallestWorld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 3, Stores: 1, SKUs: 50, Members: 1})
	orders := 0
	for d := range w.Days(0) {
		if orders += len(d.Orders); d.Date == firstDay+2 {
			break
		}
	}
	if orders == 0 {
		t.Error("one store, fifty goods and one member trade nothing")
	}
}

func TestDayAt(t *testing.T) {
	t.Parallel()
	f := func(at string, want string) {
		t.Helper()
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := world.DayAt(when).String(); got != want {
			t.Errorf("%s is %s, want %s", at, got, want)
		}
	}
	f("2026-11-23T15:59:59Z", "2026-11-23")
	f("2026-11-23T16:00:00Z", "2026-11-24")
	zone, err := time.LoadLocation(retail.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	if world.DayAt(at) != retail.DayOf(at.In(zone)) {
		t.Error("the world's day is not that of its time zone")
	}
}

// wantFamilies checks that each product has a family of its category and brand, a size in it, a
// barcode of its own, and that some carry tags.
func wantFamilies(t *testing.T, w *world.World) {
	t.Helper()
	styles, barcodes, tagged := map[string]*retail.Style{}, map[string]bool{}, 0
	for i := range w.Styles {
		styles[w.Styles[i].Code] = &w.Styles[i]
	}
	for i := range w.Products {
		p := &w.Products[i]
		s := styles[p.Style]
		if s == nil || s.Category.Code != p.Category.Code || s.Brand != p.Brand || p.Size == "" ||
			p.SizeOrder < 1 || p.Pack < 1 || len(p.Barcode) != 13 || barcodes[p.Barcode] {
			t.Fatalf("%s: family %+v, product %+v", p.Code, s, p.SKU)
		}
		barcodes[p.Barcode] = true
		tagged += min(1, len(p.Tags))
	}
	if n := len(w.Products); len(w.Styles) == 0 || len(w.Styles) >= n || tagged < n/20 || tagged > n/3 {
		t.Errorf("%d styles and %d tagged among %d products", len(w.Styles), tagged, n)
	}
	for _, c := range w.Categories {
		if c.Parent == "" {
			t.Errorf("category %s is below no department", c.Code)
		}
	}
}
