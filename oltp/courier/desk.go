package courier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Intake takes the steps of orders; order.Intake does.
type Intake interface {
	Advance(ctx context.Context, steps []order.Step) []order.Result
}

// Config is what a Desk needs.
type Config struct {
	// Providers are those that are set up, by name. Preferred is the one that new errands are given to.
	Providers map[string]Provider
	Preferred string
	// Book keeps errands, Intake and Orders are those of the orders. Required.
	Book   Book
	Intake Intake
	Orders order.Reader
	// Recipient opens who gets the goods of an order; its error is ErrNoAddress when nobody knows. Required.
	Recipient func(ctx context.Context, id retail.OrderID) (Recipient, error)
	// Pickup tells where a store is. Required.
	Pickup func(ctx context.Context, id retail.StoreID) (Pickup, error)
	// Every is the pause between two looks for errands. Default 5 s.
	Every time.Duration
	// RetryAfter is the first pause before a service that did not answer is asked again; the next ones are
	// twice as long each, up to 10 min. Default 10 s. MaxTries bounds them. Default 12, which is an hour.
	RetryAfter time.Duration
	MaxTries   int
	// AgainAfter is the first pause before an order whose errand ended early is given to a courier again;
	// the next ones are twice as long each. Default 30 s. MaxErrands bounds them. Default 5.
	AgainAfter time.Duration
	MaxErrands int
	// QuietAfter is how long nothing was heard of an errand under way before the service is asked for it.
	// Default 5 min.
	QuietAfter time.Duration
	// MaxBatch bounds what is looked at in one go. Default 50.
	MaxBatch int
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// Desk gives errands to courier services and brings orders up to date with them.
type Desk struct {
	cfg  Config
	kick chan struct{}
}

// New returns a desk. Run makes it work.
func New(cfg Config) *Desk {
	def(&cfg.Every, 5*time.Second)
	def(&cfg.RetryAfter, 10*time.Second)
	def(&cfg.AgainAfter, 30*time.Second)
	def(&cfg.QuietAfter, 5*time.Minute)
	def(&cfg.MaxTries, 12)
	def(&cfg.MaxErrands, 5)
	def(&cfg.MaxBatch, 50)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{cfg: cfg, kick: make(chan struct{}, 1)}
}

func def[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Notify takes a callback of a service. After nil the service need not send it again.
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

// Take acts upon a notice that is known to be the service's.
func (d *Desk) Take(ctx context.Context, provider string, n Notice) error {
	job, err := d.cfg.Book.ByNumber(ctx, provider, n.Number)
	if err != nil {
		return err
	}
	if err := d.matches(&job, &n); err != nil {
		return err
	}
	if !job.State.CanBecome(n.State) {
		if job.State >= Cancelled && (n.State == PickedUp || n.State == Delivered) {
			d.cfg.Log.Warn("a courier goes on with an errand that was over", "errand", job.Number,
				"is", job.State.String(), "told", n.State.String())
		}
		return nil // older than what is known
	}
	job, _, err = d.cfg.Book.Change(ctx, job.ID, d.change(&job, &n))
	if err != nil {
		return err
	}
	if job.State == Cancelled || job.State == Failed {
		d.ended(&job)
	}
	return d.settle(ctx, &job)
}

// matches refuses a notice about another errand, or another price, than was agreed.
func (d *Desk) matches(job *Job, n *Notice) error {
	switch {
	case n.State < Booked || n.State > Failed:
		return fmt.Errorf("%w: state %d", ErrUnreadable, n.State)
	case job.Task != "" && n.Task != job.Task:
		return fmt.Errorf("%w: errand %s is task %q, told %q", ErrMismatch, job.Number, job.Task, n.Task)
	case n.Fee < 0, job.Task != "" && n.Fee != job.Fee:
		d.cfg.Log.Error("a courier asks for another fee than was agreed", "errand", job.Number,
			"agreed", job.Fee.String(), "asked", n.Fee.String())
		return fmt.Errorf("%w: errand %s costs %s, told %s", ErrMismatch, job.Number, job.Fee, n.Fee)
	}
	return nil
}

// change is what a notice makes of a job. A service's clock may be off, or tell whole seconds: nothing
// happens before what it follows, and nothing in the future.
func (d *Desk) change(job *Job, n *Notice) Change {
	at, now := n.At, d.cfg.Now()
	if at.IsZero() || at.After(now) {
		at = now
	}
	if at.Before(job.ChangedAt) {
		at = job.ChangedAt
	}
	return Change{State: n.State, Task: n.Task, Fee: n.Fee, PickupAt: n.PickupAt, Reason: word(n.Reason),
		At: at, Nonce: n.Nonce}
}

// word is a reason of a service as it may be kept: a short fixed word, no text, which might name people.
func word(s string) string {
	if len(s) > 32 {
		return "other"
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && c != '_' {
			return "other"
		}
	}
	return s
}

// settle brings the order up to date with its job. It may run again after it was interrupted.
func (d *Desk) settle(ctx context.Context, job *Job) error {
	kind := order.Deliver
	switch job.State {
	case PickedUp:
	case Delivered:
		kind = order.Complete
	default:
		return nil
	}
	if job.Settled == job.State {
		return nil
	}
	res := d.cfg.Intake.Advance(ctx, []order.Step{{Kind: kind, Order: job.Order, Store: job.Store,
		At: job.ChangedAt}})[0]
	var wrong *order.WrongState
	switch {
	case errors.As(res.Err, &wrong): // further on already, or refunded meanwhile
	case res.Err != nil:
		return res.Err
	}
	return d.cfg.Book.Settle(ctx, job.ID, job.State)
}

// ended tells what an operator should know of an errand that ended early.
func (d *Desk) ended(job *Job) {
	if job.State == Failed && job.Reason != ReasonNoAddress {
		d.cfg.Log.Warn("a courier errand failed: the store may deliver itself", "errand", job.Number,
			"order", job.Order, "reason", job.Reason)
	}
}

// Jobs lists the errands of an order at a store of the scope, the oldest first.
func (d *Desk) Jobs(ctx context.Context, scope retail.Scope, id retail.OrderID) ([]Job, error) {
	return d.cfg.Book.Jobs(ctx, scope, id)
}

// Call gives an order that is set aside to a courier now, however many errands ended before; an empty
// provider means the preferred one. replayed says that an errand is under way.
func (d *Desk) Call(ctx context.Context, v *order.View, provider string) (job Job, replayed bool, err error) {
	if provider == "" {
		provider = d.cfg.Preferred
	}
	if _, ok := d.cfg.Providers[provider]; !ok {
		return Job{}, false, ErrNoProvider
	}
	if v.Fulfilment != retail.SameCity || v.State != retail.Ready {
		return Job{}, false, &order.WrongState{Order: v.ID, Is: v.State, Asked: retail.Delivering,
			Way: v.Fulfilment}
	}
	if _, err := d.cfg.Recipient(ctx, v.ID); err != nil {
		return Job{}, false, err
	}
	job, replayed, err = d.cfg.Book.Again(ctx, v.ID, provider)
	if err == nil {
		d.Kick()
	}
	return job, replayed, err
}

// Simulated reports whether nobody rides for a provider.
func (d *Desk) Simulated(provider string) bool {
	through, ok := d.cfg.Providers[provider]
	return ok && through.Simulated()
}
