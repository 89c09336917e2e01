package push_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/tillstream/tillstream/models/push"
	"github.com/tillstream/tillstream/retail"
)

// oracle makes a member's list by looking at every store from every place, with no index and no bound on
// what it looks at.
func oracle(cfg push.Config, stores []push.Store, m *push.Member) (l push.List, ok bool) {
	if m.Recent >= cfg.Most {
		return l, false
	}
	places := []retail.StoreID{m.Origin}
	if m.Personal && len(m.Bought) > 0 {
		places = m.Bought
	}
	type candidate struct {
		place  int
		metres float64
		from   push.Store
		to     push.Store
	}
	var all []candidate
	for n, place := range places {
		for _, from := range stores {
			for _, to := range stores {
				metres := from.Point.DistanceMetres(to.Point)
				nowhere := retail.Point{}
				switch {
				case from.ID != place || len(to.Specials) == 0:
					continue
				case from.ID == to.ID:
					metres = 0
				case from.Point == nowhere || to.Point == nowhere || metres > cfg.RadiusMetres:
					continue
				}
				all = append(all, candidate{n, metres, from, to})
			}
		}
	}
	if len(all) == 0 {
		return l, false
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.metres != b.metres {
			return a.metres < b.metres
		}
		if a.place != b.place {
			return a.place < b.place
		}
		return a.to.ID < b.to.ID
	})
	l = push.List{Member: m.ID, Store: all[0].to.ID, Metres: all[0].metres, From: all[0].from.ID,
		Bought: m.Personal && len(m.Bought) > 0}
	left := slices.Clone(all[0].to.Specials)
	for len(left) > 0 && len(l.Lines) < cfg.Specials {
		best, taste := 0, func(s push.Special) float64 {
			if !m.Personal {
				return 0
			}
			return m.Taste[s.SKU]
		}
		for k, s := range left {
			a, b := left[best], s
			if taste(b) > taste(a) || taste(b) == taste(a) && (b.Off() > a.Off() ||
				b.Off() == a.Off() && b.SKU < a.SKU) {
				best = k
			}
		}
		l.Lines = append(l.Lines, push.Line{Special: left[best], Taste: taste(left[best])})
		left = slices.Delete(left, best, best+1)
	}
	return l, true
}

// town draws stores, some of them on one spot, some of which nobody knows where they are.
func town(rng *rand.Rand, n int) []push.Store {
	var stores []push.Store
	for k := range n {
		s := push.Store{ID: retail.StoreID(k + 1), Point: retail.Point{
			Latitude: 31 + float64(rng.IntN(20))/100, Longitude: 121 + float64(rng.IntN(20))/100}}
		if rng.IntN(8) == 0 {
			s.Point = retail.Point{}
		}
		for range rng.IntN(4) * rng.IntN(3) {
			list := retail.Money(1 + rng.IntN(5)*100)
			s.Specials = append(s.Specials, push.Special{SKU: retail.SKUID(1 + len(s.Specials)*7),
				List: list, Price: retail.Money(rng.Int64N(int64(list)))})
		}
		stores = append(stores, s)
	}
	return stores
}

func TestListsAreThoseOfTheOracle(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	told, silent := 0, 0
	for range 60 {
		stores := town(rng, 1+rng.IntN(25))
		cfg := push.Config{RadiusMetres: float64(1 + rng.IntN(9_000)), Specials: 1 + rng.IntN(4),
			Most: 1 + rng.IntN(3)}
		p, err := push.NewPlanner(cfg, stores)
		if err != nil {
			t.Fatal(err)
		}
		var got push.List
		for id := range retail.MemberID(80) {
			m := push.Member{ID: id + 1, Personal: rng.IntN(3) > 0, Recent: rng.IntN(4),
				Origin: retail.StoreID(rng.IntN(len(stores) + 2)), Taste: map[retail.SKUID]float64{}}
			for range rng.IntN(4) {
				m.Bought = append(m.Bought, retail.StoreID(rng.IntN(len(stores)+2)))
				m.Taste[retail.SKUID(1+rng.IntN(9)*7)] = float64(rng.IntN(3)) / 2
			}
			want, ok := oracle(cfg, stores, &m)
			if p.List(&m, &got) != ok {
				t.Fatalf("seed %d: %+v is told something: %v, want %v", seed, m, !ok, ok)
			}
			if !ok {
				silent++
				continue
			}
			told++
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("seed %d: %+v is told\n%+v\nwant\n%+v", seed, m, got, want)
			}
		}
	}
	if told < 500 || silent < 500 {
		t.Errorf("seed %d: %d lists and %d members without one do not try much", seed, told, silent)
	}
}

// TestWhoDidNotAgreeIsEverybody poisons what is personal of a member.
func TestWhoDidNotAgreeIsEverybody(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	stores := town(rng, 20)
	p, err := push.NewPlanner(push.Config{}, stores)
	if err != nil {
		t.Fatal(err)
	}
	for origin := range retail.StoreID(20) {
		plain := push.Member{ID: 1, Origin: origin + 1}
		poisoned := plain
		poisoned.Bought = []retail.StoreID{1, 2, 3}
		poisoned.Taste = map[retail.SKUID]float64{1: 1, 8: .5}
		var a, b push.List
		if p.List(&plain, &a) != p.List(&poisoned, &b) || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("store %d: %+v, and with what is personal %+v", origin+1, a, b)
		}
	}
}

func TestWhatIsNoPlan(t *testing.T) {
	f := func(cfg push.Config, stores ...push.Store) {
		t.Helper()
		if _, err := push.NewPlanner(cfg, stores); err == nil {
			t.Errorf("%+v %+v is a plan", cfg, stores)
		}
	}
	f(push.Config{})
	f(push.Config{RadiusMetres: -1}, push.Store{ID: 1})
	f(push.Config{}, push.Store{ID: 1}, push.Store{ID: 1})
	f(push.Config{}, push.Store{ID: 1, Specials: []push.Special{{SKU: 1, Price: 5, List: 5}}})
}
