package neighbour

import (
	"errors"

	"github.com/tillstream/tillstream/models/list"
)

// Sources are what lists are made of; each may be absent.
type Sources struct {
	Bought, Visited *Counts
	// Alike are the nearest goods by attributes, with scores within 0 and 1.
	Alike list.Lists
}

// errSizes says that sources number different goods.
var errSizes = errors.New("the sources count for different numbers of items")

func (s Sources) items() (int, error) {
	items := -1
	for _, n := range []int{s.Bought.size(), s.Visited.size(), s.Alike.Len()} {
		if n == 0 {
			continue
		}
		if items >= 0 && items != n {
			return 0, errSizes
		}
		items = n
	}
	return max(0, items), nil
}

// Row is the list of one item, best first. It is never changed.
type Row struct {
	Item  []int32
	Score []float32
	Kind  []Kind
}

// Model is a snapshot of all lists, read from any number of goroutines without allocation.
type Model struct {
	lists list.Lists
	kind  []Kind
}

// Of returns the neighbours of an item; one that is not known has none.
func (m *Model) Of(item int32) Row {
	items, scores := m.lists.Of(item)
	if items == nil {
		return Row{}
	}
	from := m.lists.Start[item]
	return Row{Item: items, Score: scores, Kind: m.kind[from : from+int32(len(items))]}
}

// Fit makes the lists of all items. Cost: partners of all items together, times a heap of Top.
func Fit(s Sources, cfg Config) (*Model, error) {
	items, err := s.items()
	if err != nil {
		return nil, err
	}
	cfg = cfg.orDefault()
	m, mix, buf := &Model{}, newMix(items), make([]list.Scored, 0, cfg.Top)
	for item := range int32(items) {
		buf = s.score(mix, buf, item, &cfg)
		m.lists.Append(buf)
		for _, b := range buf {
			m.kind = append(m.kind, mix.kind[b.Item])
		}
	}
	return m, nil
}

// score makes the list of one item.
func (s Sources) score(m *mix, buf []list.Scored, item int32, cfg *Config) []list.Scored {
	m.clear(item)
	s.Bought.offer(m, item, cfg, Bought)
	s.Visited.offer(m, item, cfg, Visited)
	items, scores := s.Alike.Of(item)
	for i, p := range items {
		m.add(p, cfg.Weights[Alike]*min(1, scores[i]), Alike)
	}
	return m.board.Top(buf, cfg.Top)
}

// Basket adds to the board what goes with the items of a basket: the sum of their lists, each item of
// the basket itself left out. Cost: items × Top additions; no allocation.
func (m *Model) Basket(board *list.Board, items []int32) {
	for _, item := range items {
		board.Skip(item)
		neighbours, scores := m.lists.Of(item)
		for i, n := range neighbours {
			board.Add(n, scores[i])
		}
	}
}
