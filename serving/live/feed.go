package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Record is one record of the stock topic.
type Record struct {
	Kind event.Kind
	Wire []byte
	// Committed is when the change was committed, zero if the record does not say.
	Committed time.Time
}

// Tail is an open reader of the stock topic.
type Tail interface {
	// Poll waits for records and returns them; it returns ctx's error when ctx ends first.
	Poll(ctx context.Context) ([]Record, error)
	// Behind returns how many records of the topic Poll has not returned yet.
	Behind(ctx context.Context) (int64, error)
	Close()
}

// Log opens tails.
type Log interface {
	// OpenAtEnd returns a tail whose first record is the first one written after the call.
	OpenAtEnd(ctx context.Context) (Tail, error)
}

// Snapshot reads all stock levels of the transactional store as of one moment not before the call.
type Snapshot interface {
	Snapshot(ctx context.Context, take func(retail.StockLevel) error) error
}

// FeedConfig says where levels come from.
type FeedConfig struct {
	Levels   *Levels
	Log      Log
	Snapshot Snapshot
	Logger   *slog.Logger
	// Moved is told of each level that was taken, after Levels has it. Default: nobody is.
	Moved func(retail.StockKey)
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
	// Retry is the pause before a broken feed starts again with a new tail and a new snapshot; levels
	// held meanwhile stay readable. Default 1 s.
	Retry time.Duration
	// Poll bounds the wait for records while the feed is not ready. Default 20 ms.
	Poll time.Duration
}

// Feed keeps Levels current.
type Feed struct {
	cfg       FeedConfig
	lag       lagWindow
	lags      lagCounts
	ready     atomic.Bool
	malformed atomic.Int64
	restarts  atomic.Int64
	snapshots atomic.Int64
	lastError atomic.Pointer[string]
}

// FeedStats says how the feed is doing.
type FeedStats struct {
	Ready bool
	// Malformed counts records that are no stock change, Restarts the times the feed broke,
	// SnapshotLevels the levels of the last snapshot.
	Malformed, Restarts, SnapshotLevels int64
	// LagP50 and LagP99 are from commit to readable, over the last few thousand changes.
	LagP50, LagP99 time.Duration
	// Lags are the same over all changes.
	Lags Lags
	// Changes is how many changes the tail has delivered.
	Changes int64
	// LastError is why the feed broke last, "" if it never did.
	LastError string
}

// NewFeed checks the configuration.
func NewFeed(cfg FeedConfig) (*Feed, error) {
	if cfg.Levels == nil || cfg.Log == nil || cfg.Snapshot == nil || cfg.Logger == nil {
		return nil, errors.New("cannot make stock feed: Levels, Log, Snapshot and Logger are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Moved == nil {
		cfg.Moved = func(retail.StockKey) {}
	}
	if cfg.Retry <= 0 {
		cfg.Retry = time.Second
	}
	if cfg.Poll <= 0 {
		cfg.Poll = 20 * time.Millisecond
	}
	return &Feed{cfg: cfg, lags: lagCounts{bounds: LagBounds()}}, nil
}

// Run feeds until ctx ends. The tail is opened at the end of the topic first, then the snapshot is
// read while the tail already runs: a change is in the snapshot, in the tail, or in both, and its
// version settles which one counts.
func (f *Feed) Run(ctx context.Context) {
	again(ctx, f.cfg.Retry, f.once, func(err error) {
		text := err.Error()
		f.lastError.Store(&text)
		f.restarts.Add(1)
		f.cfg.Logger.Warn("stock feed starts again", "error", err, "after", f.cfg.Retry)
	})
}

// Ready is nil once the first snapshot is complete and the tail has caught up with it.
func (f *Feed) Ready() error {
	if f.ready.Load() {
		return nil
	}
	if text := f.lastError.Load(); text != nil {
		return errors.New(*text)
	}
	return fmt.Errorf("stock snapshot is loading: %d levels so far", f.cfg.Levels.count.Load())
}

// Stats returns a snapshot of the feed's state.
func (f *Feed) Stats() FeedStats {
	p50, p99, n := f.lag.quantiles()
	s := FeedStats{
		Ready: f.ready.Load(), Malformed: f.malformed.Load(), Restarts: f.restarts.Load(),
		SnapshotLevels: f.snapshots.Load(), LagP50: p50, LagP99: p99, Changes: n,
		Lags: f.lags.read(),
	}
	if text := f.lastError.Load(); text != nil {
		s.LastError = *text
	}
	return s
}

func (f *Feed) once(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tail, err := f.cfg.Log.OpenAtEnd(ctx)
	if err != nil {
		return fmt.Errorf("cannot open the tail of %s: %w", event.TopicStock, err)
	}
	defer tail.Close()
	loaded := make(chan error, 1)
	go func() { loaded <- f.load(ctx) }()
	defer func() {
		cancel()
		if loaded != nil {
			<-loaded
		}
	}()
	caughtUp := false
	for {
		if err := f.poll(ctx, tail, caughtUp); err != nil {
			return err
		}
		select {
		case err := <-loaded:
			loaded = nil
			if err != nil {
				return err
			}
		default:
		}
		if loaded != nil || caughtUp {
			continue
		}
		behind, err := tail.Behind(ctx)
		if err != nil {
			return fmt.Errorf("cannot tell how far %s has come: %w", event.TopicStock, err)
		}
		if caughtUp = behind == 0; caughtUp {
			f.ready.Store(true)
		}
	}
}

// poll applies what the tail has. Until the feed has caught up it returns within cfg.Poll.
func (f *Feed) poll(ctx context.Context, tail Tail, caughtUp bool) error {
	wait := ctx
	if !caughtUp {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(ctx, f.cfg.Poll)
		defer cancel()
	}
	records, err := tail.Poll(wait)
	for i := range records {
		f.take(&records[i])
	}
	if err != nil && (ctx.Err() != nil || wait.Err() == nil) {
		return fmt.Errorf("cannot read %s: %w", event.TopicStock, err)
	}
	return nil
}

func (f *Feed) load(ctx context.Context) error {
	at, n := f.cfg.Now().UnixMicro(), int64(0)
	err := f.cfg.Snapshot.Snapshot(ctx, func(l retail.StockLevel) error {
		f.apply(&Level{StockLevel: l, CommittedUS: at})
		n++
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot read the stock snapshot after %d levels: %w", n, err)
	}
	f.snapshots.Store(n)
	return nil
}

func (f *Feed) apply(l *Level) {
	if f.cfg.Levels.Apply(l) {
		f.cfg.Moved(l.StockKey)
	}
}

func (f *Feed) take(r *Record) {
	if r.Kind != event.KindStockMoved {
		return
	}
	var moved event.StockMoved
	if err := event.DecodeInto(r.Kind, r.Wire, &moved); err != nil {
		f.malformed.Add(1)
		return
	}
	now := f.cfg.Now()
	for _, c := range moved.GetChanges() {
		committed := r.Committed
		if committed.IsZero() {
			committed = c.GetMovedAt().Time()
		}
		f.apply(&Level{
			StockLevel: retail.StockLevel{
				StockKey: retail.StockKey{
					Store: retail.StoreID(moved.GetStoreId()), SKU: retail.SKUID(c.GetSkuId()),
				},
				OnHand: c.GetOnHand(), Reserved: c.GetReserved(), Version: c.GetVersion(),
			},
			CommittedUS: committed.UnixMicro(),
		})
		f.lag.add(now.Sub(committed))
		f.lags.add(now.Sub(committed), 1)
	}
}
