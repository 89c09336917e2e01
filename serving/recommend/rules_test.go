package recommend_test

import (
	"testing"

	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// shop is a quiet request at home, whose rules a test changes.
func shop(t *testing.T, seed uint64, rules ...recommend.Rule) (*recommend.Snapshot, *recommend.Query) {
	t.Helper()
	a := newAsker(seed)
	q := &recommend.Query{Store: 1, Stock: simulated.Shelf(seed, a.s.Items.Len(), 1_000), Limit: 10,
		Filter: recommend.FilterNone(), Blend: a.plain, Personal: true, Member: 2, NowS: 500}
	var err error
	if q.Rules, err = recommend.CompileRules(a.s, rules, recommend.Quotas{}); err != nil {
		t.Fatal(err)
	}
	return a.s, q
}

func about(do recommend.Do) recommend.Rule {
	return recommend.Rule{ID: "r", Do: do, Store: -1, Item: -1, Brand: -1}
}

func pin(store, item, place int32) recommend.Rule {
	r := about(recommend.Pin)
	r.Store, r.Item, r.Place = store, item, place
	return r
}

// spare finds active goods that a slate without rules does not show.
func spare(t *testing.T, seed uint64, n int) (items []int32) {
	t.Helper()
	s, q := shop(t, seed)
	q.Limit = recommend.MaxLimit
	shown := map[int32]bool{}
	for _, p := range rank(s, q).Picks {
		shown[p.Item] = true
	}
	for item := int32(0); len(items) < n; item++ {
		if !shown[item] && s.Items.Flags[item] == recommend.Active && q.Stock.Has(item) {
			items = append(items, item)
		}
	}
	return items
}

func TestPinsStandAtTheirPlaces(t *testing.T) {
	free := spare(t, 1, 5)
	s, q := shop(t, 1, pin(-1, free[0], 1), pin(-1, free[1], 4), pin(-1, free[2], 2), pin(1, free[3], 9),
		pin(2, free[4], 3))
	f := func(place int, item int32) {
		t.Helper()
		slate := rank(s, q)
		if got := slate.Picks[place-1]; got.Item != item || got.Edge.Kind() != recommend.Chosen ||
			q.Rules.Rule(got.Rule).Item != item || len(slate.Picks) != 10 {
			t.Errorf("place %d holds %+v, want item %d", place, got, item)
		}
	}
	// HQ has two pins a slate: by place, not by order of writing. Another store's pin is not shown.
	f(1, free[0])
	f(2, free[2])
	f(9, free[3])
	for _, p := range rank(s, q).Picks {
		if p.Item == free[1] || p.Item == free[4] {
			t.Errorf("a pin beyond the quota, or of another store, is shown: %+v", p)
		}
	}
	// What is out of stock frees its place for the next pin.
	q.Stock.Set(free[0], false)
	f(2, free[2])
	f(4, free[1])
	q.Exclude = []int32{free[2]}
	f(4, free[1])
	q.Scene = recommend.Cart
	q.Limit = 1
	if got := rank(s, q).Picks; len(got) != 1 {
		t.Errorf("a slate of one holds %d", len(got))
	}
}

func TestPinOfACandidateIsShownOnce(t *testing.T) {
	s, q := shop(t, 2)
	plain := rank(s, q).Picks
	s, q = shop(t, 2, pin(-1, plain[5].Item, 1))
	got := rank(s, q).Picks
	if got[0].Item != plain[5].Item || got[1].Item != plain[0].Item || got[6].Item != plain[6].Item {
		t.Errorf("got %+v, want the sixth first and the others in order", got)
	}
}

func TestBoostsWinNoMoreThanTheirQuota(t *testing.T) {
	s, q := shop(t, 3)
	plain := rank(s, q).Picks
	brand := s.Items.Brand[plain[9].Item]
	rule := about(recommend.Boost)
	rule.Brand, rule.Factor = brand, 900
	count := func(quota int32) (n, first int) {
		rule.Quota = quota
		s, q = shop(t, 3, rule)
		for _, p := range rank(s, q).Picks {
			if p.Rule == 0 {
				n++
			}
		}
		if s.Items.Brand[rank(s, q).Picks[0].Item] == brand {
			first = 1
		}
		return n, first
	}
	most, first := count(0)
	if most < 2 || first != 1 {
		t.Fatalf("the boost wins %d places, the first: %d", most, first)
	}
	if n, _ := count(1); n != 1 {
		t.Errorf("with a quota of 1 the boost wins %d places", n)
	}
	rule.Factor = 0.001
	s, q = shop(t, 3, rule)
	if picks := rank(s, q).Picks; s.Items.Brand[picks[0].Item] == brand && len(picks) > 5 {
		t.Errorf("buried goods lead: %+v", picks[0])
	}
}

func TestRulesHoldInTheirWindowSceneAndStore(t *testing.T) {
	s, q := shop(t, 4)
	first := rank(s, q).Picks[0].Item
	f := func(gone bool, change func(*recommend.Rule)) {
		t.Helper()
		rule := about(recommend.Block)
		rule.Item = first
		change(&rule)
		s, q := shop(t, 4, rule)
		if got := rank(s, q).Picks[0].Item != first; got != gone {
			t.Errorf("%+v: gone is %v, want %v", rule, got, gone)
		}
	}
	f(true, func(*recommend.Rule) {})
	f(true, func(r *recommend.Rule) { r.FromS, r.UntilS = 500, 501 })
	f(false, func(r *recommend.Rule) { r.FromS = 501 })
	f(false, func(r *recommend.Rule) { r.UntilS = 500 })
	f(false, func(r *recommend.Rule) { r.Store = 2 })
	f(true, func(r *recommend.Rule) { r.Store = 1 })
	f(false, func(r *recommend.Rule) { r.Scenes = 1 << recommend.Cart })
	f(true, func(r *recommend.Rule) { r.Scenes = 1<<recommend.Cart | 1<<recommend.Home })
	f(true, func(r *recommend.Rule) {
		r.Item, r.From = -1, s.Items.Category[first]
		r.To = r.From + 1
	})
}

func TestBadRulesAreRefused(t *testing.T) {
	s, _ := shop(t, 1)
	f := func(change func(*recommend.Rule)) {
		t.Helper()
		r := about(recommend.Boost)
		r.Factor = 1
		if change(&r); r.ID == "" {
			t.Fatal("no rule")
		}
		if _, err := recommend.CompileRules(s, []recommend.Rule{r}, recommend.Quotas{}); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
	f(func(r *recommend.Rule) { r.Do = 0 })
	f(func(r *recommend.Rule) { r.Factor = 0 })
	f(func(r *recommend.Rule) { r.Store = 4 })
	f(func(r *recommend.Rule) { r.Item = 300 })
	f(func(r *recommend.Rule) { r.Do = recommend.Pin })
	f(func(r *recommend.Rule) { r.Quota = -1 })
	if _, err := recommend.CompileRules(s, make([]recommend.Rule, 257), recommend.Quotas{}); err == nil {
		t.Error("257 rules are taken")
	}
}
