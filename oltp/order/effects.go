package order

import "github.com/tillstream/tillstream/retail"

// Effects is what a batch does, table by table and column by column, as the book takes it. Times are
// microseconds since 1970, days are business days.
type Effects struct {
	// NewStock are levels without a row so far, Stock the others; both ascend by store and SKU.
	NewStock, Stock []retail.StockLevel
	Orders          OrderRows
	Lines           LineRows
	States          StateRows
	Steps           StepRows
	Grants          GrantRows
	Routing         RoutingRows
	Replaced        ReplacedRows
	Refunds         RefundRows
	RefundLines     RefundLineRows
	Moves           MoveRows
	Papers          []PaperChange
	// Packet holds the events, framed.
	Packet []byte
	// Doubtful says that something was refused for a level: a refusal must rest on what the book holds
	// now, not on what it remembers.
	Doubtful bool
}

// Empty reports whether nothing is to be recorded.
func (e *Effects) Empty() bool { return len(e.Packet) == 0 }

func (e *Effects) reset() {
	e.NewStock, e.Stock, e.Packet = e.NewStock[:0], e.Stock[:0], e.Packet[:0]
	e.Orders.reset()
	e.Lines.reset()
	e.States.reset()
	e.Steps.reset()
	e.Grants.reset()
	e.Routing.reset()
	e.Replaced.reset()
	e.Refunds.reset()
	e.RefundLines.reset()
	e.Moves.reset()
	cut(&e.Papers)
}

// OrderRows are new orders.
type OrderRows struct {
	ID                         []int64
	Key                        []Key
	Hash, Member, Placed       []int64
	Paid                       []int64 // 0 until paid
	Gross, Discount            []int64
	Store, Campaign            []int32
	SaleDay                    []int32 // counts where Paid does
	Channel, Fulfilment, State []int16
	Simulated                  []bool
	PaymentMethod, ExternalRef []string
}

func (r *OrderRows) reset() {
	cut(&r.ID, &r.Hash, &r.Member, &r.Placed, &r.Paid, &r.Gross, &r.Discount)
	cut(&r.Store, &r.Campaign, &r.SaleDay)
	cut(&r.Channel, &r.Fulfilment, &r.State)
	cut(&r.Key)
	cut(&r.Simulated)
	cut(&r.PaymentMethod, &r.ExternalRef)
}

// LineRows are lines of new orders.
type LineRows struct {
	Order, SKU, UnitPrice, Gross, Discount, CouponDiscount, Cost []int64
	Category, Qty                                                []int32
	No, Kind                                                     []int16
	Reason                                                       []string // "" for none
}

func (r *LineRows) reset() {
	cut(&r.Order, &r.SKU, &r.UnitPrice, &r.Gross, &r.Discount, &r.CouponDiscount, &r.Cost)
	cut(&r.Category, &r.Qty)
	cut(&r.No, &r.Kind)
	cut(&r.Reason)
}

// StateRows are orders that moved on.
type StateRows struct {
	ID            []int64
	State         []int16
	Paid          []int64 // 0 where the payment is not news
	SaleDay       []int32
	PaymentMethod []string
}

func (r *StateRows) reset() {
	cut(&r.ID, &r.Paid)
	cut(&r.State)
	cut(&r.SaleDay)
	cut(&r.PaymentMethod)
}

// RefundRows are new refunds.
type RefundRows struct {
	ID                            []int64
	Key                           []Key
	Hash, Order, Member, Refunded []int64
	Gross, Discount               []int64
	Store, Day                    []int32
	Channel, State                []int16
	Simulated                     []bool
	Reason, ExternalRef           []string
}

func (r *RefundRows) reset() {
	cut(&r.ID, &r.Hash, &r.Order, &r.Member, &r.Refunded, &r.Gross, &r.Discount)
	cut(&r.Store, &r.Day)
	cut(&r.Channel, &r.State)
	cut(&r.Key)
	cut(&r.Simulated)
	cut(&r.Reason, &r.ExternalRef)
}

// RefundLineRows are lines of new refunds.
type RefundLineRows struct {
	Refund, Order, SKU, Gross, Discount, Cost []int64
	Category, Qty                             []int32
	No, OrderLine, Kind                       []int16
}

func (r *RefundLineRows) reset() {
	cut(&r.Refund, &r.Order, &r.SKU, &r.Gross, &r.Discount, &r.Cost)
	cut(&r.Category, &r.Qty)
	cut(&r.No, &r.OrderLine, &r.Kind)
}

// MoveRows are entries of the stock ledger, with the levels after them.
type MoveRows struct {
	SKU, Version, Ref, At                               []int64
	Store, OnHandDelta, ReservedDelta, OnHand, Reserved []int32
	Kind                                                []int16
	Simulated                                           []bool
	Key                                                 []Key    // zero for none
	Reason                                              []string // "" for none
}

func (r *MoveRows) reset() {
	cut(&r.SKU, &r.Version, &r.Ref, &r.At)
	cut(&r.Store, &r.OnHandDelta, &r.ReservedDelta, &r.OnHand, &r.Reserved)
	cut(&r.Kind)
	cut(&r.Simulated)
	cut(&r.Key)
	cut(&r.Reason)
}

func cut[T any](columns ...*[]T) {
	for _, c := range columns {
		*c = (*c)[:0]
	}
}
