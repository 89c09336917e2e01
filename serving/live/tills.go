package live

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/retail/event"
)

// Past is a log that can be read from a time on.
type Past interface {
	// OpenSince returns a tail whose first record is about the first one written at a time or later; of
	// those that are there already it reads no more than most, the newest of each partition.
	OpenSince(ctx context.Context, at time.Time, most int64) (Tail, error)
}

// TillsConfig says where orders come from and how they are counted.
type TillsConfig struct {
	// Log has the topic of orders. Required.
	Log    Past
	Logger *slog.Logger
	// Window is how long an order counts, at least; it counts for half as long again on average. Default 12
	// hours.
	Window time.Duration
	// Back bounds the orders that are read back when the following begins. Default 2,000,000, some ten
	// seconds.
	Back int64
	// Pairs bounds what is counted; HalfS follows from Window.
	Pairs rule.LiveConfig
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
	// Retry is the pause before a broken following starts again. Default 1 s.
	Retry time.Duration
}

// Tills counts what is bought together while the tills ring. The counts are derived from the log: whoever
// starts, or starts again, reads the window back, so that they are the same as without the break. Until
// that is done, what was counted before it stands.
type Tills struct {
	cfg    TillsConfig
	pairs  atomic.Pointer[rule.Live]
	seen   repeats
	basket []int64
	placed event.OrderPlaced

	orders, malformed, restarts atomic.Int64
}

// TillsStats counts.
type TillsStats struct {
	// Orders were taken, those read back among them, Malformed are records that were none, Restarts are the
	// times the following broke.
	Orders, Malformed, Restarts int64
	// Pairs is what is counted now.
	Pairs rule.LiveStats
}

// NewTills checks the configuration.
func NewTills(cfg TillsConfig) (*Tills, error) {
	if cfg.Log == nil || cfg.Logger == nil {
		return nil, errors.New("cannot follow the tills: Log and Logger are required")
	}
	cfg.Window = cmp.Or(max(cfg.Window, 0), 12*time.Hour)
	cfg.Pairs.HalfS = max(1, int64(cfg.Window/time.Second))
	cfg.Back = cmp.Or(max(cfg.Back, 0), 2_000_000)
	cfg.Retry = cmp.Or(max(cfg.Retry, 0), time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	t := &Tills{cfg: cfg}
	t.pairs.Store(rule.NewLive(cfg.Pairs))
	return t, nil
}

// Pairs is what is bought together now. A nil Tills knows nothing.
func (t *Tills) Pairs() *rule.Live {
	if t == nil {
		return nil
	}
	return t.pairs.Load()
}

// Run follows until ctx ends.
func (t *Tills) Run(ctx context.Context) {
	again(ctx, t.cfg.Retry, t.once, func(err error) {
		t.restarts.Add(1)
		t.cfg.Logger.Warn("the following of the tills starts again", "error", err, "after", t.cfg.Retry)
	})
}

// once reads the window back, lets its counts take the place of those before, and follows.
func (t *Tills) once(ctx context.Context) error {
	tail, err := t.cfg.Log.OpenSince(ctx, t.cfg.Now().Add(-2*t.cfg.Window), t.cfg.Back)
	if err != nil {
		return err
	}
	defer tail.Close()
	cfg, was := t.cfg.Pairs, t.pairs.Load()
	cfg.FirstVersion = was.LastVersion()
	fresh := rule.NewLive(cfg)
	t.seen = repeats{}
	for there := false; ; {
		if !there {
			behind, err := tail.Behind(ctx)
			if err != nil {
				return err
			}
			if there = behind == 0 || was.Stats().Baskets == 0; there {
				t.pairs.Store(fresh)
			}
		}
		records, err := tail.Poll(ctx)
		for i := range records {
			t.take(fresh, &records[i])
		}
		if err != nil {
			return err
		}
	}
}

// take counts one record; what is no order is passed over.
func (t *Tills) take(pairs *rule.Live, r *Record) {
	if r.Kind != event.KindOrderPlaced {
		return
	}
	if err := event.DecodeInto(r.Kind, r.Wire, &t.placed); err != nil {
		t.malformed.Add(1)
		return
	}
	if t.seen.again(t.placed.GetOrderId()) {
		return
	}
	t.orders.Add(1)
	t.basket = t.basket[:0]
	for _, line := range t.placed.GetLines() {
		if line.GetQty() > 0 && line.GetSkuId() > 0 && line.GetKind() == event.LineKind_LINE_KIND_SALE {
			t.basket = append(t.basket, line.GetSkuId())
		}
	}
	pairs.Add(t.basket, t.placed.GetPlacedAt().Time().Unix(), t.cfg.Now().Unix())
}

// Stats returns the counts so far.
func (t *Tills) Stats() TillsStats {
	return TillsStats{Orders: t.orders.Load(), Malformed: t.malformed.Load(), Restarts: t.restarts.Load(),
		Pairs: t.pairs.Load().Stats()}
}

// repeats knows the last orders, since a relay that starts again sends some of them anew.
type repeats struct {
	known map[int64]struct{}
	ring  []int64
	at    int
}

// maxRepeats is how many orders are known: more than a relay has under way.
const maxRepeats = 1 << 15

// again reports whether an order is known, and knows it from then on.
func (r *repeats) again(order int64) bool {
	if r.known == nil {
		r.known, r.ring = make(map[int64]struct{}), make([]int64, maxRepeats)
	}
	if _, is := r.known[order]; is {
		return true
	}
	delete(r.known, r.ring[r.at])
	r.ring[r.at] = order
	r.at = (r.at + 1) % maxRepeats
	r.known[order] = struct{}{}
	return false
}
