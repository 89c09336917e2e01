package trait

import (
	"slices"

	"github.com/tillstream/tillstream/models/list"
)

// Search finds the nearest items. It belongs to one goroutine.
type Search struct {
	t     *Traits
	board *list.Board
	limit int
	some  []int32
	unit  []float32
}

// DefaultHolders is a sensible limit for NewSearch: a feature of more items than these says little.
const DefaultHolders = 2000

// NewSearch prepares searches that walk only features with up to limit holders; the rarest feature of
// an item is always walked, but not beyond the limit. Cost of a search: features of the item × limit
// additions.
func (t *Traits) NewSearch(limit int) *Search {
	return &Search{t: t, board: list.NewBoard(t.Items()), limit: limit}
}

// Nearest returns the n items most like the item, best first, in buf; scores are cosines over the
// features that were walked, at most 1.
func (s *Search) Nearest(buf []list.Scored, item int32, n int) []list.Scored {
	features, weights := s.t.Of(item)
	return s.walk(buf, item, features, weights, n)
}

// NearestTo does the same for an item that is not among them, by its facts; those that no item has are
// left out.
func (s *Search) NearestTo(buf []list.Scored, facts []Trait, n int) []list.Scored {
	s.some = s.some[:0]
	for _, f := range facts {
		if at := s.t.find(key{f.Field, f.Value}); at >= 0 {
			s.some = append(s.some, at)
		}
	}
	slices.Sort(s.some)
	s.some = slices.Compact(s.some)
	s.unit = append(s.unit[:0], make([]float32, len(s.some))...)
	unit(s.t.idf, s.some, s.unit)
	return s.walk(buf, -1, s.some, s.unit, n)
}

func (s *Search) walk(
	buf []list.Scored, self int32, features []int32, weights []float32, n int,
) []list.Scored {
	s.board.Clear()
	s.board.Skip(self)
	rarest := -1
	for i, f := range features {
		if rarest < 0 || s.holders(f) < s.holders(features[rarest]) {
			rarest = i
		}
	}
	for i, f := range features {
		if s.holders(f) <= s.limit || i == rarest {
			s.spread(f, weights[i], max(0, self))
		}
	}
	return s.board.Top(buf, n)
}

func (s *Search) holders(f int32) int { return int(s.t.holdsAt[f+1] - s.t.holdsAt[f]) }

// spread adds a feature to its holders. Where they are too many, those that follow the item itself are
// taken, so that not everybody ends at the same few.
func (s *Search) spread(f int32, weight float32, self int32) {
	holders := s.t.holder[s.t.holdsAt[f]:s.t.holdsAt[f+1]]
	if len(holders) > s.limit {
		from, _ := slices.BinarySearch(holders, self)
		from = min(from, len(holders)-s.limit)
		holders = holders[from : from+s.limit]
	}
	for _, h := range holders {
		s.board.Add(h, weight*s.t.weightOf(h, f))
	}
}

// weightOf is the weight of a feature in an item's vector.
func (t *Traits) weightOf(item, f int32) float32 {
	from, to := t.start[item], t.start[item+1]
	for i := from; i < to; i++ {
		if t.feature[i] == f {
			return t.weight[i]
		}
	}
	return 0
}

// Alike returns the cosine of two items, 0 where one of them has no traits.
func (t *Traits) Alike(a, b int32) float32 {
	features, weights := t.Of(a)
	var sum float32
	if b >= 0 && int(b) < t.Items() {
		for i, f := range features {
			sum += weights[i] * t.weightOf(b, f)
		}
	}
	return sum
}

// Lists returns the n nearest items of every item.
func (t *Traits) Lists(n, limit int) list.Lists {
	var out list.Lists
	search, buf := t.NewSearch(limit), make([]list.Scored, 0, n)
	for item := range t.Items() {
		buf = search.Nearest(buf, int32(item), n)
		out.Append(buf)
	}
	return out
}
