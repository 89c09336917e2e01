package routing_test

import (
	"math/bits"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/retail"
)

// town is a seeded request: stores within six kilometres, in every state of trouble.
func town(seed uint64, stores, skus int) *routing.Request {
	r := rand.New(rand.NewPCG(seed, 1))
	req := &routing.Request{Destination: &square, At: noon, Spread: r.IntN(2) == 0,
		Fulfilment: []retail.Fulfilment{retail.Pickup, retail.SameCity, retail.Express}[r.IntN(3)]}
	for range 1 + r.IntN(2*skus) {
		req.Lines = append(req.Lines, routing.Line{SKU: retail.SKUID(1 + r.IntN(skus)),
			Qty: int32(r.IntN(5))})
	}
	for i := range stores {
		c := shop(retail.StoreID(i+1), r.Float64()*6_000)
		c.Available = map[retail.SKUID]int32{}
		for k := range skus {
			c.Available[retail.SKUID(k+1)] = int32(r.IntN(8) - 2)
		}
		c.RadiusMetres = []int32{0, 0, 2_000, 5_000}[r.IntN(4)]
		c.CapacityPerHour, c.Load = int32(r.IntN(20)), int32(r.IntN(12))
		c.Declined = r.IntN(10) == 0
		if r.IntN(8) == 0 {
			c.Services = retail.ServicesOf(retail.Express)
		}
		if r.IntN(8) == 0 {
			c.Open = []routing.Interval{{Opens: noon.Add(time.Hour), Closes: noon.Add(2 * time.Hour)}}
		}
		req.Candidates = append(req.Candidates, c)
	}
	return req
}

// able reports whether nothing but stock stands against a store, told anew from the rules.
func able(req *routing.Request, c *routing.Candidate) bool {
	radius := float64(c.RadiusMetres)
	if radius == 0 {
		radius = 3_000
	}
	city := req.Fulfilment == retail.SameCity
	near := !city || c.Location.DistanceMetres(*req.Destination) <= radius
	open := !city || !c.Open[0].Opens.After(req.At)
	room := c.CapacityPerHour == 0 || c.Load < c.CapacityPerHour
	return near && open && room && !c.Declined && c.Services.Offers(req.Fulfilment)
}

func wanted(req *routing.Request) map[retail.SKUID]int32 {
	sum := map[retail.SKUID]int32{}
	for _, l := range req.Lines {
		if l.Qty > 0 {
			sum[l.SKU] += l.Qty
		}
	}
	return sum
}

// fewest tries every set of able stores and returns the size of the smallest that has everything.
func fewest(req *routing.Request) int {
	best := 0
	for set := range 1 << len(req.Candidates) {
		size := bits.OnesCount(uint(set))
		if size == 0 || best > 0 && size >= best {
			continue
		}
		left := wanted(req)
		fits := true
		for i := range req.Candidates {
			c := &req.Candidates[i]
			if set>>i&1 == 0 {
				continue
			}
			fits = fits && able(req, c)
			for sku := range left {
				left[sku] -= max(0, c.Available[sku])
			}
		}
		for _, qty := range left {
			fits = fits && qty <= 0
		}
		if fits {
			best = size
		}
	}
	return best
}

// check holds a decision against the rules.
func check(t *testing.T, seed uint64, req *routing.Request, d *routing.Decision) {
	t.Helper()
	given := make([]int32, len(req.Lines))
	for _, a := range d.Assignments {
		c := &req.Candidates[a.Store-1]
		if !able(req, c) {
			t.Fatalf("seed %d: store %d must not serve", seed, a.Store)
		}
		took := map[retail.SKUID]int32{}
		for _, p := range a.Pieces {
			given[p.Line] += p.Qty
			took[p.SKU] += p.Qty
			if p.Qty <= 0 || req.Lines[p.Line].SKU != p.SKU || took[p.SKU] > c.Available[p.SKU] {
				t.Fatalf("seed %d: store %d gives %+v of %v", seed, a.Store, a.Pieces, c.Available)
			}
		}
		if len(a.Pieces) == 0 && len(wanted(req)) > 0 {
			t.Fatalf("seed %d: store %d gives nothing", seed, a.Store)
		}
	}
	for i, l := range req.Lines {
		if len(d.Assignments) > 0 && given[i] != max(l.Qty, 0) {
			t.Fatalf("seed %d: line %d wants %d and gets %d", seed, i, l.Qty, given[i])
		}
	}
}

func TestLawsOverSeededTowns(t *testing.T) {
	splits := 0
	for seed := range uint64(3_000) {
		req := town(seed, 1+int(seed%9), 1+int(seed%4))
		d := routing.Decide(routing.Config{MaxStores: 9}, req)
		check(t, seed, req, &d)
		if want := fewest(req); len(d.Assignments) != want || !d.Exact {
			t.Fatalf("seed %d: %d stores serve, %d are enough: %+v", seed, len(d.Assignments), want, d)
		}
		if len(d.Assignments) > 1 {
			splits++
		}
		again := routing.Decide(routing.Config{MaxStores: 9}, req)
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(req.Candidates), func(a, b int) {
			req.Candidates[a], req.Candidates[b] = req.Candidates[b], req.Candidates[a]
		})
		shuffled := routing.Decide(routing.Config{MaxStores: 9}, req)
		if !reflect.DeepEqual(d, again) || !reflect.DeepEqual(d, shuffled) {
			t.Fatalf("seed %d: the order of the candidates counts", seed)
		}
	}
	if splits < 100 {
		t.Errorf("only %d towns needed a split: the test shows little", splits)
	}
}

// TestLargeTownsKeepTheRules gives the search less than it needs.
func TestLargeTownsKeepTheRules(t *testing.T) {
	cut := 0
	for seed := range uint64(60) {
		req := town(seed, 300, 12)
		for i := range req.Candidates {
			for sku := range req.Candidates[i].Available {
				if (uint64(sku)+seed+uint64(i))%5 > 0 {
					delete(req.Candidates[i].Available, sku)
				}
			}
		}
		d := routing.Decide(routing.Config{MaxSteps: 500, MaxStores: 6}, req)
		check(t, seed, req, &d)
		if !d.Exact {
			cut++
		}
	}
	if cut == 0 {
		t.Error("no search was cut short: the test shows little")
	}
}

// TestNearestOfEquals holds that distance decides where nothing else does.
func TestNearestOfEquals(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 3))
		req, nearest := order(retail.SameCity), 0
		for i := range 20 {
			metres := r.Float64() * 2_900
			req.Candidates = append(req.Candidates, shop(retail.StoreID(i+1), metres))
			if metres < req.Candidates[nearest].Location.DistanceMetres(square) {
				nearest = i
			}
		}
		d := routing.Decide(routing.Config{}, req)
		got := req.Candidates[d.Stores()[0]-1].Location.DistanceMetres(square)
		if best := req.Candidates[nearest].Location.DistanceMetres(square); got > best+1 {
			t.Fatalf("seed %d: %.1f m where %.1f m is nearer", seed, got, best)
		}
	}
}
