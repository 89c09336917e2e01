package basket

// ages is how many ages since a purchase have a hazard of their own; the last stands for all above.
const ages = 8

// places is the fixed point in which places in a history are summed: floats would not subtract exactly.
const places = 1 << 16

// cadence counts chances and returns by age: how many baskets came while the item's latest purchase lay that
// many baskets back, and in how many of them it was bought.
type cadence struct{ chances, returns [ages]int64 }

// again counts n baskets without and then, if back, one with the item.
func (c *cadence) again(baskets int, back bool, sign int32) {
	for a := range min(baskets, ages-1) {
		c.chances[a] += int64(sign)
	}
	if over := baskets - (ages - 1); over > 0 {
		c.chances[ages-1] += int64(sign) * int64(over)
	}
	if back {
		c.returns[min(baskets-1, ages-1)] += int64(sign)
	}
}

// hazard is the chance of a return at an age, drawn to the overall one as if that had been seen 20 times.
func (c *cadence) hazard(age int, all *cadence) float64 {
	a := min(age, ages-1)
	whole := float64(all.returns[a]+1) / float64(all.chances[a]+20)
	return (float64(c.returns[a]) + 20*whole) / float64(c.chances[a]+20)
}

// tally is what is counted of one item.
type tally struct {
	// lines that hold it; buyers who bought it.
	lines, buyers int32
	// last and previous count it in the newest and the newest but one basket of its buyers, fresh those of
	// last in which it was bought for the first time.
	last, previous, fresh int32
	// place is the sum of the places of its lines in their histories, 0 oldest to places newest.
	place int64
	cadence
}

// lastWeight is what a line in a newest basket counts more among the best sellers.
const lastWeight = 4

// popularity orders the best sellers: the newest baskets count most.
func (t *tally) popularity() int32 { return t.lines + lastWeight*t.last }

// shop is what one store sells.
type shop struct {
	lines int64
	// count of lines by item; it may be shorter than there are items.
	count []int32
	top   []int32
}

// add counts a line. Only items that were sold there cost room.
func (s *shop) add(item, sign int32) {
	if n := int(item) + 1 - len(s.count); n > 0 {
		s.count = append(s.count, make([]int32, n)...)
	}
	s.count[item] += sign
	s.lines += int64(sign)
}

func (s *shop) of(item int32) int32 {
	if s == nil || int(item) >= len(s.count) {
		return 0
	}
	return s.count[item]
}

// contribute adds (1) or takes away (-1) all that a member's baskets say. It is a function of the baskets
// alone, so that taking away leaves no trace.
// Cost: lines × ages.
func (b *book) contribute(m *member, sign int32) {
	n := len(m.visits)
	for v, visit := range m.visits {
		place := int64(2*v+1) * places / int64(2*n)
		shop := b.shop(visit.store)
		for _, item := range m.basket(v) {
			b.count(item, v, n, place*int64(sign), sign)
			if shop != nil {
				shop.add(item, sign)
			}
		}
	}
	for _, item := range m.lines {
		if at := b.latest[item]; at > 0 {
			b.stat[item].again(n-int(at), false, sign)
			b.all.again(n-int(at), false, sign)
			b.latest[item] = 0
		}
	}
	b.baskets += int64(sign) * int64(n)
}

// count takes one line, in visit v of n. b.latest holds the number of the visit of the item's latest
// purchase, from 1.
func (b *book) count(item int32, v, n int, place int64, sign int32) {
	t := &b.stat[item]
	before := t.popularity()
	t.lines += sign
	t.place += place
	if at := int(b.latest[item]); at > 0 {
		t.again(v+1-at, true, sign)
		b.all.again(v+1-at, true, sign)
	} else {
		t.buyers += sign
		if v == n-1 {
			t.fresh += sign
		}
	}
	switch v {
	case n - 1:
		t.last += sign
		b.last += int64(sign)
	case n - 2:
		t.previous += sign
	}
	b.latest[item] = int32(v + 1)
	b.lines += int64(sign)
	b.popular[item] += t.popularity() - before
}
