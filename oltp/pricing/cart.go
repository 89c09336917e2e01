package pricing

import (
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// Amount is an amount that may be left out.
type Amount struct {
	Money retail.Money
	// Given is false for an amount that is left out.
	Given bool
}

// Ask is what the caller wants of a line.
type Ask struct {
	// Kind is the kind of line; only a Sale has a list price.
	Kind retail.LineKind
	Qty  int32
	// Unit defaults to the list price, Gross to Qty times Unit.
	Unit, Gross Amount
	// Discount is all that is taken off, CouponDiscount included.
	Discount, CouponDiscount retail.Money
	// Reason tells why a line is no sale, or is not sold as the price list has it.
	Reason string
}

// Price is what a line costs.
type Price struct {
	// List is the price of one by the store's list, or by the catalogue.
	List retail.Money
	// Unit and Gross are what is asked for one and for all, Discount what is taken off that.
	Unit, Gross, Discount, CouponDiscount retail.Money
	// Listed says that Unit and Gross are the list's, since the caller named neither.
	Listed bool
	// Own says that List is the store's own price.
	Own bool
	// Granted says that somebody who may set prices gave a reason for another price, for a discount, or
	// for selling what the store does not sell.
	Granted bool
}

// Line is one line of a cart.
type Line struct {
	// SKU is nil for one that nobody knows; such a line is passed over.
	SKU *retail.SKU
	Ask
	Price
}

// Cart is what somebody wants to buy at one store.
type Cart struct {
	Channel retail.Channel
	// At is when the prices count.
	At time.Time
	// MaySet says that who rings it up may set prices.
	MaySet bool
	// MustSay says that who rings it up must give a reason for selling below the list, beyond coupons.
	MustSay bool
	// Assortment is what the store does apart from selling everything at its own price; nil for nothing.
	Assortment *catalogue.Assortment
	Lines      []Line
	// Faults are what is wrong with it.
	Faults []Fault
}

// Fault says what is wrong with a line.
type Fault struct {
	// Line counts from 0; Field is "sku", "qty" and so on.
	Line  int
	Field string
	// Rights says that somebody else might do it.
	Rights bool
	Reason Reason
	// Amount belongs to the reason where that needs one.
	Amount retail.Money
}

// Reset empties the cart and keeps its room.
func (c *Cart) Reset() {
	clear(c.Lines)
	*c = Cart{Lines: c.Lines[:0], Faults: c.Faults[:0]}
}

func (c *Cart) fault(i int, field string, r Reason) {
	c.Faults = append(c.Faults, Fault{Line: i, Field: field, Reason: r})
}

func (c *Cart) right(i int, field string, r Reason, m retail.Money) {
	c.Faults = append(c.Faults, Fault{Line: i, Field: field, Reason: r, Amount: m, Rights: true})
}
