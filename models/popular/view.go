package popular

import (
	"math"

	"github.com/tillstream/tillstream/models/list"
)

// shelf is the lists of one store or of the chain, best first.
type shelf struct{ rate, trend []list.Scored }

// View is the lists at one time. It is never changed.
type View struct {
	chain  shelf
	stores map[int32]*shelf
	lift   []float32 // by item and slot
}

func (v *View) of(store int32) *shelf {
	if s := v.stores[store]; s != nil {
		return s
	}
	return &v.chain
}

// Knows reports whether the store has lists of its own; else the chain's stand in.
func (v *View) Knows(store int32) bool { return v.stores[store] != nil }

// Top returns what sells at the store at the moment, best first, in the memory of into, as many as its
// capacity holds. The score is the expected share of the item in the store's units. No allocation.
func (v *View) Top(store int32, m Moment, into []list.Scored) []list.Scored {
	best, at := list.NewBest(into, cap(into)), m.slots()
	for _, s := range v.of(store).rate {
		lift := v.lift[int(s.Item)*slots : (int(s.Item)+1)*slots]
		best.Offer(s.Item, s.Score*lift[at[0]]*lift[at[1]]*lift[at[2]])
	}
	return best.Sorted()
}

// Share returns the item's share in the store's units, 0 if it is not among the candidates.
func (v *View) Share(store, item int32) float32 {
	for _, s := range v.of(store).rate {
		if s.Item == item {
			return s.Score
		}
	}
	return 0
}

// Trending returns what sells more than it used to at the store, with how many times more, best first,
// in the memory of into. No allocation.
func (v *View) Trending(store int32, into []list.Scored) []list.Scored {
	trend := v.of(store).trend
	return append(into[:0], trend[:min(len(trend), cap(into))]...)
}

// mostLift bounds what an hour or a season may do to an item.
const mostLift = 8

// lifts says how much more of an item is sold in a slot than of all items.
func (l *Live) lifts() []float32 {
	lift := make([]float32, len(l.profile))
	group := [...][2]int{{0, hours}, {hours, hours + weekdays}, {hours + weekdays, slots}}
	for _, g := range group {
		var share [slots]float64
		var all float64
		for slot := g[0]; slot < g[1]; slot++ {
			share[slot] = l.slot[slot] + 1 // no slot is impossible
			all += share[slot]
		}
		for item := range l.items {
			row := l.profile[item*slots : (item+1)*slots]
			var units float64
			for slot := g[0]; slot < g[1]; slot++ {
				units += row[slot]
			}
			for slot := g[0]; slot < g[1]; slot++ {
				q, prior := share[slot]/all, l.cfg.LiftPrior
				x := (row[slot] + prior*q) / ((units + prior) * q)
				lift[item*slots+slot] = float32(min(mostLift, max(1./mostLift, x)))
			}
		}
	}
	return lift
}

// maker is the memory of one Refresh.
type maker struct {
	l     *Live
	chain []cell // by item
	board *list.Board
	heap  []list.Scored
}

func (l *Live) maker() *maker {
	m := &maker{l: l, chain: make([]cell, l.items), board: list.NewBoard(l.items),
		heap: make([]list.Scored, 0, l.cfg.Candidates)}
	for _, c := range l.chain.cells {
		m.chain[c.item] = c
	}
	return m
}

// shelf makes the lists of one store. Candidates are what it sold and what the chain sells best.
func (m *maker) shelf(s *shop, best []list.Scored) shelf {
	l, board, heap := m.l, m.board, m.heap
	var out shelf
	if l.chain.total <= 0 {
		return out
	}
	prior := l.cfg.StorePrior * l.unit()
	rate := func(item int32, own float64) float32 {
		return float32((own + prior*(m.chain[item].long/l.chain.total)) / (s.total + prior))
	}
	board.Clear()
	for _, c := range s.cells {
		board.Add(c.item, rate(c.item, c.long))
	}
	for _, b := range best {
		if board.Score(b.Item) == 0 {
			board.Add(b.Item, rate(b.Item, 0))
		}
	}
	out.rate = append(out.rate, board.Top(heap, l.cfg.Candidates)...)
	trend := list.NewBest(heap, l.cfg.Candidates)
	for _, c := range s.cells {
		trend.Offer(c.item, float32(l.ratio(c, l.ratio(m.chain[c.item], 1))))
	}
	out.trend = append(out.trend, trend.Sorted()...)
	return out
}

// unit is what a unit sold at the newest time weighs, so that priors are in today's units.
func (l *Live) unit() float64 {
	long, _ := l.weights(l.newest)
	return long
}

// ratio compares the short count with what the long one lets expect, shrunk to what is believed
// already: 1 of the chain, the chain's of a store.
func (l *Live) ratio(c cell, believed float64) float64 {
	long, short := l.weights(l.newest)
	days := float64(l.newest-l.first)/day + 1./hours // neither count has seen more than these
	seen := func(half float64) float64 { return half * (1 - math.Exp2(-days/half)) }
	expected := c.long / long * seen(l.cfg.Short) / seen(l.cfg.Long)
	return (c.short/short + l.cfg.TrendPrior*believed) / (expected + l.cfg.TrendPrior)
}
