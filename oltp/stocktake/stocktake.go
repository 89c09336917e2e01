package stocktake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// State is where a stocktake stands. The values are stored: they never change.
type State uint8

// The states.
const (
	Open State = iota + 1
	Counting
	Closed
	Cancelled
)

// String names the state in lower case.
func (s State) String() string {
	names := [...]string{"", "open", "counting", "closed", "cancelled"}
	if int(s) < len(names) {
		return names[s]
	}
	return "unknown"
}

// Stocktake is a count of a store's goods.
type Stocktake struct {
	ID       int64
	Store    retail.StoreID
	State    State
	Note     string
	OpenedAt time.Time
	OpenedBy string
	// ClosedAt, ClosedBy and Reason are empty until then.
	ClosedAt         time.Time
	ClosedBy, Reason string
	// Value is what the differences are worth to the chain: negative when goods are missing.
	Value     retail.Money
	Simulated bool
	Version   int64
	Lines     []Line
}

// Line is one SKU that was counted.
type Line struct {
	Count
	At  time.Time
	Who string
	// Expected is what the books said when the stocktake was closed, Value what the difference is worth.
	Expected int32
	Value    retail.Money
}

// Count is how many pieces of a SKU there are.
type Count struct {
	SKU     retail.SKUID
	Counted int32
}

// Request asks to open a stocktake.
type Request struct {
	// Key makes asking again harmless, as an order's key does; zero means none.
	Key       order.Key
	Store     retail.StoreID
	Note      string
	Who       string
	At        time.Time
	Simulated bool
	// Lines are first counts; there may be none yet.
	Lines []Count
}

// Filter narrows a list.
type Filter struct {
	// Scope is what the reader may see.
	Scope retail.Scope
	// Before is the id before which the page starts, 0 for the newest.
	Before int64
	Limit  int
}

// Change is the closing of a stocktake as its book takes it. It travels as JSON.
type Change struct {
	ID  int64     `json:"id"`
	At  time.Time `json:"at"`
	Who string    `json:"who"`
	// Request is the id of the request, for the audit trail.
	Request string       `json:"request"`
	Reason  string       `json:"reason"`
	Value   int64        `json:"value"`
	Lines   []ChangeLine `json:"lines"`
}

// ChangeLine is a line of a Change.
type ChangeLine struct {
	SKU      int64 `json:"sku"`
	Expected int32 `json:"expected"`
	Value    int64 `json:"value"`
}

// Book is where stocktakes are recorded. oltp/postgres implements it.
type Book interface {
	// Open records a new stocktake, unless one was recorded under its key.
	Open(ctx context.Context, r *Request) (id int64, replayed bool, err error)
	// Count adds counts to a stocktake that is not over, or replaces earlier ones of the same SKU.
	Count(ctx context.Context, id int64, who string, at time.Time, lines []Count) error
	// Cancel ends a stocktake that is not over, without moves.
	Cancel(ctx context.Context, id int64, who, reason string, at time.Time) error
	// Stocktake returns a stocktake of the scope with its lines, or ErrNoSuchStocktake.
	Stocktake(ctx context.Context, scope retail.Scope, id int64) (*Stocktake, error)
	// List lists stocktakes, newest first, without lines.
	List(ctx context.Context, f Filter) ([]Stocktake, error)
}

// Intake books the closing; *order.Writers does.
type Intake interface {
	// Post books steps of documents.
	Post(ctx context.Context, postings []stock.Posting) []stock.Booked
}

// ErrNoSuchStocktake says that the stocktake does not exist.
var ErrNoSuchStocktake = errors.New("no such stocktake")

// WrongState says that a stocktake is over.
type WrongState struct {
	ID int64
	Is State
}

func (e *WrongState) Error() string {
	return fmt.Sprintf("stocktake %d is %s", e.ID, e.Is)
}

// TooLong says that a stocktake would hold more SKUs than one may.
type TooLong struct{ SKUs int }

func (e *TooLong) Error() string {
	return fmt.Sprintf("the stocktake would hold %d SKUs, at most %d: close it and open another", e.SKUs,
		stock.MaxPaperLines)
}
