package basket

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/tillstream/tillstream/models/boost"
	"github.com/tillstream/tillstream/models/history"
)

// lesson is what one member's newest basket teaches.
type lesson struct {
	member int64
	key    uint64
	at     int64
	store  int32
	truth  []int64 // ascending
}

// Fit makes a model of a history. The newest basket of each member who has several is held out, a book is
// made of the rest, and the blend learns which of a member's candidates the held-out basket holds. Each hit
// weighs 1/√(size of the basket): between what Recall asks for (1/size) and Precision (1). The model then
// takes the whole history. Where nobody has two baskets it stays unfitted.
// Cost: about a second for each 1,000 members and worker, 200 bytes for each of their candidates.
func Fit(h *history.History, cfg Config) (*Model, error) {
	m, err := New(cfg)
	if err != nil {
		return nil, err
	}
	past := newBook(m.book.cfg)
	past.load(func() { past.read(h.WithoutLast(1)) })
	if err := m.learn(past, lessons(h, &m.book.cfg)); err != nil {
		return nil, err
	}
	m.Load(h)
	return m, nil
}

// lessons are the newest baskets of those who have several, of at most FitMembers, in an order of their own.
func lessons(h *history.History, cfg *Config) (all []lesson) {
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		if to-from < 2 {
			continue
		}
		l := lesson{member: h.Users.ID(u), at: h.Time[to-1], store: h.Store[to-1]}
		l.key = keyOf(l.member ^ int64(cfg.Boost.Seed))
		for _, item := range h.Basket(to - 1) {
			l.truth = append(l.truth, h.Items.ID(item))
		}
		slices.Sort(l.truth)
		all = append(all, l)
	}
	slices.SortFunc(all, func(x, y lesson) int {
		if x.key != y.key {
			return order(x.key < y.key)
		}
		return order(x.member < y.member)
	})
	return all[:min(len(all), cfg.FitMembers)]
}

// learn fits the blend on a book and what came after it.
func (m *Model) learn(past *book, all []lesson) error {
	cfg := &m.book.cfg
	parts := make([]boost.Data, cfg.Workers)
	var wg sync.WaitGroup
	for w := range parts {
		wg.Go(func() {
			var s Scratch
			for i := w * len(all) / cfg.Workers; i < (w+1)*len(all)/cfg.Workers; i++ {
				s.teach(past, &all[i], &parts[w])
			}
		})
	}
	wg.Wait()
	d := boost.Data{Features: Traits}
	for i := range parts {
		d.X = append(d.X, parts[i].X...)
		d.Y = append(d.Y, parts[i].Y...)
		d.Weight = append(d.Weight, parts[i].Weight...)
		parts[i] = boost.Data{}
	}
	if !slices.Contains(d.Y, 1) {
		return nil
	}
	trees, err := boost.Fit(&d, cfg.Boost)
	if err != nil {
		return fmt.Errorf("cannot fit the blend of a basket model: %w", err)
	}
	m.trees = trees
	return nil
}

// teach appends the rows of one member: all hits and some of the misses.
func (s *Scratch) teach(past *book, l *lesson, d *boost.Data) {
	at, ok := past.at[l.member]
	if !ok {
		return
	}
	s.gather(past, &past.members[at], l.at, l.store)
	rng := rand.New(rand.NewPCG(l.key, 0x7ea))
	hit, miss := 1/math.Sqrt(float64(len(l.truth))), 1/past.cfg.Misses
	for _, item := range s.picked {
		y, weight := 1.0, hit
		if _, bought := slices.BinarySearch(l.truth, past.ids[item]); !bought {
			if y, weight = 0, miss; rng.Float64() >= past.cfg.Misses {
				continue
			}
		}
		d.X = append(d.X, s.describe(past, item)[:]...)
		d.Y, d.Weight = append(d.Y, y), append(d.Weight, weight)
	}
}
