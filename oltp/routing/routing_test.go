package routing_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/retail"
)

var (
	noon   = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	square = retail.Point{Latitude: 31.2304, Longitude: 121.4737}
	always = []routing.Interval{{Opens: noon.Add(-time.Hour), Closes: noon.Add(10 * time.Hour)}}
)

// north is a point so many metres north of the square.
func north(metres float64) retail.Point {
	return retail.Point{Latitude: square.Latitude + metres/111_195.1, Longitude: square.Longitude}
}

// shop is an open store with every service and 10 pieces of SKU 1.
func shop(id retail.StoreID, metres float64) routing.Candidate {
	return routing.Candidate{Store: id, Location: north(metres), Services: retail.AllServices, Open: always,
		Available: map[retail.SKUID]int32{1: 10}}
}

func order(way retail.Fulfilment, candidates ...routing.Candidate) *routing.Request {
	return &routing.Request{Lines: []routing.Line{{SKU: 1, Qty: 2}}, Destination: &square, Fulfilment: way,
		At: noon, Candidates: candidates}
}

// verdict finds what a decision says about a store.
func verdict(t *testing.T, d *routing.Decision, id retail.StoreID) routing.Verdict {
	t.Helper()
	for _, v := range d.Verdicts {
		if v.Store == id {
			return v
		}
	}
	t.Fatalf("nothing is said of store %d in %+v", id, d)
	return routing.Verdict{}
}

func TestWhoServes(t *testing.T) {
	f := func(name string, req *routing.Request, want ...retail.StoreID) {
		t.Helper()
		d := routing.Decide(routing.Config{}, req)
		if got := d.Stores(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: stores %v, want %v: %+v", name, got, want, d)
		}
	}
	busy := shop(1, 100)
	busy.CapacityPerHour, busy.Load = 20, 19
	idle := shop(2, 400)
	idle.CapacityPerHour = 20
	f("the nearest", order(retail.SameCity, shop(1, 900), shop(2, 400)), 2)
	f("the first of two at one place", order(retail.SameCity, shop(7, 400), shop(2, 400)), 2)
	f("the idle one close behind a busy one", order(retail.SameCity, busy, idle), 2)
	f("nobody for nobody", order(retail.SameCity))
	f("a pickup knows no radius", order(retail.Pickup, shop(1, 9_000)), 1)
	far := shop(1, 3_500)
	far.RadiusMetres = 4_000
	f("a store's own radius", order(retail.SameCity, far, shop(2, 3_500)), 1)
	large := shop(2, 2_500)
	large.CapacityPerHour = 200
	small := shop(1, 100)
	small.CapacityPerHour = 5
	f("the nearer one on a usual day", order(retail.SameCity, small, large), 1)
	rush := order(retail.SameCity, small, large)
	rush.Spread = true
	f("the one with more capacity in a promotion", rush, 2)
	twice := order(retail.SameCity, shop(1, 100))
	twice.Lines = []routing.Line{{SKU: 1, Qty: 6}, {SKU: 1, Qty: 6}}
	f("two lines of one SKU want both", twice)
	nothing := order(retail.SameCity, shop(1, 100))
	nothing.Lines = nil
	f("an order without goods", nothing, 1)
}

func TestReasons(t *testing.T) {
	f := func(way retail.Fulfilment, change func(*routing.Candidate), want string) {
		t.Helper()
		c := shop(1, 1_000)
		change(&c)
		d := routing.Decide(routing.Config{}, order(way, c))
		var got []string
		for _, r := range verdict(t, &d, 1).Reasons {
			got = append(got, r.String())
		}
		if s := strings.Join(got, "; "); s != want || (want == "") != (len(d.Assignments) == 1) {
			t.Errorf("got %q and %d assignments, want %q", s, len(d.Assignments), want)
		}
	}
	type candidate = routing.Candidate
	f(retail.SameCity, func(*candidate) {}, "")
	f(retail.SameCity, func(c *candidate) { c.Location = north(3_399.5) }, "too far: 3.4 km > 3 km")
	f(retail.SameCity, func(c *candidate) { c.Declined = true }, "declined")
	f(retail.SameCity, func(c *candidate) { c.Services = retail.ServicesOf(retail.Pickup) },
		"does not offer this service")
	f(retail.SameCity, func(c *candidate) { c.CapacityPerHour, c.Load = 5, 5 },
		"over capacity: 5 orders of 5 an hour")
	f(retail.SameCity, func(c *candidate) { c.Available = map[retail.SKUID]int32{1: 1} },
		"out of stock: 1 of 2 pieces of SKU 1")
	f(retail.SameCity, func(c *candidate) { c.Available = map[retail.SKUID]int32{1: -4} },
		"out of stock: 0 of 2 pieces of SKU 1")
	later := []routing.Interval{{Opens: noon.Add(-3 * time.Hour), Closes: noon},
		{Opens: noon.Add(30 * time.Minute), Closes: noon.Add(time.Hour)}}
	f(retail.SameCity, func(c *candidate) { c.Open = later }, "closed until 2026-11-24 04:30")
	f(retail.SameCity, func(c *candidate) { c.Open = nil }, "closed")
	f(retail.Pickup, func(c *candidate) { c.Open = later }, "")
	f(retail.Express, func(c *candidate) {
		c.Open = []routing.Interval{{Opens: noon.Add(73 * time.Hour), Closes: noon.Add(80 * time.Hour)}}
	}, "closed until 2026-11-27 05:00")
	f(retail.SameCity, func(c *candidate) { c.Declined, c.Open = true, nil }, "closed; declined")
	req := order(retail.SameCity, shop(1, 10))
	req.Destination = nil
	d := routing.Decide(routing.Config{}, req)
	if r := verdict(t, &d, 1).Reasons; len(r) != 1 || r[0].String() != "no destination" {
		t.Errorf("without a destination: %+v", r)
	}
}

