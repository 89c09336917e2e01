package order

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// StepCode names what happened to an order. The states have their own numbers; what changes no state
// begins at 32. The values are stored: they never change.
type StepCode int16

// The steps that change no state.
const (
	// Reminded says that the store was reminded to pick.
	Reminded StepCode = iota + 32
	// Late says that the order has not reached the customer in time.
	Late
	// Declined says that the store will not serve the order.
	Declined
	// Moved says that another order, at another store, replaces this one.
	Moved
	// PartlyRefunded says that a part of the money went back. It is kept as a refund.
	PartlyRefunded
)

// The steps of a courier, which are kept with its errands.
const (
	// CourierBooked says that a courier service has taken the order on.
	CourierBooked StepCode = iota + 64
	// CourierAssigned says that a rider is on the way to the store.
	CourierAssigned
	// CourierEnded says that an errand ended early.
	CourierEnded
)

// The reasons that the chain itself gives for what happens to an order.
const (
	// ReasonPaymentTimeout says that an order was not paid in time.
	ReasonPaymentTimeout = "payment_timeout"
	// ReasonNotPicked says that the store did not pick an order although it was reminded.
	ReasonNotPicked = "not_picked"
	// ReasonDeclined says that the store declined.
	ReasonDeclined = "store_declined"
	// ReasonUnserved says that no store could serve the order.
	ReasonUnserved = "no_store_can_serve"
)

// StepOf is the code of reaching a state.
func StepOf(s retail.OrderState) StepCode { return StepCode(s) }

// String names the step as the timeline shows it; clients translate the names.
func (c StepCode) String() string {
	switch c {
	case StepOf(retail.PendingPayment):
		return "placed"
	case Reminded:
		return "reminded"
	case Late:
		return "late"
	case Declined:
		return "declined"
	case Moved:
		return "moved"
	case PartlyRefunded:
		return "partly_refunded"
	case CourierBooked:
		return "courier_booked"
	case CourierAssigned:
		return "courier_assigned"
	case CourierEnded:
		return "courier_ended"
	}
	if c > 0 && c < 32 {
		return retail.OrderState(c).String()
	}
	return "unknown"
}

// Internal reports whether the step is the chain's own business, which members are not shown.
func (c StepCode) Internal() bool {
	return c == Reminded || c == Late || c == Declined || c == CourierEnded
}

// StepRows are steps that orders took after they were placed. A payment is kept by the order itself.
type StepRows struct {
	Order, At []int64
	Store     []int32
	Step      []int16
	Reason    []string
}

func (r *StepRows) reset() {
	cut(&r.Order, &r.At)
	cut(&r.Store)
	cut(&r.Step)
	cut(&r.Reason)
}

func (r *StepRows) add(o *Standing, code StepCode, at moment, reason string) {
	r.Order = append(r.Order, int64(o.ID))
	r.At = append(r.At, at.us)
	r.Store = append(r.Store, int32(o.Store))
	r.Step = append(r.Step, int16(code))
	r.Reason = append(r.Reason, reason)
}

// Happening is one step of a timeline.
type Happening struct {
	Step   StepCode
	At     time.Time
	Reason string
	// Net is what a refund gave back.
	Net retail.Money
}

// Historian shows what happened to orders; oltp/postgres implements it.
type Historian interface {
	// Steps returns the steps that an order took after it was placed and paid, refunds among them, in
	// the order of time; none outside the scope.
	Steps(ctx context.Context, scope retail.Scope, id retail.OrderID) ([]Happening, error)
}

// Timeline joins what the order itself tells with the steps it took.
func Timeline(v *View, steps []Happening) []Happening {
	line := []Happening{{Step: StepOf(retail.PendingPayment), At: v.PlacedAt}}
	if !v.PaidAt.IsZero() {
		line = append(line, Happening{Step: StepOf(retail.Paid), At: v.PaidAt})
	}
	completed := false
	for _, s := range steps {
		completed = completed || s.Step == StepOf(retail.Completed)
	}
	atTill := v.Fulfilment == retail.CarryOut && v.PaidAt.Equal(v.PlacedAt) &&
		(v.State == retail.Completed || v.State == retail.Refunded)
	if atTill && !completed {
		line = append(line, Happening{Step: StepOf(retail.Completed), At: v.PaidAt})
	}
	line = append(line, steps...)
	slices.SortStableFunc(line, func(a, b Happening) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Step.place(), b.Step.place()))
	})
	return line
}

// lifeline lists the steps in the order in which they can happen.
var lifeline = [...]StepCode{StepOf(retail.PendingPayment), StepOf(retail.Paid), Reminded,
	StepOf(retail.Picking), StepOf(retail.Ready), CourierBooked, CourierAssigned, StepOf(retail.Shipped),
	StepOf(retail.Delivering), CourierEnded, Late,
	StepOf(retail.Completed), PartlyRefunded, Declined, Moved, StepOf(retail.Cancelled),
	StepOf(retail.Refunded)}

// place orders steps that happened at the same instant.
func (c StepCode) place() int { return slices.Index(lifeline[:], c) }
