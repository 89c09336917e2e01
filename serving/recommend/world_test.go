package recommend_test

import (
	"math/rand/v2"

	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// asker draws queries.
type asker struct {
	*rand.Rand
	s      *recommend.Snapshot
	shelf  recommend.Bits
	blend  *recommend.Blend
	plain  *recommend.Blend // without diversity
	filter bool
	lately *rule.Live
}

func newAsker(seed uint64) *asker {
	s := simulated.World(seed, simulated.Shop())
	blend, plain := recommend.DefaultBlend(), recommend.DefaultBlend()
	plain.PerStyle, plain.PerCategory, plain.PerBrand = 0, 0, 0
	return &asker{Rand: rand.New(rand.NewPCG(seed, 3)), s: s, blend: &blend, plain: &plain,
		shelf: simulated.Shelf(seed, s.Items.Len(), 4), lately: lately(seed, s)}
}

// lately counts baskets of a small part of the goods.
func lately(seed uint64, s *recommend.Snapshot) *rule.Live {
	rng, l := rand.New(rand.NewPCG(seed, 5)), rule.NewLive(rule.LiveConfig{})
	for range 2_000 {
		var basket []int64
		for range 2 + rng.IntN(3) {
			basket = append(basket, s.Items.SKU[rng.IntN(40)*7])
		}
		l.Add(basket, 1_000, 1_000)
	}
	return l
}

func (a *asker) items(n int) (out []int32) {
	for range a.IntN(n + 1) {
		out = append(out, a.Int32N(int32(a.s.Items.Len())))
	}
	return out
}

func (a *asker) query() *recommend.Query {
	q := &recommend.Query{Scene: recommend.Scene(a.IntN(5)), Store: a.Int32N(int32(len(a.s.Stores.ID))),
		Slot: a.Int32N(a.s.HourSlots), Way: retail.Fulfilment(a.IntN(5)), Stock: a.shelf,
		Limit: 1 + a.IntN(30), Filter: recommend.FilterNone(), Anchors: a.items(3), Exclude: a.items(20),
		Again: recommend.Again(a.IntN(3)), NowS: 1000, Blend: a.blend, Personal: a.IntN(4) > 0,
		Member: a.Int32N(int32(len(a.s.Members)+1)) - 1}
	for _, item := range a.items(8) {
		q.Recent = append(q.Recent, recommend.Touch{Item: item, Act: recommend.Act(1 + a.IntN(4))})
	}
	if a.IntN(2) == 0 {
		q.Lately = a.lately
	}
	if a.filter && a.IntN(2) == 0 {
		q.Filter.From = a.Int32N(int32(len(a.s.Categories.Code)))
		q.Filter.To = a.s.Categories.End[q.Filter.From]
	}
	if a.filter && a.IntN(4) == 0 {
		q.Filter.Brand = a.Int32N(int32(len(a.s.Brands)))
	}
	if a.filter && a.IntN(2) == 0 {
		q.Filter.MinFen, q.Filter.MaxFen = 2_000, 8_000
	}
	if a.filter && a.IntN(4) == 0 {
		q.Filter.Tags = 1 << retail.Hot
	}
	return q
}

func rank(s *recommend.Snapshot, q *recommend.Query) *recommend.Slate {
	var r recommend.Ranker
	var slate recommend.Slate
	r.Rank(s, q, &slate)
	return &slate
}
