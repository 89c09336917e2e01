package payment

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// State is how far a payment is. The values are stored.
type State int16

// The states of a payment.
const (
	// Open: the customer has not paid.
	Open State = iota + 1
	// Received: the money has come.
	Received
	// Applied: the order is paid with it.
	Applied
	// Unwanted: the order could not take the money, which is owed back.
	Unwanted
	// Closed: the provider will not take the money any more. Money that came all the same is taken.
	Closed
)

// Payment is the part of a trade that pays for one order. The orders of a cart are paid with one trade.
type Payment struct {
	ID       int64
	Order    retail.OrderID
	Store    retail.StoreID
	Provider string
	Trade    string
	Amount   retail.Money
	State    State
	// PaidAt is when the customer paid, zero before.
	PaidAt time.Time
}

// Owed is money that has to go back.
type Owed struct {
	ID            int64
	Provider      string
	Trade         string
	Amount, Total retail.Money
	Reason        string
	Attempts      int
}

// Number is our number of the repayment, under which the provider takes it once.
func (o Owed) Number() string { return "R" + strconv.FormatInt(o.ID, 10) }

// Asked is a trade that the provider is asked about.
type Asked struct {
	Provider, Trade string
	// Times is how often it was asked, this time included.
	Times int
}

// Book keeps payments; oltp/postgres implements it.
type Book interface {
	// Open returns the parts of a trade with the provider, which it makes on first use.
	Open(ctx context.Context, provider, trade string, parts []Payment) ([]Payment, error)
	// ByTrade finds the parts of a trade, or ErrUnknownTrade.
	ByTrade(ctx context.Context, provider, trade string) ([]Payment, error)
	// Receive records that the money has come. It returns the parts as they stand then.
	Receive(ctx context.Context, provider, trade, transaction string, at time.Time) ([]Payment, error)
	// Silent lists trades that were announced that long ago and not heard of since, and counts that as a
	// question, so that the next one waits twice as long.
	Silent(ctx context.Context, after time.Duration, limit int) ([]Asked, error)
	// Close records that the provider will not take the money any more.
	Close(ctx context.Context, provider, trade string) error
	// Settle records whether the order took the money; if not, all of it is owed from now on.
	Settle(ctx context.Context, id int64, applied bool) error
	// Received lists payments whose money has come and that are not settled, the oldest first.
	Received(ctx context.Context, limit int) ([]Payment, error)
	// Owed lists what is to be sent now and counts it as an attempt, so that the next one waits.
	Owed(ctx context.Context, limit int) ([]Owed, error)
	// Sent notes that the provider has taken a repayment; Repaid that it is done, or has failed.
	Sent(ctx context.Context, id int64) error
	Repaid(ctx context.Context, id int64, status Status) error
}

