package order

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// Book is where batches are recorded. oltp/postgres implements it.
type Book interface {
	// Record runs one transaction: it fills seen with what ask names, lets decide draw the
	// consequences, and commits them, unless decide fails. It may do so several times, so decide must
	// start afresh each time. After an error nothing is committed, except that after ErrUnavailable it
	// may be unknown.
	Record(ctx context.Context, ask *Ask, seen *Seen, decide func() (*Effects, error)) error
	// Numbers hands out a block of numbers that nobody else gets, at least MaxBatch of them.
	Numbers(ctx context.Context) (first, count int64, err error)
	// StoresOf finds the stores of orders; unknown orders are absent.
	StoresOf(ctx context.Context, ids []retail.OrderID) (map[retail.OrderID]retail.StoreID, error)
}

// Ask names what a batch must see before it can be decided. What it names stays locked until the
// transaction ends.
type Ask struct {
	// OrderKeys, RefundKeys and MoveKeys ask for requests that took effect before.
	OrderKeys, RefundKeys, MoveKeys []Key
	// Orders are those that steps and refunds touch, ascending. Their lines and the stock of their
	// lines are seen too.
	Orders []retail.OrderID
	// Papers are the documents whose steps the batch books, ascending by kind and id.
	Papers []Paper
	// Stock are the levels of the batch, ascending by store and SKU.
	Stock []retail.StockKey
}

func (a *Ask) reset() {
	a.OrderKeys, a.RefundKeys, a.MoveKeys = a.OrderKeys[:0], a.RefundKeys[:0], a.MoveKeys[:0]
	a.Orders, a.Stock, a.Papers = a.Orders[:0], a.Stock[:0], a.Papers[:0]
}

// Seen is what the book holds of an Ask; what is absent there is absent here. The order of rows does
// not matter, except that lines come grouped by order and ascending.
type Seen struct {
	OrdersBefore, RefundsBefore []Before
	MovesBefore                 []MoveBefore
	Levels                      []retail.StockLevel
	Orders                      []Standing
	Lines                       []StandingLine
	Papers                      []Paper
}

// Reset empties it and keeps its memory.
func (s *Seen) Reset() {
	s.OrdersBefore, s.RefundsBefore = s.OrdersBefore[:0], s.RefundsBefore[:0]
	s.MovesBefore, s.Levels = s.MovesBefore[:0], s.Levels[:0]
	s.Orders, s.Lines, s.Papers = s.Orders[:0], s.Lines[:0], s.Papers[:0]
}

// Before is an order or a refund that was recorded under a key.
type Before struct {
	Key             Key
	ID              retail.OrderID
	Hash            int64
	State           retail.OrderState
	Gross, Discount retail.Money
}

// MoveBefore is a stock move that was recorded under a key, with the level after it.
type MoveBefore struct {
	Key         Key
	Kind        retail.StockMoveKind
	OnHandDelta int32
	Level       retail.StockLevel
}

// Standing is an order as it stands.
type Standing struct {
	ID              retail.OrderID
	Store           retail.StoreID
	Member          retail.MemberID
	Campaign        retail.CampaignID
	Channel         retail.Channel
	Fulfilment      retail.Fulfilment
	State           retail.OrderState
	Simulated       bool
	PlacedUS        int64
	Gross, Discount retail.Money
	PaymentMethod   string
	ExternalRef     string
	// lines is this order's part of Seen.Lines.
	lines []StandingLine
	// row is this order's row of StateRows, from 1; 0 while it has none.
	row int
}

// StandingLine is a line of such an order, with what was given back of it.
type StandingLine struct {
	Order retail.OrderID
	retail.Line
	Refunded Refunded
}
