package retail

import "time"

// StockKey names one shelf position: a SKU at a store.
type StockKey struct {
	Store StoreID
	SKU   SKUID
}

// StockLevel is what a store has of a SKU. Available = OnHand - Reserved.
type StockLevel struct {
	StockKey
	OnHand, Reserved int32
	// Version rises by one with each move: of two levels the one with the higher version is newer.
	Version int64
}

// Available is what can still be promised to a customer.
func (l StockLevel) Available() int32 { return l.OnHand - l.Reserved }

// StockMoveKind is why stock moved. The values are stored and sent: they never change.
type StockMoveKind uint8

// The kinds of stock move.
const (
	Receive StockMoveKind = iota + 1
	Sell
	Reserve
	Release
	Fulfil
	Return
	Adjust
	StockLoss
)

var stockMoveNames = [...]string{"", "receive", "sell", "reserve", "release", "fulfil", "return",
	"adjust", "write_off"}

func (k StockMoveKind) String() string { return nameOf(stockMoveNames[:], k) }

// StockMove is one entry of the append-only stock ledger.
type StockMove struct {
	StockKey
	Kind                       StockMoveKind
	OnHandDelta, ReservedDelta int32
	// Ref is the order or refund behind the move, or 0.
	Ref    OrderID
	At     time.Time
	Reason string
}
