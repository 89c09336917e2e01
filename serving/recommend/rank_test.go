package recommend_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// may says again, from the words of the request, whether an item may be shown.
func may(s *recommend.Snapshot, q *recommend.Query, item int32) bool {
	i := s.Items
	price := i.PriceFen[item]
	for k := s.Prices.Start[q.Store]; k < s.Prices.Start[q.Store+1]; k++ {
		if s.Prices.Item[k] == item {
			price = s.Prices.Fen[k]
		}
	}
	f := q.Filter
	switch {
	case !q.Stock.Has(item), i.Flags[item]&recommend.Active == 0,
		q.Way == retail.CarryOut && i.Flags[item]&recommend.OnlineOnly != 0,
		q.Way > retail.CarryOut && i.Flags[item]&recommend.OffSeason != 0,
		f.To > 0 && (i.Category[item] < f.From || i.Category[item] >= f.To),
		f.Brand >= 0 && i.Brand[item] != f.Brand, i.Tags[item]&f.Tags != f.Tags,
		price < int64(f.MinFen), f.MaxFen > 0 && price > int64(f.MaxFen),
		slices.Contains(q.Exclude, item), slices.Contains(q.Anchors, item):
		return false
	}
	return true
}

// owns says whether the visitor has an item already, and whether a list proposes it again.
func owns(s *recommend.Snapshot, q *recommend.Query, item int32) (just, before, due bool) {
	if !q.Personal {
		return false, false, false
	}
	for _, t := range q.Recent {
		just = just || t.Item == item && t.Act == recommend.Bought
	}
	if q.Member >= 0 {
		before = slices.Contains(s.Owned.Item[s.Owned.Start[q.Member]:s.Owned.Start[q.Member+1]], item)
		for _, e := range s.Personal.Row(q.Member, math.MaxInt32) {
			due = due || e.Item == item && e.Kind() == recommend.Repeat
		}
	}
	return just, before, due
}

// together lists what is bought with an item these hours.
func together(s *recommend.Snapshot, q *recommend.Query, item int32) (row []recommend.Edge) {
	if q.Lately == nil {
		return nil
	}
	for _, p := range q.Lately.Ask(s.Items.SKU[item], nil) {
		row = append(row, recommend.NewEdge(s.Item(retail.SKUID(p.Item)), recommend.BoughtLately, p.Score,
			float32(p.Lift()), float32(p.Confidence()), int(p.Both)))
	}
	return row
}

// visits lists what visits like this one went on to.
func visits(s *recommend.Snapshot, q *recommend.Query) (row []recommend.Edge) {
	var clicks []int32
	for _, t := range q.Recent {
		if t.Act != recommend.Bought {
			clicks = append([]int32{t.Item}, clicks...) // the newest last
		}
	}
	found := s.Visits.Index.NewReader().Scores(clicks, make([]list.Scored, 0, 48))
	for _, v := range found {
		row = append(row, recommend.NewEdge(v.Item, recommend.ViewedNext, v.Score/found[0].Score, 0, 0, 0))
	}
	return row
}

// combos lists the best rule for each item that the whole cart proposes.
func combos(s *recommend.Snapshot, q *recommend.Query) (row []recommend.Edge) {
	best := map[int32]float32{}
	for _, r := range s.Rules.Rules {
		held := 0
		for _, item := range r.If {
			if slices.Contains(q.Anchors, item) {
				held++
			}
		}
		if held == len(r.If) && held > 1 {
			best[r.Then[0]] = max(best[r.Then[0]], float32(r.Confidence()))
		}
	}
	for item, confidence := range best {
		row = append(row, recommend.NewEdge(item, recommend.BoughtWithAll, confidence, 0, 0, 0))
	}
	return row
}

