package popular

import (
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/list"
)

// cell is what one store, or the chain, has sold of one item, in units that weigh as much as one sold
// at the landmark.
type cell struct {
	item        int32
	long, short float64
}

// shop is the count of one store.
type shop struct {
	cells []cell
	at    map[int32]int32
	total float64 // long
	dirty bool
}

func newShop() *shop { return &shop{at: map[int32]int32{}} }

func (s *shop) add(item int32, long, short float64, limit int) {
	at, ok := s.at[item]
	if !ok {
		if len(s.cells) >= 2*limit {
			s.keep(limit)
		}
		at = int32(len(s.cells))
		s.cells = append(s.cells, cell{item: item})
		s.at[item] = at
	}
	s.cells[at].long += long
	s.cells[at].short += short
	s.total += long
	s.dirty = true
}

// keep drops all but the items sold most.
func (s *shop) keep(limit int) {
	slices.SortFunc(s.cells, func(a, b cell) int {
		return list.Compare(list.Scored{Item: a.item, Score: float32(a.long)},
			list.Scored{Item: b.item, Score: float32(b.long)})
	})
	s.cells = slices.Clone(s.cells[:limit])
	clear(s.at)
	s.total = 0
	for i, c := range s.cells {
		s.at[c.item] = int32(i)
		s.total += c.long
	}
}

func (s *shop) scale(long, short float64) {
	for i := range s.cells {
		s.cells[i].long *= long
		s.cells[i].short *= short
	}
	s.total *= long
	s.dirty = true
}

const day = 86400.

// weights are what a unit sold at the time weighs for the two half-lives.
func (l *Live) weights(time int64) (long, short float64) {
	days := float64(time-l.landmark) / day
	return math.Exp2(days / l.cfg.Long), math.Exp2(days / l.cfg.Short)
}

// farthest is how many powers of two weights may grow.
const farthest = 200

// advance moves the landmark before weights grow too large for a float.
func (l *Live) advance(time int64) {
	quick := min(l.cfg.Long, l.cfg.Short)
	if !l.begun {
		l.landmark, l.first, l.begun = time, time, true
	}
	l.first = min(l.first, time)
	for float64(time-l.landmark)/day > farthest*quick {
		step := farthest * quick
		long, short := math.Exp2(-step/l.cfg.Long), math.Exp2(-step/l.cfg.Short)
		l.landmark += int64(step * day)
		l.chain.scale(long, short)
		for _, s := range l.stores {
			s.scale(long, short)
		}
	}
}
