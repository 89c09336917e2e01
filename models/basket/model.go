package basket

import (
	"sync"

	"github.com/tillstream/tillstream/models/boost"
	"github.com/tillstream/tillstream/models/history"
)

// Model knows the baskets of all members and, once fitted, how to weigh them. Any number of goroutines may
// ask; one that adds or deletes waits for them and makes them wait for some ten microseconds.
type Model struct {
	mu    sync.RWMutex
	book  *book
	trees *boost.Model // nil until fitted
}

// New makes a model that has met nobody. Until it is fitted it ranks by habit, then by popularity.
func New(cfg Config) (*Model, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return &Model{book: newBook(cfg)}, nil
}

// Basket is one purchase of one member.
type Basket struct {
	// Time in seconds since 1970, or an ordinal where only the order is known; all of one model's alike.
	Time int64
	// Store of the purchase, 0 where it is not known.
	Store int32
	// Items by id, in any order; one that stands there again counts once.
	Items []int64
}

// Add takes a basket. One without items is none. Baskets may come late: they take the place of their time.
// Cost: the lines kept of the member, and a look at one number for each item of the catalogue.
func (m *Model) Add(member int64, basket Basket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.book.add(member, basket.Time, basket.Store, basket.Items)
}

// Load takes all baskets of a history at once: the same as adding them, but quicker.
func (m *Model) Load(h *history.History) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.book.load(func() { m.book.read(h) })
}

// read adds the baskets of a history; the newest that will be kept of each member.
func (b *book) read(h *history.History) {
	var items []int64
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		for k := from; k < to; k++ {
			items = items[:0]
			for _, item := range h.Basket(k) {
				items = append(items, h.Items.ID(item))
			}
			b.add(h.Users.ID(u), h.Time[k], h.Store[k], items)
		}
	}
}

// Delete forgets a member and says whether there was one. Nothing of him remains in any count; the weights
// of the blend, which are learnt from thousands of members together, are learnt anew with the next fit.
func (m *Model) Delete(member int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.book.remove(member)
}

// Stats are counts of what a model holds and of what its limits refused.
type Stats struct {
	Members, Items, Stores int
	Baskets, Lines         int64
	// LinesRefused stood in baskets beyond MaxLines, BasketsForgotten were beyond MaxBaskets of a member.
	LinesRefused, BasketsForgotten int64
	Fitted                         bool
}

// Stats counts.
func (m *Model) Stats() Stats {
	m.mu.RLock()
	defer m.mu.RUnlock()
	b, items := m.book, 0
	for i := range b.stat {
		if b.stat[i].lines > 0 {
			items++
		}
	}
	return Stats{Members: len(b.at), Items: items, Stores: len(b.shops), Baskets: b.baskets,
		Lines: b.lines, LinesRefused: b.tooLong, BasketsForgotten: b.tooOld, Fitted: m.trees != nil}
}
