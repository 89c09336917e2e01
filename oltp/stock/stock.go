package stock

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Move asks to change what a store has of a SKU: goods received, a count corrected, goods lost.
type Move struct {
	// Key makes repeating the move harmless, as an order's key does; zero means none.
	Key [16]byte
	retail.StockKey
	// Kind is Receive, Adjust, StockLoss or Damage.
	Kind retail.StockMoveKind
	// Qty is what is added: positive for Receive, negative for StockLoss and Damage, not zero for Adjust.
	Qty int32
	// At defaults to now. It must lie between 2000-01-01 and five minutes from now.
	At time.Time
	// Reason says why; an Adjust must have one.
	Reason string
	// By is who asks for it, for the audit trail, and Request the id of the request. A move without By,
	// and a simulated one, is not written there.
	By, Request string
	Simulated   bool
}

// Result answers one Move.
type Result struct {
	// Level is what the store has after the move.
	Level    retail.StockLevel
	Replayed bool
	// Err is as in order.Result.
	Err error
}

// Reader shows levels.
type Reader interface {
	// Level returns one level; without a row, or outside the scope, it is zero at version 0.
	Level(ctx context.Context, scope retail.Scope, key retail.StockKey) (retail.StockLevel, error)
	// LevelsOf returns the levels that exist of the given SKUs at the given stores, as far as the scope
	// sees them, in no order.
	LevelsOf(ctx context.Context, scope retail.Scope, stores []retail.StoreID, skus []retail.SKUID) (
		[]retail.StockLevel, error)
	// Snapshot calls yield for every level of the chain as of one instant, ordered by store and SKU,
	// and ends at its first error.
	Snapshot(ctx context.Context, yield func(retail.StockLevel) error) error
}
