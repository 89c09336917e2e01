package stock

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// LevelFilter narrows a list of levels, which ascends by store and SKU.
type LevelFilter struct {
	// Scope is what the reader may see.
	Scope retail.Scope
	// SKU narrows to one SKU, 0 means all.
	SKU retail.SKUID
	// Below narrows to levels of which less than that is available; negative means all.
	Below int32
	// Low narrows to levels at or below their safety stock.
	Low bool
	// After is the key after which the page starts.
	After retail.StockKey
	Limit int
}

// Held is what a store has of a SKU, and what comes.
type Held struct {
	retail.StockLevel
	// Safety is the safety stock, InTransit what is on the road from other stores.
	Safety, InTransit int32
}

// MoveFilter narrows a list of ledger entries, which runs from the newest to the oldest.
type MoveFilter struct {
	// Scope is what the reader may see.
	Scope retail.Scope
	// SKU and Kind narrow; 0 means all.
	SKU  retail.SKUID
	Kind retail.StockMoveKind
	// Before is the place in the ledger before which the page starts, "" for the newest entry.
	Before string
	Limit  int
}

// Entry is one entry of the ledger, with the level after it.
type Entry struct {
	retail.StockMove
	Level     retail.StockLevel
	Simulated bool
}

// Lister lists levels and ledger entries. oltp/postgres implements it.
type Lister interface {
	// Levels lists levels.
	Levels(ctx context.Context, f LevelFilter) ([]Held, error)
	// Moves lists ledger entries. It looks at a bounded part of the ledger at a time, so that a page may
	// hold fewer entries than asked for; next is where the next page starts, "" at the end.
	Moves(ctx context.Context, f MoveFilter) (entries []Entry, next string, err error)
}
