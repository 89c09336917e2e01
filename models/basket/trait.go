package basket

import "math"

// The traits of a pair of member and item that the blend weighs. Where one does not apply it is -1.
const (
	// Habit: baskets with the item; their share; baskets since the newest of them (never where there is
	// none); time since then in intervals between purchases of the item (above 1 it is overdue), and between
	// baskets.
	traitCount = iota
	traitShare
	traitAge
	traitDue
	traitWait
	// The member: baskets, lines a basket, lines of the newest, share of lines that were repeats, time since
	// the newest basket in intervals between them, mean season of its goods.
	traitBaskets
	traitSize
	traitNewest
	traitRepeats
	traitIdle
	traitSeason
	// The item: buyers; lines in newest baskets, their share of all its lines, and against the baskets
	// before; mean place in histories; share of first purchases among the newest; share of repeats.
	traitBuyers
	traitLast
	traitTrend
	traitRise
	traitPlace
	traitFresh
	traitLoyal
	// The chance that a buyer takes the item again at this age.
	traitHazard
	// The store's share of the item against that of all stores.
	traitStore
	// What neighbours bought, see seek, and the same against the root of the item's lines.
	traitNear
	traitBeside
	traitAfter
	traitNearLift
	traitAfterLift
	// Traits is how many there are.
	Traits
)

// never is the age of what was never bought.
const never = 99

// habit is what a member's baskets say about one item.
type habit struct {
	item, count, age int32
	first, last      int64
}

// profile is what is the same for all candidates of one question.
type profile struct {
	m    *member
	shop *shop
	// at is the time that is asked about, interval the mean time between baskets.
	at       int64
	interval float64
	// size … season are traits; lines of all, and the share of them that stands in newest baskets.
	size, newest, repeats, idle, season float64
	lines, lastShare                    float64
}

// ratio is a/b, -1 where b is not above 0.
func ratio(a, b float64) float64 {
	if b > 0 {
		return a / b
	}
	return -1
}

// describe fills the row of one candidate.
func (s *Scratch) describe(b *book, item int32) *[Traits]float32 {
	p, t, g, row := &s.asker, &b.stat[item], &s.goods[item], &s.row
	put := func(trait int, v float64) { row[trait] = float32(v) }
	n := len(p.m.visits)
	put(traitCount, 0)
	put(traitShare, 0)
	put(traitAge, never)
	put(traitDue, -1)
	put(traitWait, -1)
	put(traitHazard, 0)
	if at := s.slot[item]; at > 0 {
		h := &s.own[at-1]
		put(traitCount, float64(h.count))
		put(traitShare, float64(h.count)/float64(n))
		put(traitAge, float64(h.age))
		since := float64(p.at - h.last)
		put(traitDue, ratio(since*float64(h.count-1), float64(h.last-h.first)))
		put(traitWait, ratio(since, p.interval))
		put(traitHazard, t.hazard(int(h.age), &b.all))
	}
	put(traitBaskets, float64(n))
	put(traitSize, p.size)
	put(traitNewest, p.newest)
	put(traitRepeats, p.repeats)
	put(traitIdle, p.idle)
	put(traitSeason, p.season)
	last, lines := float64(t.last), float64(t.lines)
	put(traitBuyers, float64(t.buyers))
	put(traitLast, last)
	put(traitTrend, (last+20*p.lastShare)/(lines+20))
	put(traitRise, (last+5)/(float64(t.previous)+5))
	put(traitPlace, t.season())
	put(traitFresh, float64(t.fresh+1)/(last+2))
	put(traitLoyal, (lines-float64(t.buyers)+1)/(lines+5))
	put(traitStore, p.taste(item, lines))
	root := math.Sqrt(lines + rootFloor)
	put(traitNear, float64(g.all))
	put(traitBeside, float64(g.beside))
	put(traitAfter, float64(g.after))
	put(traitNearLift, float64(g.all)/root)
	put(traitAfterLift, float64(g.after)/root)
	return row
}

// rootFloor keeps the lift of rare items in bounds.
const rootFloor = 5

// season is the mean place of an item's lines in the histories they stand in, 0 oldest to 1 newest.
func (t *tally) season() float64 {
	return (float64(t.place)/places + 2.5) / (float64(t.lines) + 5)
}

// taste is the store's share of an item against that of all stores, drawn to 1 as if the store had sold 500
// lines as all do.
func (p *profile) taste(item int32, lines float64) float64 {
	if p.shop == nil || p.lines == 0 {
		return -1
	}
	usual := (lines + 1) / (p.lines + 1)
	return (float64(p.shop.of(item))/usual + 500) / (float64(p.shop.lines) + 500)
}

// ask fills the profile and the habits.
func (s *Scratch) ask(b *book, m *member, at int64, store int32) {
	n := len(m.visits)
	newest := m.visits[n-1]
	if store == 0 {
		store = newest.store
	}
	p := profile{m: m, shop: b.shops[store], newest: float64(len(m.basket(n - 1))), idle: -1,
		size: float64(len(m.lines)) / float64(n), lines: float64(b.lines),
		lastShare: float64(b.last) / float64(max(1, b.lines))}
	if n > 1 {
		p.interval = float64(newest.time-m.visits[0].time) / float64(n-1)
	}
	if p.at = at; at == 0 {
		p.at = newest.time + int64(math.Round(p.interval))
	}
	p.idle = ratio(float64(p.at-newest.time), p.interval)
	for _, item := range m.basket(n - 1) {
		p.season += b.stat[item].season() / p.newest
	}
	distinct := s.habits(b, m)
	p.repeats = float64(len(m.lines)-distinct+1) / float64(len(m.lines)+5)
	s.asker = p
}

// habits gathers the member's own items, newest first, and tells how many there are; the oldest beyond MaxOwn
// are counted and not kept.
func (s *Scratch) habits(b *book, m *member) (distinct int) {
	n := len(m.visits)
	for v := n - 1; v >= 0; v-- {
		for _, item := range m.basket(v) {
			at := s.slot[item]
			if at == 0 {
				s.own = append(s.own, habit{item: item, age: int32(n - 1 - v), last: m.visits[v].time})
				at = int32(len(s.own))
				s.slot[item] = at
			}
			s.own[at-1].count++
			s.own[at-1].first = m.visits[v].time
		}
	}
	distinct = len(s.own)
	for _, h := range s.own[min(distinct, b.cfg.MaxOwn):] {
		s.slot[h.item] = 0
	}
	s.own = s.own[:min(distinct, b.cfg.MaxOwn)]
	return distinct
}
