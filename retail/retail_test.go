package retail_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
)

func TestScope(t *testing.T) {
	f := func(name string, s retail.Scope, id retail.StoreID, want bool) {
		t.Helper()
		if s.Sees(id) != want {
			t.Errorf("%s sees store %d: %v, want %v", name, id, !want, want)
		}
	}
	var none retail.Scope
	region := retail.StoreScope(9, 3, 3, 5)
	f("the zero scope", none, 1, false)
	f("HQ", retail.HQScope(), 1, true)
	f("a region", region, 3, true)
	f("a region", region, 4, false)
	f("HQ narrowed to 4", retail.HQScope().Narrow([]retail.StoreID{4}), 4, true)
	f("HQ narrowed to 4", retail.HQScope().Narrow([]retail.StoreID{4}), 5, false)
	f("a region narrowed to a foreign store", region.Narrow([]retail.StoreID{4}), 4, false)
	f("a region narrowed to nothing", region.Narrow(nil), 9, true)
	if !none.Empty() || retail.HQScope().Empty() || !region.Narrow([]retail.StoreID{4}).Empty() {
		t.Error("Empty does not tell who sees nothing")
	}
	if region.Key() != "3,5,9" || retail.HQScope().Key() != "all" || none.Key() != "" {
		t.Errorf("keys are %q %q %q", region.Key(), retail.HQScope().Key(), none.Key())
	}
}

// TestOrderStates is the whole table: every state, every next state, every way of fulfilment.
func TestOrderStates(t *testing.T) {
	f := func(way retail.Fulfilment, from retail.OrderState, want ...retail.OrderState) {
		t.Helper()
		for to := range retail.Delivering + 2 {
			if from.CanBecome(to, way) != slices.Contains(want, to) {
				t.Errorf("%s: %s to %s: %v", way, from, to, from.CanBecome(to, way))
			}
		}
	}
	const (
		pending, paid, picking, ready = retail.PendingPayment, retail.Paid, retail.Picking, retail.Ready
		shipped, delivering           = retail.Shipped, retail.Delivering
		completed, cancelled          = retail.Completed, retail.Cancelled
		refunded                      = retail.Refunded
	)
	f(retail.CarryOut, paid, completed, cancelled, refunded)
	f(retail.CarryOut, completed, refunded)

	f(retail.Pickup, paid, picking, ready, completed, cancelled, refunded)
	f(retail.Pickup, picking, ready, completed, refunded)
	f(retail.Pickup, ready, completed, refunded)
	f(retail.Pickup, completed, refunded)

	f(retail.SameCity, paid, picking, ready, delivering, completed, cancelled, refunded)
	f(retail.SameCity, picking, ready, delivering, completed, refunded)
	f(retail.SameCity, ready, delivering, completed, refunded)
	f(retail.SameCity, shipped, delivering, completed, refunded) // recorded before couriers were told apart
	f(retail.SameCity, delivering, completed, refunded)
	f(retail.SameCity, completed, refunded)

	f(retail.Express, paid, picking, shipped, delivering, completed, cancelled, refunded)
	f(retail.Express, picking, shipped, delivering, completed, refunded)
	f(retail.Express, shipped, delivering, completed, refunded)
	f(retail.Express, delivering, completed, refunded)
	f(retail.Express, completed, refunded)
	for way := retail.CarryOut; way <= retail.Express; way++ {
		f(way, pending, paid, cancelled)
		f(way, cancelled)
		f(way, refunded)
		f(way, 0)
		f(way, 200)
	}
	f(0, paid, cancelled, refunded)
	f(200, paid, cancelled, refunded)
}

func TestNames(t *testing.T) {
	for c := retail.Till; c <= retail.Phone; c++ {
		if got, ok := retail.ParseChannel(c.String()); !ok || got != c {
			t.Errorf("channel %s reads as %s", c, got)
		}
	}
	for k := retail.Sale; k <= retail.WriteOff; k++ {
		if got, ok := retail.ParseLineKind(k.String()); !ok || got != k {
			t.Errorf("line kind %s reads as %s", k, got)
		}
	}
	for v := retail.CarryOut; v <= retail.Express; v++ {
		if got, ok := retail.ParseFulfilment(v.String()); !ok || got != v {
			t.Errorf("fulfilment %s reads as %s", v, got)
		}
	}
	if _, ok := retail.ParseChannel(""); ok {
		t.Error("the empty name is a channel")
	}
}