// bruteForce ranks with maps and sorts, one list after the other, without bounds and diversity.
func bruteForce(s *recommend.Snapshot, q *recommend.Query) (want []int32) {
	score := map[int32]float32{}
	var rows [][]recommend.Edge
	var weights []float32
	row := func(w float32, edges []recommend.Edge) { rows, weights = append(rows, edges), append(weights, w) }
	w := q.Blend.Weight[q.Scene]
	if q.Personal {
		row(w[recommend.OnMember], s.Personal.Row(q.Member, math.MaxInt32))
		decayed, next := w[recommend.OnSession], visits(s, q)
		row(decayed*q.Blend.Visits, next)
		for _, t := range q.Recent {
			var edges []recommend.Edge
			for _, e := range s.Neighbours.Row(t.Item, math.MaxInt32) {
				if len(next) == 0 || e.Kind() != recommend.ViewedTogether {
					edges = append(edges, e)
				}
			}
			row(decayed*q.Blend.Act[t.Act], edges)
			row(decayed*q.Blend.Act[t.Act]*q.Blend.Lately, together(s, q, t.Item))
			decayed *= q.Blend.Decay
		}
	}
	row(w[recommend.OnItem]*q.Blend.Combos, combos(s, q))
	for _, a := range q.Anchors {
		row(w[recommend.OnItem]/float32(len(q.Anchors)), s.Neighbours.Row(a, math.MaxInt32))
		row(w[recommend.OnItem]/float32(len(q.Anchors))*q.Blend.Lately, together(s, q, a))
	}
	row(w[recommend.OnStore], s.Here.Row(q.Store*s.HourSlots+q.Slot, math.MaxInt32))
	allowed := func(item int32, listed bool) bool {
		just, before, due := owns(s, q, item)
		switch q.Again {
		case recommend.NotAgain:
			return may(s, q, item) && !just && !before
		case recommend.DueAgain:
			return may(s, q, item) && !just && (!before || due && listed)
		}
		return may(s, q, item)
	}
	best := func() {
		var items []int32
		for item := range score {
			if allowed(item, true) && !slices.Contains(want, item) {
				items = append(items, item)
			}
		}
		slices.SortFunc(items, func(a, b int32) int {
			if score[a] != score[b] {
				return map[bool]int{true: -1, false: 1}[score[a] > score[b]]
			}
			return int(a - b)
		})
		want = append(want, items[:min(len(items), q.Limit-len(want))]...)
	}
	add := func() {
		for k, edges := range rows {
			for _, e := range edges {
				// What is owned enters by its repeat alone; earlier lists do not count for it.
				if _, before, due := owns(s, q, e.Item); q.Again == recommend.DueAgain && before && due &&
					score[e.Item] == 0 && e.Kind() != recommend.Repeat {
					continue
				}
				score[e.Item] += weights[k] * e.Score
			}
		}
	}
	add()
	best()
	if len(want) < q.Limit {
		rows, weights = nil, nil
		row(w[recommend.OnChain], s.Chain.Row(q.Slot, math.MaxInt32))
		add()
		best()
	}
	for _, item := range s.Newest {
		if len(want) < q.Limit && allowed(item, false) && !slices.Contains(want, item) {
			want = append(want, item)
		}
	}
	return want
}

func TestSlateIsThatOfBruteForce(t *testing.T) {
	for seed := range uint64(12) {
		a := newAsker(seed)
		var r recommend.Ranker
		var slate recommend.Slate
		for n := range 150 {
			a.filter = n%2 == 0
			q := a.query()
			q.Blend = a.plain
			r.Rank(a.s, q, &slate)
			var got []int32
			for _, p := range slate.Picks {
				got = append(got, p.Item)
			}
			if want := bruteForce(a.s, q); !slices.Equal(got, want) {
				t.Fatalf("seed %d, query %d %+v:\ngot  %v\nwant %v", seed, n, q, got, want)
			}
		}
	}
}

func TestNothingUnwantedIsShown(t *testing.T) {
	for seed := range uint64(12) {
		a := newAsker(seed)
		a.filter = true
		for n := range 150 {
			q := a.query()
			slate := rank(a.s, q)
			seen, styles := map[int32]bool{}, map[int32]int{}
			for _, p := range slate.Picks {
				just, before, due := owns(a.s, q, p.Item)
				owned := q.Again != recommend.AnyAgain && just || q.Again == recommend.NotAgain && before ||
					q.Again == recommend.DueAgain && before && !due
				if seen[p.Item] || owned || !may(a.s, q, p.Item) {
					t.Fatalf("seed %d, query %d %+v shows %+v", seed, n, q, p)
				}
				seen[p.Item] = true
				if styles[a.s.Items.Style[p.Item]]++; styles[a.s.Items.Style[p.Item]] > 1 {
					t.Fatalf("seed %d, query %d: two of one style in %+v", seed, n, slate)
				}
				if !(p.Score >= 0) || slate.Ladder>>p.Rung&1 == 0 || slate.Rung > p.Rung {
					t.Fatalf("seed %d, query %d: %+v of %+v", seed, n, p, slate)
				}
			}
			if len(slate.Picks) > q.Limit {
				t.Fatalf("seed %d, query %d: %d items, at most %d", seed, n, len(slate.Picks), q.Limit)
			}
		}
	}
}

