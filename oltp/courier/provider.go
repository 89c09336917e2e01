package courier

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Provider is a courier service that carries goods within one city. Amounts are fen.
type Provider interface {
	// Book asks for a rider. Asking again under the same number is harmless: it tells how far the errand is.
	Book(ctx context.Context, e Errand) (Notice, error)
	// Query asks how far an errand is, or ErrUnknownErrand.
	Query(ctx context.Context, number string) (Notice, error)
	// Cancel takes an errand back. Taking it back again is harmless. ErrRejected says that it is too late.
	Cancel(ctx context.Context, number string) error
	// ParseNotify checks the signature of a callback and reads it. ErrForged says that it is not from the
	// service; nothing of it may be believed.
	ParseNotify(header http.Header, body []byte) (Notice, error)
	// Simulated says that nobody rides.
	Simulated() bool
}

var (
	// ErrForged says that a callback does not come from the service, or is too old.
	ErrForged = errors.New("the callback is not from the courier service")
	// ErrUnreadable says that a callback is from the service but cannot be understood.
	ErrUnreadable = errors.New("the callback cannot be understood")
	// ErrMismatch says that a callback is about another errand, or fee, than was agreed.
	ErrMismatch = errors.New("the callback does not match the errand")
	// ErrUnknownErrand says that there is no such errand.
	ErrUnknownErrand = errors.New("no such errand")
	// ErrNoProvider says that no such service is set up.
	ErrNoProvider = errors.New("no such courier service")
	// ErrRejected says that the service does not do what it is asked, now and later.
	ErrRejected = errors.New("the courier service rejects the request")
	// ErrNoAddress says that nobody knows where the goods of the order go.
	ErrNoAddress = errors.New("no address is known for the order")
)

// Errand is what a service is asked to do.
type Errand struct {
	// Number is our number of the errand.
	Number string
	From   Pickup
	To     Recipient
	// Pieces is how many pieces of goods there are, Value what they are worth.
	Pieces int32
	Value  retail.Money
}

// Pickup is the store that has the goods.
type Pickup struct {
	Code, Name, Address, Phone string
	Point                      *retail.Point
}

// Recipient is who gets the goods. It is personal and not kept.
type Recipient struct {
	Name, Phone, Address string
	Point                *retail.Point
}

// Notice is what a service tells of an errand.
type Notice struct {
	// Number is ours, Task the service's own number.
	Number, Task string
	State        State
	// Fee is what the service asks for.
	Fee retail.Money
	// PickupAt is when the service means to be at the store; zero if it does not say.
	PickupAt time.Time
	// At is when it happened.
	At time.Time
	// Reason is a short fixed word of the service for why it gave the errand up.
	Reason string
	// Nonce is different in each callback; empty for answers.
	Nonce string
}
