package retail

import "time"

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
)

var orderStateNames = [...]string{"", "pending_payment", "paid", "shipped", "completed", "cancelled",
	"refunded"}

func (s OrderState) String() string { return nameOf(orderStateNames[:], s) }

// orderMoves lists, for each state, the states that may follow.
var orderMoves = [...]uint16{
	PendingPayment: 1<<Paid | 1<<Cancelled,
	Paid:           1<<Shipped | 1<<Completed | 1<<Refunded,
	Shipped:        1<<Completed | 1<<Refunded,
	Completed:      1 << Refunded,
	Refunded:       0,
}

// CanBecome reports whether an order in state s may move to next.
func (s OrderState) CanBecome(next OrderState) bool {
	return int(s) < len(orderMoves) && orderMoves[s]>>next&1 == 1
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
