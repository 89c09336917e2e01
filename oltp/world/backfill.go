package world

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// Backfill says where history goes and how far.
type Backfill struct {
	// Shop takes the trade. Required.
	Shop Shop
	// State remembers how far history is recorded. Required.
	State *State
	// Until ends the history; what lies after it is for Trade. Required.
	Until time.Time
	// InFlight bounds the stores that send at the same time, one request each. Default: 8.
	InFlight int
	// DaysAtOnce is how many days one store may be ahead of another. Default: 3.
	DaysAtOnce int
	// MaxRefused bounds the rows that the shop refuses for good; one more ends the backfill.
	// Default: 1,000.
	MaxRefused int
	// Opened is called once catalogue and opening stock are recorded: live trade may begin beside
	// the history from then on. It may be nil.
	Opened func()
	// Progress is told after each batch of days, from one goroutine at a time. It may be nil.
	Progress func(Progress)
	// Logger receives one line for each phase. Default: slog.Default().
	Logger *slog.Logger
}

// Progress says how far a backfill has come.
type Progress struct {
	// Phase is catalogue, stock or history.
	Phase string
	// Done and Total count rows, stores, or days.
	Done, Total int
	// Orders counts those sent so far.
	Orders int
}

// Filled counts what a backfill did.
type Filled struct {
	// Orders, Refunds and Moves took effect or had done so before; Replayed counts the orders of
	// the latter sort.
	Orders, Replayed, Refunds, Moves int
	// Short counts orders that found a shelf emptier than the world knows, because somebody else
	// bought there; stock was corrected for them.
	Short int
	// Refused lists up to ten rows that the shop refused for good, RefusedRows counts all.
	RefusedRows int
	Refused     []string
	Took        time.Duration
}

// filler is a backfill under way.
type filler struct {
	Backfill
	w    *World
	mu   sync.Mutex
	done Filled
}

// Backfill records history from where it ended before up to b.Until, day after day, each store in
// order of time. It may be repeated and interrupted: keys keep everything from taking effect twice.
func (w *World) Backfill(ctx context.Context, b Backfill) (Filled, error) {
	b.InFlight, b.DaysAtOnce = orDefault(b.InFlight, 8), orDefault(b.DaysAtOnce, 3)
	b.MaxRefused = orDefault(b.MaxRefused, 1_000)
	if b.Logger == nil {
		b.Logger = slog.Default()
	}
	if b.Progress == nil {
		b.Progress = func(Progress) {}
	}
	f := &filler{Backfill: b, w: w}
	began := time.Now()
	err := f.run(ctx)
	f.done.Took = time.Since(began)
	if err != nil {
		return f.done, fmt.Errorf("cannot record the world's history: %w", err)
	}
	return f.done, nil
}

func orDefault(v, otherwise int) int {
	if v <= 0 {
		return otherwise
	}
	return v
}

func (f *filler) run(ctx context.Context) error {
	if f.State.Config != f.w.cfg {
		return fmt.Errorf("the state is of %s, not of %s", f.State.Config.Name(), f.w.cfg.Name())
	}
	if f.State.FirstLive.IsZero() {
		if err := f.State.update(func() { f.State.FirstLive = f.Until }); err != nil {
			return err
		}
	}
	if !f.State.Opened {
		if err := f.open(ctx); err != nil {
			return err
		}
	}
	if f.Opened != nil {
		f.Opened()
	}
	return f.history(ctx)
}

// open records catalogue and opening stock.
func (f *filler) open(ctx context.Context) error {
	w, s := f.w, f.Shop
	f.Logger.Info("recording the simulated chain", "stores", len(w.Stores),
		"skus", len(w.Products), "members", len(w.Members), "world", w.cfg.Name())
	for _, put := range []func() ([]wire.Merged, error){
		func() ([]wire.Merged, error) { return s.PutRegions(ctx, w.regions()) },
		func() ([]wire.Merged, error) { return s.PutStores(ctx, w.wireStores()) },
		func() ([]wire.Merged, error) { return s.PutCategories(ctx, w.wireCategories()) },
		func() ([]wire.Merged, error) { return s.PutStyles(ctx, w.wireStyles()) },
		func() ([]wire.Merged, error) { return s.PutProducts(ctx, w.wireProducts()) },
		func() ([]wire.Merged, error) { return s.PutMembers(ctx, w.wireMembers()) },
	} {
		rows, err := put()
		if err != nil {
			return err
		}
		for i := range rows {
			if p := rows[i].Problem; p != nil {
				return fmt.Errorf("cannot record %s: %w", rows[i].Code, p)
			}
		}
		f.Progress(Progress{Phase: "catalogue", Done: len(rows), Total: len(rows)})
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(f.InFlight)
	for store := range w.Stores {
		group.Go(func() error {
			return f.move(within, w.moves(store, "opening balance", w.Run(store).Opening()))
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	f.Progress(Progress{Phase: "stock", Done: len(w.Stores), Total: len(w.Stores)})
	return f.State.update(func() { f.State.Opened = true })
}

func (f *filler) move(ctx context.Context, moves []wire.StockMove) error {
	if len(moves) == 0 {
		return nil
	}
	rows, err := f.Shop.MoveStock(ctx, moves)
	if err != nil {
		return err
	}
	for i := range rows {
		if p := rows[i].Problem; p != nil {
			if err := f.refuse(moves[i].Key, p); err != nil {
				return err
			}
		}
	}
	f.mu.Lock()
	f.done.Moves += len(moves)
	f.mu.Unlock()
	return nil
}

// refuse counts a row that did not take effect. One that may do so later ends the backfill.
func (f *filler) refuse(key string, p *wire.Problem) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.Temporary() || p.Status >= 500 {
		return fmt.Errorf("cannot record %s: %w", key, p)
	}
	f.done.RefusedRows++
	if len(f.done.Refused) < 10 {
		f.done.Refused = append(f.done.Refused, key+": "+p.Error())
	}
	if f.done.RefusedRows > f.MaxRefused {
		return fmt.Errorf("more than %d rows refused, the last %s: %w", f.MaxRefused, key, p)
	}
	return nil
}

// history sends the days that are not recorded yet, a few days of all stores at a time.
func (f *filler) history(ctx context.Context) error {
	first, last := f.State.Through, DayAt(f.Until)
	runs, err := f.w.runsAt(ctx, first)
	if err != nil {
		return err
	}
	f.Logger.Info("recording history", "from", first.String(), "until", f.Until.UTC())
	for from := first; from <= last; {
		to := min(from+retail.Day(f.DaysAtOnce), last+1)
		group, within := errgroup.WithContext(ctx)
		group.SetLimit(f.InFlight)
		for _, run := range runs {
			group.Go(func() error {
				for run.Date() < to {
					if err := f.day(within, run.Next()); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		if err := f.State.update(func() { f.State.Through = min(to, last) }); err != nil {
			return err
		}
		from = to
		f.Progress(Progress{Phase: "history", Done: int(to - f.w.cfg.Start),
			Total: int(last + 1 - f.w.cfg.Start), Orders: f.done.Orders})
	}
	return nil
}

// runsAt simulates every store up to a day, without sending anything.
func (w *World) runsAt(ctx context.Context, day retail.Day) ([]*Run, error) {
	runs := make([]*Run, len(w.Stores))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i := range runs {
		group.Go(func() error {
			runs[i] = w.Run(i)
			for runs[i].Date() < day && within.Err() == nil {
				runs[i].Next()
			}
			return within.Err()
		})
	}
	return runs, group.Wait()
}
