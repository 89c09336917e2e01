package courier

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// State is how far an errand is. The values are stored and sent: they never change.
type State int16

// The states of an errand. Each but the last three follows the one before it, some may be left out.
const (
	// Asked: the service has not answered yet.
	Asked State = iota + 1
	// Booked: the service has taken the errand.
	Booked
	// Assigned: a rider is on the way to the store.
	Assigned
	// PickedUp: the rider has the goods.
	PickedUp
	// Delivered: the customer has the goods.
	Delivered
	// Cancelled: the service gave the errand up before a rider had the goods.
	Cancelled
	// Failed: the service does not do the errand, or could not hand the goods over.
	Failed
	// Withdrawn: the chain took the errand back.
	Withdrawn
)

// String names the state as clients see it.
func (s State) String() string {
	switch s {
	case Asked:
		return "asked"
	case Booked:
		return "booked"
	case Assigned:
		return "assigned"
	case PickedUp:
		return "picked_up"
	case Delivered:
		return "delivered"
	case Cancelled:
		return "cancelled"
	case Failed:
		return "failed"
	case Withdrawn:
		return "withdrawn"
	}
	return "unknown"
}

// ParseState finds a state by its name.
func ParseState(name string) (State, bool) {
	for s := Asked; s <= Withdrawn; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Over reports whether nothing more can happen to the errand.
func (s State) Over() bool { return s >= Delivered }

// CanBecome reports whether news of next still changes an errand in state s. What is older than the state
// is not news.
func (s State) CanBecome(next State) bool { return !s.Over() && next > s }

// The reasons that the chain itself gives for the end of an errand.
const (
	// ReasonRejected says that the service does not take the errand.
	ReasonRejected = "rejected"
	// ReasonNoAnswer says that the service did not answer for too long.
	ReasonNoAnswer = "no_answer"
	// ReasonNoAddress says that nobody knows any more where the goods go.
	ReasonNoAddress = "no_address"
	// ReasonForgotten says that the service took the errand and does not know of it any more.
	ReasonForgotten = "forgotten"
	// ReasonNotNeeded says that the order no longer waits for a courier.
	ReasonNotNeeded = "not_needed"
)

// Job is one errand of an order, as it is kept. It holds nothing personal.
type Job struct {
	ID       int64
	Order    retail.OrderID
	Store    retail.StoreID
	Provider string
	Number   string
	// Task and Fee are the service's, PickupAt is when it means to be at the store.
	Task     string
	Fee      retail.Money
	PickupAt time.Time
	State    State
	// Settled is the state that the order was last brought up to date with.
	Settled State
	Reason  string
	// Tries counts how often the service was asked about the errand in this state.
	Tries int
	// AskedAt and ChangedAt are when the errand, and its state, began.
	AskedAt, ChangedAt time.Time
}

// Due is a job that something should be done about.
type Due struct {
	Job
	// OrderState is where its order stands.
	OrderState retail.OrderState
	Simulated  bool
}

// Change is what becomes of a job.
type Change struct {
	State    State
	Task     string
	Fee      retail.Money
	PickupAt time.Time
	Reason   string
	At       time.Time
	// Nonce is that of the callback; one that was taken before changes nothing.
	Nonce string
}

// Book keeps errands; oltp/postgres implements it.
type Book interface {
	// Plan makes a job with the provider for orders within one city that are set aside, have an address and
	// no job under way, the oldest first. An order whose errands ended early waits longer each time, from
	// the pause on, and after so many it is left to its store.
	Plan(ctx context.Context, provider string, pause time.Duration, most, limit int) (int, error)
	// Again makes a job for one order, however many ended before. replayed says that one is under way.
	Again(ctx context.Context, id retail.OrderID, provider string) (job Job, replayed bool, err error)
	// Due lists jobs that the service should be asked about now, and counts that as a try, so that the next
	// one waits twice as long, from the pause on: those without an answer, those of which nothing was heard
	// for the quiet time, and those whose order no longer waits for them.
	Due(ctx context.Context, pause, quiet time.Duration, limit int) ([]Due, error)
	// ByNumber finds a job, or ErrUnknownErrand.
	ByNumber(ctx context.Context, provider, number string) (Job, error)
	// Change changes a job if that is news for it, with its event in the same transaction. It returns the
	// job as it stands then.
	Change(ctx context.Context, id int64, c Change) (job Job, changed bool, err error)
	// Unsettled lists jobs that their orders were not brought up to date with.
	Unsettled(ctx context.Context, limit int) ([]Job, error)
	// Settle notes that the order was brought up to date with a state of the job.
	Settle(ctx context.Context, id int64, s State) error
	// Jobs lists the errands of an order at a store of the scope, the oldest first.
	Jobs(ctx context.Context, scope retail.Scope, id retail.OrderID) ([]Job, error)
	// Forget drops the nonces of callbacks that are too old to be sent again.
	Forget(ctx context.Context, before time.Time) error
}

// Event is the fact of a job's state; what only the order knows is filled in by whoever sends it.
func (j *Job) Event() *event.OrderCourier {
	return &event.OrderCourier{OrderId: int64(j.Order), StoreId: int32(j.Store), ErrandId: j.ID,
		Provider: j.Provider, FeeFen: int64(j.Fee), Reason: j.Reason, State: event.CourierState(j.State)}
}