func TestDistance(t *testing.T) {
	f := func(p, q retail.Point, metres, within float64) {
		t.Helper()
		if got := p.DistanceMetres(q); math.Abs(got-metres) > within {
			t.Errorf("%v to %v is %.0f m, want %.0f ± %.0f", p, q, got, metres, within)
		}
	}
	beijing, shanghai := retail.Point{39.9042, 116.4074}, retail.Point{31.2304, 121.4737}
	f(beijing, shanghai, 1_067_300, 1_000) // great-circle distance
	f(beijing, beijing, 0, 0.001)
	f(retail.Point{0, 0}, retail.Point{0, 180}, math.Pi*6_371_008.8, 1)
	for _, bad := range []retail.Point{{91, 0}, {0, -181}, {math.NaN(), 0}} {
		if bad.Validate() == nil {
			t.Errorf("%v is on the Earth", bad)
		}
	}
}

func TestDayBelongsToTheStore(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2018, 1, 1, 3, 47, 38, 0, time.UTC)
	if got := retail.DayOf(last.In(newYork)).String(); got != "2017-12-31" {
		t.Errorf("the evening of New Year's Eve in New York is on %s", got)
	}
	d, err := retail.ParseDay("2017-12-31")
	if err != nil || d != retail.DayOf(last.In(newYork)) {
		t.Errorf("ParseDay gives %s, %v", d, err)
	}
	if _, err := retail.ParseDay("2017-02-30"); err == nil {
		t.Error("the 30th of February is a day")
	}
}

func TestOpenAt(t *testing.T) {
	zone := time.FixedZone("store", 8*3600)
	f := func(opens, closes, hour int, want bool) {
		t.Helper()
		s := retail.Store{OpensMinute: opens, ClosesMinute: closes}
		if got := s.OpenAt(time.Date(2026, 3, 1, hour, 30, 0, 0, zone), zone); got != want {
			t.Errorf("open %d to %d at %d:30: %v", opens, closes, hour, got)
		}
	}
	f(8*60, 22*60, 7, false)
	f(8*60, 22*60, 8, true)
	f(8*60, 22*60, 22, false)
	f(0, 1440, 3, true)
	f(18*60, 26*60, 1, true) // a bar that closes at two
	f(18*60, 26*60, 2, false)
}

// A move changes what its kind says and nothing else; what the other kinds do follows from the accounts.
func TestStockMovesAreTransfers(t *testing.T) {
	f := func(k retail.StockMoveKind, onHand, reserved int32) {
		t.Helper()
		if h, r := k.Deltas(3); h != onHand || r != reserved {
			t.Errorf("%s of 3 changes on hand by %d and reserved by %d, want %d and %d", k, h, r, onHand,
				reserved)
		}
	}
	f(retail.Receive, 3, 0)
	f(retail.Sell, -3, 0)
	f(retail.Reserve, 0, 3)
	f(retail.Release, 0, -3)
	f(retail.Fulfil, -3, -3)
	f(retail.Return, 3, 0)
	f(retail.Adjust, 3, 0)
	f(retail.StockLoss, -3, 0)
	f(retail.Damage, -3, 0)
	f(retail.CountGain, 3, 0)
	f(retail.CountLoss, -3, 0)
	f(retail.TransferOut, -3, 0)
	f(retail.TransferIn, 3, 0)
	f(retail.TransitLoss, -3, 0)
	f(retail.TransitClaim, -3, 0)
	f(0, 0, 0)
	f(200, 0, 0)
	if got, ok := retail.ParseStockMoveKind("transit_claim"); !ok || got != retail.TransitClaim {
		t.Errorf("transit_claim reads as %s", got)
	}
}
