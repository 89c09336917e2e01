package stock

import (
	"errors"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// PaperKind tells apart the documents whose steps move stock.
type PaperKind int16

// The kinds of document.
const (
	TransferPaper PaperKind = iota + 1
	StocktakePaper
	// AuditPaper is no document: its change is for the audit trail, one JSON object a line.
	AuditPaper
)

// MaxPaperLines bounds the lines of one document, and with it the locks of the transaction that books it.
const MaxPaperLines = 2_000

// ErrPaperChanged says that a document has changed since the posting was drawn up from it. Nothing was
// done: read it again.
var ErrPaperChanged = errors.New("the document has changed meanwhile")

// ErrNoSuchPaper says that a document does not exist.
var ErrNoSuchPaper = errors.New("no such document")

// Posting asks to book one step of a document: all its moves, the document's own change and its event in
// one transaction, or nothing of it.
type Posting struct {
	Kind PaperKind
	ID   int64
	// Version is the version of the document from which the posting was drawn up.
	Version int64
	// Store is where the goods move.
	Store retail.StoreID
	// At defaults to now, as in Move.
	At        time.Time
	Simulated bool
	Lines     []PostingLine
	// Book draws up the change of the document from what the lines did. It may be called several
	// times and must depend on its arguments alone.
	Book func(posted []Posted, at *event.StoreTime) (*Booking, error)
}

// PostingLine is one move of a Posting.
type PostingLine struct {
	SKU    retail.SKUID
	Kind   retail.StockMoveKind
	Qty    int32
	Reason string
	// Count says that Qty was counted: Kind and quantity of the move follow from what the books say.
	Count bool
}

// Posted is what one line did.
type Posted struct {
	// Before is the level that the line found, Qty what it added to what is on hand.
	Before retail.StockLevel
	Qty    int32
}

// Booking is the change of a document.
type Booking struct {
	// Change is the change as JSON, in the form that the book of the document's kind takes.
	Change []byte
	// Event tells of it, Key is what the event is keyed by.
	Kind  event.Kind
	Key   int64
	Event event.Message
}

// Booked answers a Posting.
type Booked struct {
	// At is the time at which the step was booked.
	At time.Time
	// Err is nil, ErrPaperChanged, ErrNoSuchPaper, or as in order.Result.
	Err error
}
