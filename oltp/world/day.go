package world

import (
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Day is everything that happens at one store on one business day.
type Day struct {
	// Store is an index.
	Store int
	Date  retail.Day
	// Orders stand in order of time.
	Orders []Order
	// Deliveries arrived at one moment of the day.
	Deliveries []Delivery
	// Refunds are for orders of earlier days, in order of time.
	Refunds []Refund
	// Truth has one row for each SKU that was wanted, delivered or returned.
	Truth []Truth
	// LostVisits counts customers who found nothing of what they wanted.
	LostVisits int
}

// Order is one purchase.
type Order struct {
	Store int
	Date  retail.Day
	// No counts the orders of the store and day from 0.
	No int
	// AtMS is the time in milliseconds since 1970.
	AtMS int64
	// Member is an index, -1 for an anonymous customer.
	Member int
	Lines  []Line
	// Online says that the order came through the mini-program, and Steps what becomes of it.
	Online bool
	Steps  Steps
}

// Steps is the way of an order that is paid later, in seconds after it was placed; 0 means that the
// step is not taken.
type Steps struct {
	Fulfilment                              retail.Fulfilment
	PayAfter, CancelAfter, ShipAfter, Close int32
}

// Line is one line of an order.
type Line struct {
	// Product is an index.
	Product             int32
	Qty                 int32
	UnitPrice, Discount retail.Money
}

// Delivery is goods that arrive.
type Delivery struct {
	Product int
	Qty     int32
	AtMS    int64
}

// Refund gives back some of one line of an order.
type Refund struct {
	Order *Order
	// Line is the index of the line.
	Line    int
	Qty     int32
	AtMS    int64
	Restock bool
}

// Truth is what really happened to one SKU at one store on one day, in units. Two laws hold:
// Demand = Sold + Substituted + Lost, and
// Opening + Received + Returned - Sold - StoodIn = Closing.
type Truth struct {
	Store   int
	Product int
	Date    retail.Day
	// Demand is what customers wanted, whether they got it or not.
	Demand int32
	// Sold is what they got of it, Substituted what they took something else for, Lost the rest.
	Sold, Substituted, Lost int32
	// StoodIn is what was sold in place of something else.
	StoodIn int32
	// Received came in by delivery; Returned by refund or by cancellation, on the shelf again from
	// the next day on.
	Received, Returned int32
	// Opening and Closing are the stock at the day's two ends, what was returned on it included in
	// Closing.
	Opening, Closing int32
}

// At is the time of the order.
func (o *Order) At() time.Time { return time.UnixMilli(o.AtMS).UTC() }

// Cancelled says that the order is given up before it is paid.
func (o *Order) Cancelled() bool { return o.Online && o.Steps.CancelAfter > 0 }

// Key is the idempotency key of the order.
func (w *World) Key(o *Order) string {
	b := make([]byte, 0, 48)
	b = append(b, w.cfg.Name()...)
	b = append(b, '/')
	b = append(b, w.Stores[o.Store].Code...)
	b = append(b, '/')
	b = append(b, o.Date.String()...)
	b = append(b, '/')
	return string(strconv.AppendInt(b, int64(o.No), 10))
}
