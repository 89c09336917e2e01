package overdue

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Due is an order that something should happen to.
type Due struct {
	ID         retail.OrderID
	Store      retail.StoreID
	Fulfilment retail.Fulfilment
	// Arrived is when the order reached the service; lists ascend by it and ID. Since is when it began to
	// wait.
	Arrived, Since time.Time
}

// Cutoffs are the latest moments that are too late by now, by the number of a retail.Channel or of a
// retail.Fulfilment. The zero time means that nothing is too late.
type Cutoffs [5]time.Time

// Orders finds what is due; oltp/postgres implements it. Each list begins after the order named.
type Orders interface {
	// Sole makes the caller the one that works; ok is false while another instance is. The caller
	// releases it.
	Sole(ctx context.Context) (release func(), ok bool, err error)
	// Unpaid lists orders that wait for payment, by channel.
	Unpaid(ctx context.Context, before Cutoffs, after Due, limit int) ([]Due, error)
	// Unpicked lists paid orders that no store has begun to pick: those of which the store was not
	// reminded yet, or those of which it was reminded before then.
	Unpicked(ctx context.Context, before time.Time, reminded bool, after Due, limit int) ([]Due, error)
	// Undelivered lists orders that have been ready or on their way since before then, by fulfilment,
	// and were not flagged yet.
	Undelivered(ctx context.Context, before Cutoffs, after Due, limit int) ([]Due, error)
}

// Router takes an order away from a store that does not serve it.
type Router interface {
	// Reroute moves the order to the next store, or refunds it when nobody can serve it. It returns
	// ErrStays for an order that its customer gave to the store.
	Reroute(ctx context.Context, id retail.OrderID, reason string) error
}

// ErrStays says that an order stays at its store: its customer chose it.
var ErrStays = errors.New("the order stays at the store that its customer chose")

// Intake takes steps; order.Intake does.
type Intake interface {
	Advance(ctx context.Context, steps []order.Step) []order.Result
}

// Config says what is too late.
type Config struct {
	// Orders finds what is due. Required.
	Orders Orders
	// Intake takes the steps. Required.
	Intake Intake
	// Router takes orders from stores that do not pick them. Without one they only remind.
	Router Router
	// PayWithin is how long goods are kept for an order that is not paid.
	PayWithin PayWithin
	// RemindAfter is how long a paid order waits to be picked before its store is reminded.
	// Default 30 min.
	RemindAfter time.Duration
	// RerouteAfter is how long a store has after it was reminded. Default 30 min.
	RerouteAfter time.Duration
	// SameCityWithin, ExpressWithin and PickupWithin are how long an order may be ready, shipped or on
	// its way before it is flagged. Defaults 3 h, 7 days and 3 days.
	SameCityWithin, ExpressWithin, PickupWithin time.Duration
	// Every is the pause between two looks. Default 5 s.
	Every time.Duration
	// MaxBatch bounds the orders that are listed, and sent, at once. Default 500.
	MaxBatch int
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// PayWithin is how long an order of each channel may stay unpaid.
type PayWithin struct {
	// Default holds for channels that are not listed; zero means 15 min, a negative time for ever.
	Default time.Duration
	// Channels are the exceptions.
	Channels map[retail.Channel]time.Duration
}

// Of returns the time of a channel, 0 for unlimited.
func (p PayWithin) Of(c retail.Channel) time.Duration {
	within, ok := p.Channels[c]
	if !ok {
		within = p.Default
	}
	if within == 0 {
		within = 15 * time.Minute
	}
	return max(0, within)
}

func (c *Config) defaults() {
	def := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&c.RemindAfter, 30*time.Minute)
	def(&c.RerouteAfter, 30*time.Minute)
	def(&c.SameCityWithin, 3*time.Hour)
	def(&c.ExpressWithin, 7*24*time.Hour)
	def(&c.PickupWithin, 3*24*time.Hour)
	def(&c.Every, 5*time.Second)
	if c.MaxBatch <= 0 {
		c.MaxBatch = 500
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}
