package keyed

import (
	"context"
	"fmt"

	"github.com/tillstream/tillstream/stream/fact"
)

// Books keeps the states of the keys of one partition. It belongs to one goroutine.
type Books struct {
	memory Memory
	quota  *Quota
	visits *book[VisitKey, Visit]
	orders *book[int64, Order]
	levels *book[StockKey, Level]
	known  visitFilter
	placed orderFilter
	moved  shelfFilter
}

// NewBooks makes empty books.
func NewBooks(m Memory, q *Quota) *Books {
	levels := &cache[StockKey, Level]{q, aShelf, &shelves{}, &shelves{}}
	k := &Books{memory: m, quota: q, visits: newBook(whole[VisitKey, Visit](q), m.Visits),
		orders: newBook(whole[int64, Order](q), m.Orders), levels: newBook(levels, m.Levels)}
	k.unlearn()
	k.visits.fresh, k.orders.fresh, k.levels.fresh = k.known.fresh, k.placed.fresh, k.moved.fresh
	return k
}

// Derive appends to b the rows that follow from its rows and from the records before it. It may be
// called again for the same batch, and then derives the same; Settle ends the batch.
func (k *Books) Derive(ctx context.Context, b *fact.Batch) error {
	k.visits.reset()
	k.orders.reset()
	k.levels.reset()
	p := Past{Partition: b.Range.Partition, Batch: b.ID}
	for _, derive := range []func(context.Context, Past, *fact.Batch) error{
		k.deriveVisits, k.deriveOrders, k.deriveStock,
	} {
		if err := derive(ctx, p, b); err != nil {
			return fmt.Errorf("cannot recall what came before %s/%d@%d: %w", b.Range.Topic, p.Partition,
				b.Range.From, err)
		}
	}
	return nil
}

// Settle says that the batch of the last Derive is written.
func (k *Books) Settle() {
	for i := range k.visits.entries {
		k.known.add(k.visits.entries[i].key)
	}
	for i := range k.orders.entries {
		k.placed.add(k.orders.entries[i].key)
	}
	for i := range k.levels.entries {
		k.moved.add(k.levels.entries[i].key)
	}
	k.visits.settle()
	k.orders.settle()
	k.levels.settle()
}

// Close forgets everything and gives the memory back. The books may be used on.
func (k *Books) Close() {
	k.visits.cache.clear()
	k.orders.cache.clear()
	k.levels.cache.clear()
	k.unlearn()
}

// unlearn leaves filters that know nothing and must be filled.
func (k *Books) unlearn() {
	for _, b := range []*bloom{&k.known.bloom, &k.placed.bloom, &k.moved.bloom} {
		*b = newBloom(k.quota.max / wholeKey)
	}
}
