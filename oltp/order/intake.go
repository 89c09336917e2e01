package order

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// Intake is what the write API talks to; Writers implements it. Each method answers every request, in
// the order of the requests, when all of them are durable or refused. When ctx ends first, requests
// that were not taken up answer with its error; those in flight still commit.
type Intake interface {
	// Place places orders.
	Place(ctx context.Context, requests []Request) []Result
	// Advance pays, cancels, ships and completes orders.
	Advance(ctx context.Context, steps []Step) []Result
	// Refund gives money back.
	Refund(ctx context.Context, refunds []Refund) []Result
	// Move receives, adjusts and writes off stock. Its errors are those of a Result.
	Move(ctx context.Context, moves []stock.Move) []stock.Result
}

// Reader shows orders to whoever sees their store.
type Reader interface {
	// Order returns an order, or ErrNoSuchOrder when there is none within the scope.
	Order(ctx context.Context, scope retail.Scope, id retail.OrderID) (*View, error)
	// OrdersOf lists the orders of a store whose numbers lie below one, the highest first; none
	// outside the scope.
	OrdersOf(ctx context.Context, scope retail.Scope, store retail.StoreID, below retail.OrderID,
		limit int) ([]Brief, error)
}

// Brief is an order as a list shows it.
type Brief struct {
	ID retail.OrderID
	// Member is the code of the member who bought, if any.
	Member     string
	Channel    retail.Channel
	Fulfilment retail.Fulfilment
	State      retail.OrderState
	PlacedAt   time.Time
	// PaidAt is zero for an order that was not paid.
	PaidAt          time.Time
	ExternalRef     string
	Simulated       bool
	Gross, Discount retail.Money
}

// View is an order with what was given back of it.
type View struct {
	retail.Order
	// ArrivedAt is when the order reached the service; PlacedAt is what the customer's clock said.
	ArrivedAt time.Time
	// Refunded is parallel to Lines.
	Refunded []Refunded
	// Grants are the lines that were sold other than listed, with a reason.
	Grants []Grant
}

// Grant tells who sold a line other than listed, and why.
type Grant struct {
	// No is the line; List was the list price of one.
	No   int
	List retail.Money
	// By is the name of the user.
	By, Reason string
}

// Refunded is what was given back of one line so far.
type Refunded struct {
	Qty             int32
	Gross, Discount retail.Money
}
