package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// State is where a transfer stands. The values are stored and sent: they never change.
type State uint8

// The states.
const (
	Draft State = iota + 1
	Approved
	Shipped
	Received
	Cancelled
	Rejected
)

// String names the state in lower case.
func (s State) String() string {
	names := [...]string{"", "draft", "approved", "shipped", "received", "cancelled", "rejected"}
	if int(s) < len(names) {
		return names[s]
	}
	return "unknown"
}

// ParseState finds a state by its name.
func ParseState(name string) (State, bool) {
	for s := Draft; s <= Rejected; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// follows reports whether a transfer may come from state before to state s.
func (s State) follows(before State) bool {
	switch s {
	case Approved, Rejected:
		return before == Draft
	case Cancelled:
		return before == Draft || before == Approved
	case Shipped:
		return before == Approved
	case Received:
		return before == Shipped
	}
	return false
}

// Transfer is goods on their way from one store to another.
type Transfer struct {
	ID       int64
	From, To retail.StoreID
	State    State
	// Freight is what the way costs.
	Freight   retail.Money
	Reason    string
	CreatedAt time.Time
	// ShippedAt and ReceivedAt are zero until then.
	ShippedAt, ReceivedAt time.Time
	Simulated             bool
	// Version rises with each step.
	Version int64
	Lines   []Line
	Steps   []Step
}

// Line is one SKU of a transfer.
type Line struct {
	No  int16
	SKU retail.SKUID
	// Qty was asked for, Shipped has left. Received, Lost and Claimed add up to it on arrival.
	Qty, Shipped, Received, Lost, Claimed int32
	// Cost is what the shipped goods cost the chain.
	Cost retail.Money
	// Reason explains what did not arrive.
	Reason string
}

// Step is who brought a transfer where, and why.
type Step struct {
	State  State
	At     time.Time
	Who    string
	Reason string
}

// Request asks for a transfer.
type Request struct {
	// Key makes asking again harmless, as an order's key does; zero means none.
	Key      order.Key
	From, To retail.StoreID
	Freight  retail.Money
	Reason   string
	// Who asks.
	Who       string
	At        time.Time
	Simulated bool
	Lines     []RequestLine
}

// RequestLine is one SKU of a Request.
type RequestLine struct {
	SKU retail.SKUID
	Qty int32
}

// Order asks for one step of a transfer.
type Order struct {
	ID     int64
	To     State
	Who    string
	Reason string
	At     time.Time
	// Arrived is what arrived, for Received; lines that are not named arrived in full. Sent is what
	// leaves, for Shipped; lines that are not named leave in full.
	Arrived []Arrival
	Sent    []Sending
}

// Arrival is what arrived of one line. What is neither received nor claimed is lost.
type Arrival struct {
	Line              int16
	Received, Claimed int32
	// Reason must be given for what is missing.
	Reason string
}

// Sending is what leaves of one line.
type Sending struct {
	Line int16
	Qty  int32
}

// InTransit is what is on the road to a store.
type InTransit struct {
	retail.StockKey
	Qty int32
}

// Filter narrows a list.
type Filter struct {
	// Scope is what the reader may see: transfers from or to its stores.
	Scope retail.Scope
	// State narrows to one state; 0 means all.
	State State
	// Before is the id before which the page starts, 0 for the newest.
	Before int64
	Limit  int
}

// Change is a step as the book takes it, and what the intake passes on. It travels as JSON.
type Change struct {
	ID      int64        `json:"id"`
	Version int64        `json:"version"`
	State   State        `json:"state"`
	At      time.Time    `json:"at"`
	Who     string       `json:"who"`
	Reason  string       `json:"reason"`
	Lines   []ChangeLine `json:"lines"`
}

// ChangeLine is a line of a Change.
type ChangeLine struct {
	No       int16  `json:"no"`
	Shipped  int32  `json:"shipped"`
	Received int32  `json:"received"`
	Lost     int32  `json:"lost"`
	Claimed  int32  `json:"claimed"`
	Cost     int64  `json:"cost"`
	Reason   string `json:"reason"`
}

// Book is where transfers are recorded. oltp/postgres implements it.
type Book interface {
	// Draft records a new transfer, unless one was recorded under its key: then that one's id is
	// returned. tell makes the framed event of the new transfer.
	Draft(ctx context.Context, r *Request, tell func(*Transfer) ([]byte, error)) (id int64,
		replayed bool, err error)
	// Transfer returns a transfer of the scope with its lines and steps, or ErrNoSuchTransfer.
	Transfer(ctx context.Context, scope retail.Scope, id int64) (*Transfer, error)
	// Step records a step that moves no stock, with its framed event; stock.ErrPaperChanged when the
	// transfer is not at the change's version less one.
	Step(ctx context.Context, c *Change, packet []byte) error
	// List lists transfers, newest first, without steps.
	List(ctx context.Context, f Filter) ([]Transfer, error)
	// InTransit sums what is on the road to the stores of a scope, after a key.
	InTransit(ctx context.Context, scope retail.Scope, after retail.StockKey, limit int) ([]InTransit,
		error)
}

// Intake books the steps that move stock; *order.Writers does.
type Intake interface {
	// Post books steps of documents.
	Post(ctx context.Context, postings []stock.Posting) []stock.Booked
}

// ErrNoSuchTransfer says that the transfer does not exist.
var ErrNoSuchTransfer = errors.New("no such transfer")

// WrongState says that a transfer stands where the step does not apply.
type WrongState struct {
	ID        int64
	Is, Asked State
}

func (e *WrongState) Error() string {
	return fmt.Sprintf("transfer %d is %s and cannot become %s", e.ID, e.Is, e.Asked)
}
