package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	models "github.com/tillstream/tillstream/warehouse/shelf"
)

// blobs is where a training writes; tables are not looked at.
type blobs struct {
	versions map[string]models.Version
	frames   map[string][]byte
}

func (b *blobs) PutBlob(_ context.Context, k models.Key, name string, data []byte) error {
	b.frames[k.Model+"/"+name] = data
	return nil
}
func (b *blobs) PutVersion(_ context.Context, v models.Version) error {
	b.versions[v.Model] = v
	return nil
}
func (*blobs) PutNeighbours(context.Context, models.Key, int, *models.Neighbours) error { return nil }
func (*blobs) PutRules(context.Context, models.Key, int, *models.Rules) error           { return nil }
func (*blobs) PutTops(context.Context, models.Key, int, *models.Tops) error             { return nil }
func (*blobs) PutPopular(context.Context, models.Key, int, *models.Popular) error       { return nil }
func (*blobs) Prune(context.Context, string, int) (int, error)                          { return 0, nil }
func (*blobs) Current(context.Context, string) (v models.Version, ok bool, err error) {
	return v, false, nil
}
func (b *blobs) Versions(_ context.Context, model string, _ bool, _ int) (all []models.Version, err error) {
	if v, ok := b.versions[model]; ok {
		all = append(all, v)
	}
	return all, nil
}
func (b *blobs) Blob(_ context.Context, k models.Key, name string) ([]byte, error) {
	if frame, ok := b.frames[k.Model+"/"+name]; ok {
		return frame, nil
	}
	return nil, models.ErrAbsent
}

func taught(t *testing.T, g *train.Gather, cfg train.Config) *blobs {
	t.Helper()
	b := &blobs{map[string]models.Version{}, map[string][]byte{}}
	if _, err := train.Train(t.Context(), g.Data(), b, cfg); err != nil {
		t.Fatal(err)
	}
	return b
}