// Config is what a Desk needs.
type Config struct {
	// Providers are those that are set up, by name. A name is kept as the order's payment method.
	Providers map[string]Provider
	// Book keeps payments, Intake and Orders are those of the orders. Required.
	Book   Book
	Intake order.Intake
	Orders order.Reader
	// Every is the pause between two looks for money that is owed. Default 5 s.
	Every time.Duration
	// AskAfter is how long a trade may be open before the provider is asked what became of it; each further
	// question waits twice as long, at most 6 h. Default 1 min. MaxAsks bounds them; then the trade counts
	// as closed. Default 12, which is a day.
	AskAfter time.Duration
	MaxAsks  int
	// MaxBatch bounds what is sent at a time. Default 50.
	MaxBatch int
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// Desk takes money and gives it back.
type Desk struct {
	cfg  Config
	kick chan struct{}
}

// New returns a desk. Run makes it give back what is owed.
func New(cfg Config) *Desk {
	if cfg.Every <= 0 {
		cfg.Every = 5 * time.Second
	}
	if cfg.AskAfter <= 0 {
		cfg.AskAfter = time.Minute
	}
	if cfg.MaxAsks <= 0 {
		cfg.MaxAsks = 12
	}
	if cfg.MaxBatch <= 0 {
		cfg.MaxBatch = 50
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{cfg: cfg, kick: make(chan struct{}, 1)}
}

// Started is a trade that waits for the customer.
type Started struct {
	Trade  string
	Amount retail.Money
	// Parts are what it pays for.
	Parts []Payment
	Prepaid
	Simulated bool
}

// Start asks the customer for the money of unpaid orders of one cart, all at once. The same orders with the
// same amounts are always the same trade; a cart that has changed is another one.
func (d *Desk) Start(ctx context.Context, cart []*order.View, provider, payer string, expires time.Time) (
	*Started, error) {
	through, ok := d.cfg.Providers[provider]
	if !ok {
		return nil, ErrNoProvider
	}
	s := &Started{Simulated: through.Simulated()}
	for _, v := range cart {
		if v.State != retail.PendingPayment {
			return nil, &order.WrongState{Order: v.ID, Is: v.State, Asked: retail.Paid, Way: v.Fulfilment}
		}
		_, _, net := v.Totals()
		if net <= 0 {
			return nil, &order.Invalid{Line: -1, Field: "net", Reason: net.String() + " cannot be charged"}
		}
		s.Parts = append(s.Parts, Payment{Order: v.ID, Store: v.Store, Amount: net})
		s.Amount += net
	}
	var err error
	s.Trade = tradeOf(s.Parts)
	if s.Parts, err = d.cfg.Book.Open(ctx, provider, s.Trade, s.Parts); err != nil {
		return nil, err
	}
	s.Prepaid, err = through.Prepay(ctx, Charge{Trade: s.Trade, Amount: s.Amount, Payer: payer,
		Text: "order " + strconv.FormatInt(int64(cart[0].ID), 10), Expires: expires})
	if err != nil {
		return nil, fmt.Errorf("cannot announce trade %s to %s: %w", s.Trade, provider, err)
	}
	return s, nil
}

// tradeOf is our number of the charge for orders, of at most 32 characters.
func tradeOf(parts []Payment) string {
	first := "T" + strconv.FormatInt(int64(parts[0].Order), 10)
	if len(parts) == 1 {
		return first
	}
	h := fnv.New32a()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %d\n", p.Order, p.Amount)
	}
	return fmt.Sprintf("%sC%08x", first, h.Sum32())
}

// Notify takes a callback of a provider. After nil the provider need not send it again.
func (d *Desk) Notify(ctx context.Context, provider string, header http.Header, body []byte) error {
	through, ok := d.cfg.Providers[provider]
	if !ok {
		return ErrNoProvider
	}
	n, err := through.ParseNotify(header, body)
	if err != nil {
		return err
	}
	return d.Take(ctx, provider, n)
}

// Take acts upon a notice that is known to be the provider's.
func (d *Desk) Take(ctx context.Context, provider string, n Notice) error {
	if n.Kind == RefundNotice {
		return d.repaid(ctx, n)
	}
	parts, err := d.cfg.Book.ByTrade(ctx, provider, n.Trade)
	if err != nil || n.Status != Done {
		return err // an order that is not paid for expires
	}
	var charged retail.Money
	open := false
	for _, p := range parts {
		charged += p.Amount
		open = open || p.State == Open || p.State == Closed
	}
	if n.Amount != charged {
		d.cfg.Log.Error("a payment of another amount than was charged", "trade", n.Trade,
			"charged", charged.String(), "paid", n.Amount.String())
		return fmt.Errorf("%w: trade %s was charged %s, paid %s", ErrMismatch, n.Trade, charged, n.Amount)
	}
	if open {
		if parts, err = d.cfg.Book.Receive(ctx, provider, n.Trade, n.Transaction, n.At); err != nil {
			return err
		}
	}
	var failures []error
	for _, p := range parts {
		if p.State == Received { // others are settled already
			failures = append(failures, d.apply(ctx, p))
		}
	}
	return errors.Join(failures...)
}

// apply pays the order with money that has come. It may run again after it was interrupted: an order that
// bears the time of this very payment was paid by it.
func (d *Desk) apply(ctx context.Context, p Payment) error {
	res := d.cfg.Intake.Advance(ctx, []order.Step{{Kind: order.Pay, Order: p.Order, Store: p.Store,
		At: p.PaidAt, PaymentMethod: p.Provider}})[0]
	var wrong *order.WrongState
	if res.Err != nil && !errors.As(res.Err, &wrong) {
		return res.Err
	}
	v, err := d.cfg.Orders.Order(ctx, retail.HQScope(), p.Order)
	if err != nil {
		return err
	}
	applied := v.PaymentMethod == p.Provider && v.PaidAt.Equal(p.PaidAt)
	if !applied {
		d.cfg.Log.Warn("money came that its order cannot take; it goes back", "order", p.Order,
			"state", v.State.String())
	}
	if err := d.cfg.Book.Settle(ctx, p.ID, applied); err != nil {
		return err
	}
	if !applied {
		d.Kick()
	}
	return nil
}

func (d *Desk) repaid(ctx context.Context, n Notice) error {
	id, err := strconv.ParseInt(n.Number[min(1, len(n.Number)):], 10, 64)
	if err != nil {
		return fmt.Errorf("%w: repayment %q", ErrUnknownTrade, n.Number)
	}
	if n.Status == Failed {
		d.cfg.Log.Error("a provider could not give money back: see to it by hand", "trade", n.Trade,
			"repayment", n.Number)
	}
	return d.cfg.Book.Repaid(ctx, id, n.Status)
}