func TestSplits(t *testing.T) {
	stocked := func(id retail.StoreID, metres float64, pairs ...int32) routing.Candidate {
		c := shop(id, metres)
		c.Available = map[retail.SKUID]int32{}
		for i := 0; i < len(pairs); i += 2 {
			c.Available[retail.SKUID(pairs[i])] = pairs[i+1]
		}
		return c
	}
	req := order(retail.SameCity, stocked(1, 100, 1, 5), stocked(2, 200, 2, 1), stocked(3, 300, 3, 1),
		stocked(4, 2_000, 2, 1, 3, 1, 1, 1))
	req.Lines = []routing.Line{{SKU: 1, Qty: 4}, {SKU: 2, Qty: 1}, {SKU: 3, Qty: 1}, {SKU: 1, Qty: 1}}
	d := routing.Decide(routing.Config{}, req)
	want := []routing.Assignment{
		{Store: 1, Pieces: []routing.Piece{{Line: 0, SKU: 1, Qty: 4}, {Line: 3, SKU: 1, Qty: 1}}},
		{Store: 4, Pieces: []routing.Piece{{Line: 1, SKU: 2, Qty: 1}, {Line: 2, SKU: 3, Qty: 1}}}}
	if !reflect.DeepEqual(d.Assignments, want) || !d.Exact {
		t.Errorf("two stores rather than three nearer ones: %+v", d)
	}
	req.Lines[0].Qty = 5
	if d = routing.Decide(routing.Config{}, req); len(d.Assignments) != 2 ||
		d.Assignments[1].Pieces[2] != (routing.Piece{Line: 3, SKU: 1, Qty: 1}) {
		t.Errorf("the sixth piece comes from elsewhere: %+v", d)
	}
	req.Lines[0].Qty = 7
	d = routing.Decide(routing.Config{}, req)
	if len(d.Assignments) > 0 || len(d.Short) != 1 || d.Short[0].Wanted != 8 || d.Short[0].Available != 6 {
		t.Errorf("eight of six: %+v", d)
	}
	req.Lines[0].Qty = 4
	if d = routing.Decide(routing.Config{MaxStores: 1}, req); len(d.Assignments) > 0 {
		t.Errorf("a split where none is allowed: %+v", d)
	}
}

func TestStoredForm(t *testing.T) {
	req := order(retail.SameCity, shop(1, 100), shop(2, 9_000), shop(3, 4_000))
	d := routing.Decide(routing.Config{MaxVerdicts: 2}, req)
	text, err := json.Marshal(d)
	const want = `{"assignments":[{"store":1,"pieces":[{"line":0,"sku":1,"qty":2}]}],"exact":true,` +
		`"verdicts":[{"store":1,"chosen":true,"rank":1,"cost_m":100,"distance_m":100},` +
		`{"store":3,"cost_m":4000,"distance_m":4000,"reasons":[{"code":"too_far","distance_m":4000,` +
		`"radius_m":3000}]}],"omitted":1}`
	if err != nil || string(text) != want {
		t.Errorf("got  %s (%v)\nwant %s", text, err, want)
	}
	var back routing.Decision
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, d) {
		t.Errorf("it reads back as %+v, %v", back, err)
	}
}

// TestCandidatesOfStores routes to stores as the catalogue has them, at noon UTC+8 and at night.
func TestCandidatesOfStores(t *testing.T) {
	zone := time.FixedZone("store", 8*3600)
	week, err := retail.ParseWeek("Mo-Su 09:00-21:00")
	if err != nil {
		t.Fatal(err)
	}
	s := &retail.Store{ID: 7, Location: north(500),
		Services: retail.ServicesOf(retail.Pickup, retail.SameCity), Hours: retail.Hours{Week: week},
		RadiusMetres: 600, CapacityPerHour: 3}
	f := func(way retail.Fulfilment, at time.Time, want string) {
		t.Helper()
		c := routing.CandidateOf(s, zone, at)
		c.Available = map[retail.SKUID]int32{1: 9}
		req := order(way, c)
		req.At = at
		d := routing.Decide(routing.Config{}, req)
		got := ""
		for _, r := range verdict(t, &d, 7).Reasons {
			got += r.String()
		}
		if got != want {
			t.Errorf("%s at %s: %q, want %q", way, at, got, want)
		}
	}
	night := time.Date(2026, 11, 24, 23, 0, 0, 0, zone)
	f(retail.SameCity, noon, "")
	f(retail.SameCity, night, "closed until 2026-11-25 09:00")
	f(retail.Pickup, night, "")
	f(retail.Express, noon, "does not offer this service")
	s.RadiusMetres = 400
	f(retail.SameCity, noon, "too far: 0.5 km > 0.4 km")
}
