package basket

import "math"

// Scratch is the memory of one goroutine that asks: 4 bytes a member, 16 an item. The zero value is ready;
// it grows with the model, and after that an answer allocates nothing.
type Scratch struct {
	// similar by member, met those whose is not 0.
	similar []float32
	met     []int32
	// want by item, wanted those whose is not 0.
	want   []float32
	wanted []int32
	// goods of the neighbours by item, seen those whose are not 0.
	goods []goods
	seen  []int32
	best  keep
	// own are the member's items, slot their places from 1 by item; picked are the candidates, and a slot
	// of -1 is a candidate that is not his own.
	own    []habit
	slot   []int32
	picked []int32
	asker  profile
	row    [Traits]float32
}

// goods is what the neighbours say of one item.
type goods struct{ all, beside, after float32 }

// fit grows the scratch to the model. New room is zero, and clean leaves zeros behind.
func (s *Scratch) fit(b *book) {
	if n := len(b.members) - len(s.similar); n > 0 {
		s.similar = append(s.similar, make([]float32, n)...)
	}
	if n := len(b.ids) - len(s.want); n > 0 {
		s.want = append(s.want, make([]float32, n)...)
		s.goods = append(s.goods, make([]goods, n)...)
		s.slot = append(s.slot, make([]int32, n)...)
	}
}

// clean zeroes what the last question has touched.
func (s *Scratch) clean() {
	for _, item := range s.wanted {
		s.want[item] = 0
	}
	for _, item := range s.seen {
		s.goods[item] = goods{}
	}
	for _, item := range s.picked {
		s.slot[item] = 0
	}
	for i := range s.own {
		s.slot[s.own[i].item] = 0
	}
	s.wanted, s.seen, s.own, s.picked = s.wanted[:0], s.seen[:0], s.own[:0], s.picked[:0]
}

// gather finds the candidates: the member's own, the best sellers, and what neighbours bought.
func (s *Scratch) gather(b *book, m *member, at int64, store int32) {
	s.fit(b)
	s.clean()
	s.ask(b, m, at, store)
	s.seek(b, m)
	for i := range s.own {
		s.picked = append(s.picked, s.own[i].item)
	}
	s.pickAll(b.top)
	if s.asker.shop != nil {
		s.pickAll(s.asker.shop.top)
	}
	near := b.cfg.Near
	s.pickBest(b, near, func(g *goods, _ float64) float32 { return g.all })
	s.pickBest(b, near/2, func(g *goods, _ float64) float32 { return g.after })
	s.pickBest(b, near/2, func(g *goods, lines float64) float32 {
		return g.all / float32(math.Sqrt(lines+rootFloor))
	})
}

func (s *Scratch) pickAll(items []int32) {
	for _, item := range items {
		if s.slot[item] == 0 {
			s.slot[item] = -1
			s.picked = append(s.picked, item)
		}
	}
}

// pickBest picks the n of the neighbours' goods that are worth most.
func (s *Scratch) pickBest(b *book, n int, worth func(g *goods, lines float64) float32) {
	s.best.reset(n)
	for _, item := range s.seen {
		if w := worth(&s.goods[item], float64(b.stat[item].lines)); w > 0 {
			s.best.add(scored{w, b.ids[item], item})
		}
	}
	for _, k := range s.best.sorted() {
		if s.slot[k.what] == 0 {
			s.slot[k.what] = -1
			s.picked = append(s.picked, k.what)
		}
	}
}
