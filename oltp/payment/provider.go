package payment

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Provider is a payment service, such as WeChat Pay. Amounts are fen.
type Provider interface {
	// Prepay announces a charge and returns what the customer's app needs to pay it. Announcing the same
	// trade again is harmless.
	Prepay(ctx context.Context, c Charge) (Prepaid, error)
	// Query asks what became of a trade, or ErrUnknownTrade.
	Query(ctx context.Context, trade string) (Notice, error)
	// Refund gives back a part of a trade. Asking again with the same number is harmless.
	Refund(ctx context.Context, r Repayment) (Notice, error)
	// ParseNotify checks the signature of a callback and reads it. ErrForged says that it is not from the
	// provider; nothing of it may be believed.
	ParseNotify(header http.Header, body []byte) (Notice, error)
	// Simulated says that no real money moves.
	Simulated() bool
}

var (
	// ErrForged says that a callback does not come from the provider, or is too old.
	ErrForged = errors.New("the callback is not from the provider")
	// ErrUnreadable says that a callback is from the provider but cannot be understood.
	ErrUnreadable = errors.New("the callback cannot be understood")
	// ErrMismatch says that a callback tells another amount, or merchant, than was charged.
	ErrMismatch = errors.New("the callback does not match the charge")
	// ErrUnknownTrade says that no such trade was ever announced.
	ErrUnknownTrade = errors.New("no such trade")
	// ErrNoProvider says that no such provider is set up.
	ErrNoProvider = errors.New("no such payment provider")
	// ErrRejected says that the provider does not accept what it is asked, now and later.
	ErrRejected = errors.New("the payment provider rejects the request")
)

// Charge is what a customer is asked to pay.
type Charge struct {
	// Trade is our number of the charge.
	Trade  string
	Amount retail.Money
	// Payer is the customer's id at the provider, such as an openid. It is not kept.
	Payer string
	// Text tells the customer what is paid for.
	Text    string
	Expires time.Time
}

// Prepaid is what the customer's app needs.
type Prepaid struct {
	// ID is the provider's number of the announcement; Params are what the app hands to the provider.
	ID     string
	Params map[string]string
}

// Repayment is a part of a trade that goes back.
type Repayment struct {
	Trade string
	// Number is our number of the repayment.
	Number        string
	Amount, Total retail.Money
	Reason        string
}

// NoticeKind is what a notice is about.
type NoticeKind uint8

// The kinds of notice.
const (
	// ChargeNotice tells about a trade.
	ChargeNotice NoticeKind = iota + 1
	// RefundNotice tells about a repayment.
	RefundNotice
)

// Status is how far a trade or a repayment is.
type Status uint8

// The statuses.
const (
	// Pending says that the outcome is open.
	Pending Status = iota + 1
	// Done says that the money has moved.
	Done
	// Failed says that it will not move.
	Failed
)

// Notice is what a provider tells of a trade or of a repayment.
type Notice struct {
	Kind   NoticeKind
	Status Status
	// Trade and Number are ours, Transaction is the provider's.
	Trade, Number, Transaction string
	Amount                     retail.Money
	At                         time.Time
}
