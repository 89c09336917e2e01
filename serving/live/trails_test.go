package live_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

func steps(t *live.Trails, v live.Visitor, nowS int64) []live.Step {
	got, _ := t.Read(nil, v, nowS)
	return got
}

// TestTrailIsTheEndOfTheList holds trails against lists that keep everything.
func TestTrailIsTheEndOfTheList(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	trails := live.NewTrails(live.TrailsConfig{})
	want := map[live.Visitor][]live.Step{}
	for range 5_000 {
		v, sku := live.SessionVisitor(rng.Uint64N(60)), retail.SKUID(1+rng.IntN(9))
		act := recommend.Act(1 + rng.IntN(4))
		_, before := trails.Read(nil, v, 100)
		trails.Add(v, sku, act, 100)
		if _, after := trails.Read(nil, v, 100); after == before {
			t.Fatalf("seed %d: the version stays %d", seed, after)
		}
		if list := want[v]; len(list) > 0 && list[0].SKU == sku {
			list[0].Act = max(list[0].Act, act)
			continue
		}
		want[v] = append([]live.Step{{SKU: sku, Act: act}}, want[v]...)
	}
	for v, list := range want {
		if got := steps(trails, v, 100); !slices.Equal(got, list[:min(len(list), live.TrailLength)]) {
			t.Fatalf("seed %d: visitor %d has %v, want the end of %v", seed, v, got, list)
		}
	}
}

func TestTrailsAreBounded(t *testing.T) {
	trails := live.NewTrails(live.TrailsConfig{Max: 2_560})
	loyal := live.MemberVisitor(7)
	for k := range uint64(50_000) {
		trails.Add(live.SessionVisitor(k+1), 5, recommend.Viewed, 100)
		trails.Add(loyal, retail.SKUID(k%3+1), recommend.Clicked, 100)
	}
	s := trails.Stats()
	if s.Visitors > 2_560 || s.Visitors < 2_000 || s.Evicted < 40_000 {
		t.Errorf("%+v, want no more than 2,560 visitors", s)
	}
	if len(steps(trails, loyal, 100)) == 0 {
		t.Error("a visitor who never paused had to go")
	}
}

func TestTouchesGrowOldAndCanBeErased(t *testing.T) {
	trails := live.NewTrails(live.TrailsConfig{MaxAge: time.Minute})
	v := live.MemberVisitor(3)
	trails.Add(v, 1, recommend.Viewed, 100)
	trails.Add(v, 2, recommend.Viewed, 150)
	if got := steps(trails, v, 161); len(got) != 1 || got[0].SKU != 2 {
		t.Errorf("got %v, want the younger one", got)
	}
	_, before := trails.Read(nil, v, 150)
	trails.Forget(v)
	trails.Forget(v)
	if got, version := trails.Read(nil, v, 150); len(got) != 0 || version != 0 {
		t.Errorf("an erased visitor has %v", got)
	}
	trails.Add(v, 1, recommend.Viewed, 150)
	if _, after := trails.Read(nil, v, 150); after == before {
		t.Error("a version came back")
	}
	if s := trails.Stats(); s.Forgotten != 1 || s.Visitors != 1 {
		t.Errorf("%+v", s)
	}
}

func TestWhichEventsAreTouches(t *testing.T) {
	trails := live.NewTrails(live.TrailsConfig{})
	act := event.Act{Kind: event.KindAddToCart, Member: 4, Session: 1 << 63, SKU: 9,
		At: event.StoreInstant{UnixUS: 100e6}}
	trails.Take(&act)
	for _, v := range []live.Visitor{live.MemberVisitor(4), live.SessionVisitor(1 << 63)} {
		if got := steps(trails, v, 100); len(got) != 1 || got[0] != (live.Step{SKU: 9,
			Act: recommend.Carted}) {
			t.Errorf("visitor %d has %v", v, got)
		}
	}
	act.Kind, act.Member = event.KindFavourite, 6
	trails.Take(&act)
	act.Removed, act.SKU = true, 10
	trails.Take(&act)
	if got := steps(trails, live.MemberVisitor(6), 100); len(got) != 1 || got[0] != (live.Step{SKU: 9,
		Act: recommend.Favoured}) {
		t.Errorf("favourites leave %v", got)
	}
	for _, kind := range []event.Kind{event.KindImpression, event.KindSearch, event.KindCouponIssued} {
		act.Kind, act.Member = kind, 5
		trails.Take(&act)
	}
	if got := steps(trails, live.MemberVisitor(5), 100); len(got) != 0 {
		t.Errorf("what was only shown is a touch: %v", got)
	}
}

func TestTrailsTakeManyAtOnce(t *testing.T) {
	trails := live.NewTrails(live.TrailsConfig{Max: 1_000})
	var group sync.WaitGroup
	for g := range uint64(4) {
		group.Go(func() {
			rng := rand.New(rand.NewPCG(g, 1))
			var held []live.Step
			for range 5_000 {
				v := live.SessionVisitor(rng.Uint64N(3_000))
				trails.Add(v, retail.SKUID(1+rng.IntN(9)), recommend.Viewed, 100)
				held, _ = trails.Read(held[:0], v, 100)
				for _, s := range held {
					if s.SKU < 1 || s.SKU > 9 || s.Act != recommend.Viewed {
						t.Errorf("a mixture: %v", s)
					}
				}
			}
		})
	}
	group.Wait()
	if n := trails.Stats().Touches; n != 20_000 {
		t.Errorf("%d touches, want 20,000", n)
	}
}
