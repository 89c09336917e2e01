package basket

import "math"

// Reason says what speaks most for a suggestion.
type Reason uint8

// The reasons.
const (
	// Popular: many buy it now.
	Popular Reason = iota
	// Habit: the member bought it before.
	Habit
	// Neighbours: members with a like taste buy it more than twice as often as members do.
	Neighbours
)

// Suggestion is one item that may be in the next basket.
type Suggestion struct {
	Item int64
	// Score orders suggestions; of a fitted model it is a chance in 0…1, learnt with members of large baskets
	// counted less, so that it is no more than near the frequency.
	Score  float64
	Reason Reason
	// Bought is how many baskets of the member held it, Age how many baskets came since the newest of them.
	Bought, Age int32
}

// Question is whose next basket is asked for, and when and where.
type Question struct {
	Member int64
	// At is the time of the basket, 0 for one mean interval after the newest.
	At int64
	// Store of the basket, 0 for that of the newest.
	Store int32
	// Most is how many suggestions are wanted.
	Most int
}

// Recommend appends the items that the member's next basket will most likely hold to dst, best first. Of a
// member who is not known it tells the best sellers, of the store where one is named. Ties go to the
// smaller id.
// Cost: about RecentItems × MaxBuyers + Neighbours × lines additions and 300 walks down the trees.
func (m *Model) Recommend(s *Scratch, q Question, dst []Suggestion) []Suggestion {
	m.mu.RLock()
	defer m.mu.RUnlock()
	b := m.book
	at, known := b.at[q.Member]
	if !known {
		return b.strangers(q, dst)
	}
	s.gather(b, &b.members[at], q.At, q.Store)
	s.best.reset(min(q.Most, len(s.picked)))
	for _, item := range s.picked {
		s.best.add(scored{m.score(s, item), b.ids[item], item})
	}
	for _, k := range s.best.sorted() {
		dst = append(dst, s.suggest(b, &k, m.trees != nil))
	}
	return dst
}

// score is the log-odds of an item; without trees the baskets that held it, and its popularity within 1.
func (m *Model) score(s *Scratch, item int32) float32 {
	row := s.describe(m.book, item)
	if m.trees != nil {
		return float32(m.trees.Score(row[:]))
	}
	lines := float32(m.book.stat[item].lines)
	return row[traitCount] + lines/(lines+1000)
}

func (s *Scratch) suggest(b *book, k *scored, fitted bool) Suggestion {
	out := Suggestion{Item: b.ids[k.what], Score: float64(k.value), Age: never}
	if fitted {
		out.Score = 1 / (1 + math.Exp(-out.Score))
	}
	usual := float32(b.stat[k.what].lines) / float32(len(b.at))
	switch at := s.slot[k.what]; {
	case at > 0:
		out.Reason, out.Bought, out.Age = Habit, s.own[at-1].count, s.own[at-1].age
	case s.goods[k.what].all > 2*usual:
		out.Reason = Neighbours
	}
	return out
}

// strangers are offered the best sellers; the score is the share of all lines.
func (b *book) strangers(q Question, dst []Suggestion) []Suggestion {
	top, of, lines := b.top, func(item int32) int32 { return b.stat[item].lines }, b.lines
	if s := b.shops[q.Store]; s != nil && len(s.top) > 0 {
		top, of, lines = s.top, s.of, s.lines
	}
	for _, item := range top[:min(len(top), max(0, q.Most))] {
		dst = append(dst, Suggestion{Item: b.ids[item], Age: never,
			Score: float64(of(item)) / float64(lines)})
	}
	return dst
}
