package keyed

import "context"

// Memory reads back what the rows of earlier batches say of keys; warehouse/recall implements it. What
// it does not find was never seen.
type Memory interface {
	// Visits returns how visits stood.
	Visits(ctx context.Context, p Past, keys []VisitKey) (map[VisitKey]Visit, error)
	// Recent names the visits of a day and later ones.
	Recent(ctx context.Context, p Past, since int32, each func(VisitKey)) error
	// Orders returns when orders took their steps.
	Orders(ctx context.Context, p Past, ids []int64) (map[int64]Order, error)
	// LastOrder is the highest number of an order that took a step, 0 without any.
	LastOrder(ctx context.Context, p Past) (int64, error)
	// Levels returns the last level of SKUs.
	Levels(ctx context.Context, p Past, keys []StockKey) (map[StockKey]Level, error)
	// Shelves names every SKU at a store that ever moved.
	Shelves(ctx context.Context, p Past, each func(StockKey)) error
	// Chains returns, for each SKU, the last level before a version and the levels from it on, by
	// version.
	Chains(ctx context.Context, p Past, from map[StockKey]int64) (map[StockKey][]Level, error)
}

// Past is everything that the rows of a partition say, but for those of one batch. Batches of a partition
// come one after the other, so that is what was there before this one. An offset would not tell: a topic
// that is made anew, or a log whose end was cut off, uses its offsets again.
type Past struct {
	Partition int32
	// Batch is the fact.Batch.ID of the batch at hand.
	Batch uint64
}