func TestDiversityGivesWayBeforeTheSlateRunsShort(t *testing.T) {
	a := newAsker(5)
	q := a.query()
	q.Limit, q.Way, q.Exclude, q.Anchors, q.Scene = 10, 0, nil, nil, recommend.Home
	q.Filter = recommend.FilterNone()
	categories := map[int32]int{}
	for _, p := range rank(a.s, q).Picks {
		categories[a.s.Items.Category[p.Item]]++
	}
	for c, n := range categories {
		if n > 4 {
			t.Errorf("%d of 10 are of category %d", n, c)
		}
	}
	// One brand has few goods; the bound by brand must not hide them.
	q.Filter.Brand = a.s.Items.Brand[0]
	want := map[int32]bool{}
	for item := range int32(a.s.Items.Len()) {
		if may(a.s, q, item) {
			want[a.s.Items.Style[item]] = true
		}
	}
	q.Again = recommend.AnyAgain
	if got := len(rank(a.s, q).Picks); got != min(10, len(want)) {
		t.Errorf("%d of a brand with %d styles to show", got, len(want))
	}
}

// TestWithoutConsentNothingPersonalIsRead poisons everything that knows the visitor: whoever reads it
// panics or shows another slate.
func TestWithoutConsentNothingPersonalIsRead(t *testing.T) {
	a := newAsker(7)
	poisoned := *a.s
	bad := []uint32{1 << 30, 1 << 31, 1 << 30}
	poisoned.Personal = recommend.Edges{Start: slices.Repeat(bad, 20)}
	poisoned.Owned = recommend.Purchases{Start: slices.Repeat(bad, 20)}
	poisoned.Members = nil
	for n := range 300 {
		q := a.query()
		q.Personal = true
		q.Member = max(q.Member, 0)
		nobody, plain := *q, *q
		nobody.Personal, plain.Personal = false, false
		nobody.Member, nobody.Recent = -1, nil
		plain.Recent = []recommend.Touch{{Item: 1 << 30, Act: 200}, {Item: -1}}
		want, got := rank(a.s, &nobody), rank(&poisoned, &plain)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("query %d: the visitor changes a slate that is not personal: %+v, want %+v", n, got,
				want)
		}
		if want.Ladder&(1<<recommend.OnMember|1<<recommend.OnSession) != 0 {
			t.Fatalf("query %d stands on %b", n, want.Ladder)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Fatalf("query %d: the poison does not work", n)
				}
			}()
			rank(&poisoned, q)
		}()
	}
}

func TestLadder(t *testing.T) {
	full := simulated.World(3, simulated.Shop())
	blend := recommend.DefaultBlend()
	shelf := simulated.Shelf(3, full.Items.Len(), 1_000)
	f := func(want recommend.Rung, change func(*recommend.Snapshot, *recommend.Query)) {
		t.Helper()
		s := *full
		q := recommend.Query{Stock: shelf, Limit: 8, Filter: recommend.FilterNone(), Blend: &blend,
			Personal: true, Member: 3, Recent: []recommend.Touch{{Item: 9, Act: recommend.Clicked}},
			Anchors: []int32{11}}
		change(&s, &q)
		if slate := rank(&s, &q); slate.Rung != want || len(slate.Picks) != 8 {
			t.Errorf("stands on %s with %d items, want %s with 8", slate.Rung, len(slate.Picks), want)
		}
	}
	f(recommend.OnMember, func(*recommend.Snapshot, *recommend.Query) {})
	unknown := func(_ *recommend.Snapshot, q *recommend.Query) { q.Member = -1 }
	f(recommend.OnSession, unknown)
	silent := func(s *recommend.Snapshot, q *recommend.Query) { unknown(s, q); q.Recent = nil }
	f(recommend.OnItem, silent)
	home := func(s *recommend.Snapshot, q *recommend.Query) { silent(s, q); q.Anchors = nil }
	f(recommend.OnStore, home)
	opened := func(s *recommend.Snapshot, q *recommend.Query) { home(s, q); s.Here = recommend.Edges{} }
	f(recommend.OnChain, opened)
	f(recommend.OnNewest, func(s *recommend.Snapshot, q *recommend.Query) {
		opened(s, q)
		s.Chain, s.Neighbours, s.Personal = recommend.Edges{}, recommend.Edges{}, recommend.Edges{}
	})
}

func TestNothingToShow(t *testing.T) {
	a := newAsker(1)
	q := a.query()
	q.Stock = recommend.NewBits(a.s.Items.Len())
	if slate := rank(a.s, q); len(slate.Picks) != 0 {
		t.Errorf("an empty shelf shows %+v", slate)
	}
	var empty recommend.Snapshot
	if err := empty.Prepare(); err != nil {
		t.Fatal(err)
	}
	q = &recommend.Query{Limit: 5, Blend: a.blend, Filter: recommend.FilterNone(), Personal: true, Member: 4,
		Recent: []recommend.Touch{{Item: 3, Act: recommend.Bought}}, Anchors: []int32{7},
		Exclude: []int32{-4}}
	if slate := rank(&empty, q); len(slate.Picks) != 0 {
		t.Errorf("an empty chain shows %+v", slate)
	}
}
