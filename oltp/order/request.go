package order

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Request asks to place one order.
type Request struct {
	// Key makes repeating the request harmless. The zero Key lets the intake choose one, which guards
	// its own retries but not the caller's.
	Key   Key
	Store retail.StoreID
	// Member is 0 for an anonymous customer.
	Member retail.MemberID
	// Channel defaults to Till.
	Channel retail.Channel
	// Fulfilment defaults to CarryOut.
	Fulfilment retail.Fulfilment
	// PlacedAt defaults to now. It must lie between 2000-01-01 and five minutes from now.
	PlacedAt time.Time
	// Paid says that the money is in already. A paid CarryOut order is completed as it is placed; any
	// other order reserves its goods.
	Paid          bool
	PaymentMethod string
	ExternalRef   string
	Campaign      retail.CampaignID
	Simulated     bool
	// By names the principal who rings it up, for the lines that it granted.
	By    string
	Lines []Line
	// Routed tells how the store was chosen; nil when the request named it.
	Routed *Routed
}

// Line is one line of a Request. Category and cost are the catalogue's; net is Gross - Discount.
type Line struct {
	SKU retail.SKUID
	// Kind defaults to Sale.
	Kind retail.LineKind
	Qty  int32
	// UnitPrice is informative, Gross counts.
	UnitPrice, Gross, Discount, CouponDiscount retail.Money
	// List is the list price of one at that moment, the store's own where Own is set.
	List retail.Money
	Own  bool
	// Listed says that UnitPrice and Gross are the list's, since the caller sent neither: repeated after
	// a change of the list, the request is still the same.
	Listed bool
	// Granted says that By gave Reason for selling other than listed; that is kept with the order.
	Granted bool
	// Reason explains a line that is no sale, or that was granted.
	Reason string
}

// StepKind is what happens to an order after it was placed.
type StepKind uint8

// The kinds of step.
const (
	// Pay takes an unpaid order's money.
	Pay StepKind = iota + 1
	// Cancel gives up an order that is not picked yet and releases its goods. What was paid goes back.
	Cancel
	// Ship sends an order's goods off with a carrier.
	Ship
	// Complete closes an order; goods that did not leave before leave now.
	Complete
	// Pick begins to gather the goods of a paid order.
	Pick
	// MakeReady sets the goods aside for the customer, or for the courier.
	MakeReady
	// Deliver hands the goods to the courier, or tells that the carrier is at the customer's door.
	Deliver
	// Expire is Cancel for an order that nobody paid in time. Unlike that it leaves a paid order alone:
	// the money may arrive at the same moment.
	Expire
	// Remind reminds the store of a paid order that it has not begun to pick. The state stays.
	Remind
	// MarkLate notes that an order has not reached its customer in time. The state stays.
	MarkLate
)

// String names the state that the step leads to, or what it notes.
func (k StepKind) String() string {
	if code := k.note(); code != 0 {
		return code.String()
	}
	return k.target().String()
}

// note is what a step notes that changes no state, 0 for the others.
func (k StepKind) note() StepCode {
	switch k {
	case Remind:
		return Reminded
	case MarkLate:
		return Late
	}
	return 0
}

func (k StepKind) target() retail.OrderState {
	switch k {
	case Pay:
		return retail.Paid
	case Cancel, Expire:
		return retail.Cancelled
	case Ship:
		return retail.Shipped
	case Complete:
		return retail.Completed
	case Pick:
		return retail.Picking
	case MakeReady:
		return retail.Ready
	case Deliver:
		return retail.Delivering
	}
	return 0
}

// Step asks to move one order on. Steps need no key: an order that already stands where the step leads
// answers Replayed.
type Step struct {
	Kind  StepKind
	Order retail.OrderID
	// Store is the order's store where the caller knows it; 0 costs a look-up.
	Store retail.StoreID
	// At defaults to now.
	At            time.Time
	PaymentMethod string
	Reason        string
}

// Refund asks to give money back, with or without goods.
type Refund struct {
	// Key is as in Request.
	Key Key
	// Order is 0 for a return without a receipt.
	Order retail.OrderID
	// Store takes the return. It is required without an order and otherwise the order's store.
	Store       retail.StoreID
	Member      retail.MemberID
	Channel     retail.Channel
	At          time.Time
	Reason      string
	ExternalRef string
	Simulated   bool
	// Restock puts returned goods back on the shelf. Goods that never left are always freed.
	Restock bool
	// Lines may be empty for an order: everything that is left of it goes back.
	Lines []RefundLine
}

// RefundLine is one line of a Refund.
type RefundLine struct {
	// No is the order's line; 0 without an order.
	No int
	// SKU is taken from the order's line where there is an order.
	SKU retail.SKUID
	Qty int32
	// Exact says that Gross and Discount are the amounts to give back. Without it they are the line's
	// own amounts in proportion to Qty, exact to the fen over all refunds of the line. A return
	// without a receipt is always exact.
	Exact           bool
	Gross, Discount retail.Money
}