// learn trains on what was gathered and grafts the result onto a catalogue of goods 1 … items, as serving
// does.
func learn(t *testing.T, g *train.Gather, items int, cfg train.Config) *recommend.Snapshot {
	t.Helper()
	served, err := train.Load(t.Context(), taught(t, g, cfg), 0)
	if err != nil {
		t.Fatal(err)
	}
	joined, err := live.Joined(served)
	if err != nil {
		t.Fatal(err)
	}
	model, err := recommend.Decode(joined.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	c := recommend.Catalogue{Stores: []retail.Store{{ID: 1}}}
	for sku := range items {
		c.SKUs = append(c.SKUs, retail.SKU{ID: retail.SKUID(sku + 1), Code: fmt.Sprint(sku + 1), Active: true,
			Price: 100})
	}
	base := recommend.FromCatalogue(1, c)
	if err := base.Prepare(); err != nil {
		t.Fatal(err)
	}
	s, err := recommend.Graft(base, model)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asking ranks one question after the other with everything in stock.
type asking struct {
	s      *recommend.Snapshot
	ranker recommend.Ranker
	slate  recommend.Slate
	q      recommend.Query
}

func newAsking(s *recommend.Snapshot, scene recommend.Scene, blend *recommend.Blend) *asking {
	a := &asking{s: s, q: recommend.Query{Scene: scene, Stock: recommend.NewBits(s.Items.Len()), Limit: 10,
		Filter: recommend.FilterNone(), Blend: blend, Personal: true, Member: -1}}
	for item := range int32(s.Items.Len()) {
		a.q.Stock.Set(item, true)
	}
	return a
}

func (a *asking) list() (items []int32) {
	a.ranker.Rank(a.s, &a.q, &a.slate)
	for _, p := range a.slate.Picks {
		items = append(items, p.Item)
	}
	return items
}

// plainly returns the blend that reads lists of single goods alone.
func plainly() *recommend.Blend {
	b := recommend.DefaultBlend()
	b.Combos, b.Visits = 0, 0
	return &b
}

func whole() *recommend.Blend {
	b := recommend.DefaultBlend()
	return &b
}

// carts learns from simulated receipts and asks for a good of each later one, given the others.
func carts(t *testing.T, seed uint64) (lists, rules judge.Quality) {
	t.Helper()
	w := rule.World{Baskets: 12_000, Items: 400, MeanLength: 6, Zipf: .8, Shift: 8, Habits: 150,
		HabitShare: .5, Seed: seed}
	b, g := w.Draw(), &train.Gather{}
	const learnt = 10_000
	for n := range int32(learnt) {
		for _, item := range b.At(n) {
			g.Buy(history.Line{Item: int64(item) + 1, Basket: int64(n), Time: int64(n) * 60, Store: 1,
				Qty: 1})
		}
	}
	s := learn(t, g, w.Items, train.Config{Only: []string{train.Rules, train.Neighbours}})
	plain, with := newAsking(s, recommend.Cart, plainly()), newAsking(s, recommend.Cart, whole())
	rng := rand.New(rand.NewPCG(seed, 9))
	judged := [2]judge.Mean{{K: 10}, {K: 10}}
	for n := int32(learnt); n < int32(b.Len); n++ {
		basket := b.At(n)
		if len(basket) < 3 {
			continue
		}
		hidden := rng.IntN(len(basket))
		rest := slices.Delete(slices.Clone(basket), hidden, hidden+1)
		for k, a := range []*asking{plain, with} {
			a.q.Anchors = rest
			judged[k].Add(a.list(), basket[hidden:hidden+1])
		}
	}
	return judged[0].Quality(), judged[1].Quality()
}

// runs learns from visits of a world with planted successors and asks for the next click of later ones.
func runs(t *testing.T, seed uint64) (lists, index judge.Quality) {
	t.Helper()
	w, g := planted.Make(planted.Config{Seed: seed, Users: 50}), &train.Gather{}
	for u := range int32(w.History.Users.Len()) {
		from, to := w.History.Of(u)
		for n := from; n < to; n++ {
			for _, item := range w.History.Basket(n) {
				g.Buy(history.Line{User: int64(u) + 1, Item: int64(item) + 1, Basket: int64(n),
					Time: w.History.Time[n], Store: 1, Qty: 1})
			}
		}
	}
	for n := range int32(w.Sessions.Len()) {
		for pos, item := range w.Sessions.Clicks(n) {
			g.Look(history.Click{Session: int64(n) + 1, Item: int64(item) + 1, Time: w.Sessions.Time[n],
				Pos: int64(pos)})
		}
	}
	s := learn(t, g, w.Config.Items, train.Config{Only: []string{train.Neighbours, train.Session}})
	plain, with := newAsking(s, recommend.Home, plainly()), newAsking(s, recommend.Home, whole())
	judged := [2]judge.Mean{{K: 10}, {K: 10}}
	for _, run := range w.Runs {
		for at := 1; at < len(run); at++ {
			var recent []recommend.Touch
			for k := at - 1; k >= 0; k-- {
				recent = append(recent, recommend.Touch{Item: run[k], Act: recommend.Clicked})
			}
			for k, a := range []*asking{plain, with} {
				a.q.Recent = recent
				judged[k].Add(a.list(), run[at:at+1])
			}
		}
	}
	return judged[0].Quality(), judged[1].Quality()
}

// TestNewMembersAreKnownByTheirPurchases trains on three members in four and asks for what the others, who
// have bought three goods since, will buy: beside lists of what goes with these goods, taste is folded in.
func TestNewMembersAreKnownByTheirPurchases(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		w, g := planted.Make(planted.Config{Seed: seed}), &train.Gather{}
		for u := range int32(w.History.Users.Len()) {
			from, to := w.History.Of(u)
			for n := from; n < to && u%4 > 0; n++ {
				for _, item := range w.History.Basket(n) {
					g.Buy(history.Line{User: int64(u) + 1, Item: int64(item) + 1, Basket: int64(n),
						Time: w.History.Time[n], Store: 1, Qty: 1})
				}
			}
		}
		s := learn(t, g, w.Config.Items, train.Config{Only: []string{train.Neighbours, train.Factors}})
		if s.Likes == nil || s.Member(4) < 0 || s.Member(1) >= 0 {
			t.Fatal("the wrong members are known")
		}
		bare := *s
		bare.Likes = nil
		plain, with := newAsking(&bare, recommend.Home, whole()), newAsking(s, recommend.Home, whole())
		judged := [2]judge.Mean{{K: 10}, {K: 10}}
		for u := int32(0); int(u) < w.History.Users.Len(); u += 4 {
			owned := w.Owned(u)
			truth := slices.Sorted(slices.Values(slices.Concat(owned[3:], w.Held[u])))
			var recent []recommend.Touch
			for _, item := range owned[:3] {
				recent = append(recent, recommend.Touch{Item: item, Act: recommend.Bought})
			}
			for k, a := range []*asking{plain, with} {
				a.q.Recent = recent
				judged[k].Add(a.list(), truth)
			}
		}
		lists, folded := judged[0].Quality(), judged[1].Quality()
		t.Logf("seed %d: NDCG %.4f by lists, %.4f with taste", seed, lists.NDCG, folded.NDCG)
		if folded.NDCG < 1.1*lists.NDCG {
			t.Errorf("seed %d: NDCG %.4f by lists, %.4f with taste", seed, lists.NDCG, folded.NDCG)
		}
		with.q.Personal = false
		if with.list(); with.slate.Ladder&(1<<recommend.OnMember) != 0 {
			t.Errorf("seed %d: taste is read without consent", seed)
		}
	}
}

// TestWholeCartsAndVisitsBeatListsOfSingleGoods holds rules about several goods, and the index of visits,
// against the lists of each good that they stand beside.
func TestWholeCartsAndVisitsBeatListsOfSingleGoods(t *testing.T) {
	f := func(what string, least float64, ask func(*testing.T, uint64) (judge.Quality, judge.Quality)) {
		t.Helper()
		for seed := uint64(1); seed <= 3; seed++ {
			lists, with := ask(t, seed)
			t.Logf("%s, seed %d: recall %.4f and NDCG %.4f by lists, %.4f and %.4f with it", what, seed,
				lists.Recall, lists.NDCG, with.Recall, with.NDCG)
			if with.NDCG < least*lists.NDCG || lists.NDCG == 0 {
				t.Errorf("%s, seed %d: NDCG %.4f, by lists %.4f", what, seed, with.NDCG, lists.NDCG)
			}
		}
	}
	f("carts", 1.04, carts)
	f("visits", 1.4, runs)
}
