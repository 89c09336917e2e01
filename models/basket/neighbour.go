package basket

import "math"

// How neighbours are weighed. The values were chosen on held-out baskets of the history, where anything near
// them does as well.
const (
	recency = 0.8 // what a basket counts against the next newer one when neighbours are sought
	fading  = 0.9 // the same when their goods are counted
	rarity  = 1.5 // power of an item's self-information in the similarity
	breadth = 10  // items added to a neighbour's own before his similarity is divided by their root
	read    = 40  // baskets of a neighbour at most
)

// seek finds the members who bought what the asking one bought lately, and sums what they bought.
//
//	sim(u,v) = Σ over items j of both: want(j) · ln(1 + members/(buyers(j)+1))^1.5 / √(lines(v) + 10)
//	all(i)    = Σ sim(u,v) · 0.9^(baskets since) / Σ sim, over v's baskets with i
//	beside(i) = the same over v's baskets with i, times the largest want of their goods, without the fading
//	after(i)  = the same with the largest want of the goods of the basket before
func (s *Scratch) seek(b *book, m *member) {
	s.wants(b, m)
	for _, item := range s.wanted {
		buyers := b.buyers[item]
		weight := s.want[item] * float32(math.Pow(math.Log1p(float64(len(b.at))/
			float64(len(buyers)+1)), rarity))
		for _, v := range buyers[:min(len(buyers), b.cfg.MaxBuyers)] {
			if s.similar[v] == 0 {
				s.met = append(s.met, v)
			}
			s.similar[v] += weight
		}
	}
	s.best.reset(b.cfg.Neighbours)
	for _, v := range s.met {
		o := &b.members[v]
		if o != m {
			sim := s.similar[v] / float32(math.Sqrt(float64(len(o.lines)+breadth)))
			s.best.add(scored{sim, int64(o.key >> 1), v})
		}
		s.similar[v] = 0
	}
	s.met = s.met[:0]
	total := float32(1e-9)
	for _, n := range s.best.sorted() {
		total += n.value
		s.read(&b.members[n.what], n.value)
	}
	for _, item := range s.seen {
		g := &s.goods[item]
		g.all, g.beside, g.after = g.all/total, g.beside/total, g.after/total
	}
}

// wants weighs the items of the newest baskets.
func (s *Scratch) wants(b *book, m *member) {
	weight := float32(1)
	for v := len(m.visits) - 1; v >= max(0, len(m.visits)-b.cfg.RecentBaskets); v-- {
		for _, item := range m.basket(v) {
			if s.want[item] == 0 {
				if len(s.wanted) >= b.cfg.RecentItems {
					continue
				}
				s.wanted = append(s.wanted, item)
			}
			s.want[item] += weight
		}
		weight *= recency
	}
}

// read sums the goods of a neighbour's newest baskets, newest first.
func (s *Scratch) read(v *member, sim float32) {
	faded, newest := sim, len(v.visits)-1
	here := s.wantOf(v.basket(newest))
	for i := newest; i >= 0 && i > newest-read; i-- {
		before := float32(0)
		if i > 0 {
			before = s.wantOf(v.basket(i - 1))
		}
		for _, item := range v.basket(i) {
			g := &s.goods[item]
			if g.all == 0 {
				s.seen = append(s.seen, item)
			}
			g.all += faded
			g.beside += here * sim
			g.after += before * sim
		}
		here, faded = before, faded*fading
	}
}

// wantOf is the largest want of some items.
func (s *Scratch) wantOf(items []int32) (most float32) {
	for _, item := range items {
		most = max(most, s.want[item])
	}
	return most
}
