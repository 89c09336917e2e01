package retail

import (
	"slices"
	"time"
)

// OrderState is where an order stands. The values are stored and sent: they never change.
type OrderState uint8

// The states of an order.
const (
	PendingPayment OrderState = iota + 1
	Paid
	Shipped
	Completed
	Cancelled
	Refunded
	Picking
	Ready
	Delivering
)

var orderStateNames = [...]string{"", "pending_payment", "paid", "shipped", "completed", "cancelled",
	"refunded", "picking", "ready", "delivering"}

func (s OrderState) String() string { return nameOf(orderStateNames[:], s) }

// stages lists, for each way of fulfilment, the states that a paid order passes through. A shop that does
// not record each of them may pass over some; it may never go back. A pickup order is never shipped, and
// goods that the customer carries out are handed over in one step.
var stages = [...][]OrderState{
	CarryOut: {Paid, Completed},
	Pickup:   {Paid, Picking, Ready, Completed},
	SameCity: {Paid, Picking, Ready, Delivering, Completed},
	Express:  {Paid, Picking, Shipped, Delivering, Completed},
}

// stageRank orders the states of a paid order; a state that is no stage has 0.
var stageRank = [...]uint8{Paid: 1, Picking: 2, Ready: 3, Shipped: 3, Delivering: 4, Completed: 5,
	Cancelled: 0}

func (s OrderState) rank() uint8 {
	if int(s) < len(stageRank) {
		return stageRank[s]
	}
	return 0
}

// CanBecome reports whether an order in state s that is fulfilled this way may move to next. What is not
// paid is paid or cancelled; what is paid moves on, can be refunded, and can be cancelled until it is
// picked.
func (s OrderState) CanBecome(next OrderState, way Fulfilment) bool {
	switch {
	case s == PendingPayment:
		return next == Paid || next == Cancelled
	case next == Cancelled:
		return s == Paid
	case next == Refunded:
		return s.rank() > 0
	case s.rank() == 0 || int(way) >= len(stages) || !slices.Contains(stages[way], next):
		return false
	}
	return next.rank() > s.rank()
}

// HoldsGoods reports whether the goods of an order in state s are reserved: they have not left the store.
// A till sale never holds goods.
func (s OrderState) HoldsGoods() bool {
	return s == PendingPayment || s == Paid || s == Picking || s == Ready
}

// Channel is where the customer bought.
type Channel uint8

// The channels.
const (
	Till Channel = iota + 1
	MiniProgram
	Web
	Phone
)

var channelNames = [...]string{"", "till", "mini_program", "web", "phone"}

func (c Channel) String() string { return nameOf(channelNames[:], c) }

// ParseChannel finds a channel by its name.
func ParseChannel(s string) (Channel, bool) { return parseName[Channel](channelNames[:], s) }

// Fulfilment is how the goods reach the customer.
type Fulfilment uint8

// The ways of fulfilment.
const (
	CarryOut Fulfilment = iota + 1
	Pickup
	SameCity
	Express
)

var fulfilmentNames = [...]string{"", "carry_out", "pickup", "same_city", "express"}

func (f Fulfilment) String() string { return nameOf(fulfilmentNames[:], f) }

// ParseFulfilment finds a way of fulfilment by its name.
func ParseFulfilment(s string) (Fulfilment, bool) {
	return parseName[Fulfilment](fulfilmentNames[:], s)
}

// LineKind tells goods sold from lines that carry only money or only stock.
type LineKind uint8

// The kinds of line. A Sale has a positive quantity. An Adjustment moves money without goods, a
// StockWriteOff goods without money (its quantity is negative), a WriteOff gives up money.
const (
	Sale LineKind = iota + 1
	Adjustment
	StockWriteOff
	WriteOff
)

var lineKindNames = [...]string{"", "sale", "adjustment", "stock_write_off", "write_off"}

func (k LineKind) String() string { return nameOf(lineKindNames[:], k) }

// ParseLineKind finds a kind of line by its name.
func ParseLineKind(s string) (LineKind, bool) { return parseName[LineKind](lineKindNames[:], s) }

// Line is one line of an order. Amounts are for the whole line: Gross - Discount = Net.
type Line struct {
	No       int
	SKU      SKUID
	Category CategoryID
	Kind     LineKind
	Qty      int32
	// UnitPrice is informative; Gross is what counts, since prices may have more than two places.
	UnitPrice, Gross, Discount, Net Money
	// CouponDiscount is the part of Discount that a coupon paid for.
	CouponDiscount Money
	// Cost is what the goods of the line cost the chain.
	Cost Money
}

// Order is a customer's purchase at one store.
type Order struct {
	ID         OrderID
	Store      StoreID
	Member     MemberID
	Channel    Channel
	Fulfilment Fulfilment
	State      OrderState
	PlacedAt   time.Time
	// PaidAt is zero until the order is paid.
	PaidAt        time.Time
	PaymentMethod string
	Lines         []Line
	// ExternalRef is the receipt number or the channel's own order number.
	ExternalRef string
	Campaign    CampaignID
	Simulated   bool
}

// Totals sums the lines.
func (o *Order) Totals() (gross, discount, net Money) {
	for i := range o.Lines {
		gross += o.Lines[i].Gross
		discount += o.Lines[i].Discount
		net += o.Lines[i].Net
	}
	return gross, discount, net
}

func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown"
}

func parseName[T ~uint8](names []string, s string) (T, bool) {
	for i, name := range names {
		if i > 0 && name == s {
			return T(i), true
		}
	}
	return 0, false
}
