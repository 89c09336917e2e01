package order

import (
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/retail"
)

// Result answers one request.
type Result struct {
	// ID is the order, or the refund for a Refund. It is set exactly when Err is nil.
	ID retail.OrderID
	// State is the order's state after the request, 0 for a refund without an order.
	State retail.OrderState
	// Gross, Discount and Net are the amounts of the order or of the refund.
	Gross, Discount, Net retail.Money
	// Replayed says that the request had taken effect before and this is its first answer.
	Replayed bool
	// Err is nil, one of the sentinels below, or an *Invalid, *Short or *WrongState.
	Err error
}

var (
	// ErrBusy says that the queue of the store's writer is full. Nothing was done; try again later.
	ErrBusy = errors.New("the order service is busy")
	// ErrUnavailable says that the database cannot be reached. Whether the request took effect may be
	// unknown; repeating it under its key is safe.
	ErrUnavailable = errors.New("the database is unavailable")
	// ErrDiskFull says that the database has no room left. Nothing was done.
	ErrDiskFull = errors.New("the database's disk is full")
	// ErrKeyReused says that the key was used before for a request with another content.
	ErrKeyReused = errors.New("the idempotency key was used for a different request")
	// ErrNoSuchOrder says that the order does not exist.
	ErrNoSuchOrder = errors.New("no such order")
	// ErrClosed says that the intake has been closed.
	ErrClosed = errors.New("the order service is closed")
)

// Invalid says which field of a request breaks a rule.
type Invalid struct {
	// Line is the index of the line, from 0; -1 where the field belongs to the request as a whole.
	Line int
	// Field is the name in snake_case, such as "qty".
	Field  string
	Reason string
}

func (e *Invalid) Error() string {
	if e.Line < 0 {
		return fmt.Sprintf("%s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Field, e.Reason)
}

// Short says that a store has too little of a SKU.
type Short struct {
	// Line is the index of the line that could not be served, from 0; -1 for a stock move.
	Line int
	retail.StockKey
	Wanted, Available int32
}

func (e *Short) Error() string {
	return fmt.Sprintf("store %d has %d of SKU %d available, wanted %d",
		e.Store, e.Available, e.SKU, e.Wanted)
}

// WrongState says that an order stands where the step does not apply.
type WrongState struct {
	Order     retail.OrderID
	Is, Asked retail.OrderState
	// Way is how the order is fulfilled, which decides where it can stand.
	Way retail.Fulfilment
}

func (e *WrongState) Error() string {
	return fmt.Sprintf("order %d (%s) is %s and cannot become %s", e.Order, e.Way, e.Is, e.Asked)
}
