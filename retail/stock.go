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
	// Damage writes off goods that were found broken or spoilt.
	Damage
	// CountGain and CountLoss book what a stocktake found to be more or less than the books said.
	CountGain
	CountLoss
	// TransferOut takes goods from the donor's shelf onto the road, TransferIn puts what was shipped on
	// the receiver's shelf.
	TransferOut
	TransferIn
	// TransitLoss writes off, at the receiver, what was shipped and did not arrive; TransitClaim claims
	// it from the donor or the carrier instead.
	TransitLoss
	TransitClaim
)

var stockMoveNames = [...]string{"", "receive", "sell", "reserve", "release", "fulfil", "return",
	"adjust", "write_off", "damage", "count_gain", "count_loss", "transfer_out", "transfer_in",
	"transit_loss", "transit_claim"}

func (k StockMoveKind) String() string { return nameOf(stockMoveNames[:], k) }

// ParseStockMoveKind finds a kind of stock move by its name.
func ParseStockMoveKind(s string) (StockMoveKind, bool) {
	return parseName[StockMoveKind](stockMoveNames[:], s)
}

// StockMove is one entry of the append-only stock ledger.
type StockMove struct {
	StockKey
	Kind                       StockMoveKind
	OnHandDelta, ReservedDelta int32
	// Ref is the order, refund, stocktake or transfer behind the move, as Kind tells, or 0.
	Ref    OrderID
	At     time.Time
	Reason string
}
