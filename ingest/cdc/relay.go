package cdc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"
)

// Relay forwards committed facts from one slot to the log. Several relays may run on one slot: one
// works, the others wait and take over.
type Relay struct {
	cfg  Config
	flow *flow
	lag  histogram
	// read is the part of lag until a record is read.
	read histogram
	out  *outlet // used by Run alone
	// resume is where the last session left off, used by Run alone.
	resume Checkpoint

	confirmed atomic.Uint64 // the position last told to the database
	counters  counters
	// noted holds a token when the watcher is to note the running transactions.
	noted chan struct{}

	mu       sync.Mutex
	state    State
	session  *session
	lastErr  string
	lastGap  string
	retained Retained
}

// New returns a relay; Run sets it to work.
func New(cfg Config) (*Relay, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	return &Relay{cfg: cfg, flow: newFlow(cfg.MaxInFlightRecords, cfg.MaxInFlightBytes),
		state: Connecting, noted: make(chan struct{}, 1)}, nil
}

// Run relays until ctx ends, through every failure of the database and the log. On the way out it
// waits Config.DrainTimeout for what is on its way and confirms it. It must be called once.
func (r *Relay) Run(ctx context.Context) error {
	defer r.enter(Stopped, nil)
	defer func() {
		if r.out != nil {
			r.out.Close()
		}
	}()
	var watching sync.WaitGroup
	defer watching.Wait()
	watching.Go(func() { r.watch(ctx) })
	pause := r.cfg.RetryMin
	for {
		progressed, err := r.serve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if progressed {
			pause = r.cfg.RetryMin
		}
		wait := pause
		if errors.Is(err, errSlotBusy) {
			wait = r.cfg.WaitForSlot
			if r.enter(Waiting, nil) {
				r.cfg.Log.Info("another relay holds the slot; this one waits", "slot", r.cfg.Slot)
			}
		} else {
			r.noticeFailure(err, wait)
			pause = min(2*pause, r.cfg.RetryMax)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// serve runs one session. progressed says that something was confirmed in it.
func (r *Relay) serve(ctx context.Context) (progressed bool, err error) {
	if err := r.open(ctx); err != nil {
		return false, err
	}
	s, gap, err := r.connect(ctx)
	if err != nil {
		return false, err
	}
	defer hangUp(s.conn)
	r.follow(s)
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return s.read(inner) })
	group.Go(func() error { return s.confirm(inner) })
	group.Go(func() error {
		select {
		case <-inner.Done():
			return nil
		case <-s.out.failed:
			return s.out.broken()
		}
	})
	if gap != nil {
		group.Go(func() error { return s.repay(inner, *gap) })
	}
	err = group.Wait()
	if ctx.Err() != nil {
		r.drain(s)
	} else {
		r.leave(ctx, s)
	}
	confirmed, _ := s.progress.state()
	return confirmed > s.at.Confirmed, err
}

// open opens the log, anew if it has failed a record. Nothing of the old one is on its way then.
func (r *Relay) open(ctx context.Context) error {
	if r.out != nil {
		if r.out.broken() == nil {
			return nil
		}
		r.out.Close()
		if err := r.flow.drained(ctx); err != nil {
			return err
		}
		r.noticeOvertaking(r.out.overtaken())
		r.out = nil
	}
	p, err := r.cfg.Publish()
	if err != nil {
		return err
	}
	r.out = newOutlet(p)
	return nil
}

// leave waits a while for what a broken session has on its way and keeps how far it got: the next one
// goes on from there, although the database has not heard of it. Otherwise a connection that breaks
// again and again would see the same records for ever.
func (r *Relay) leave(ctx context.Context, s *session) {
	if s.out.broken() != nil || s.owed.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.DrainTimeout)
	defer cancel()
	_ = r.flow.drained(ctx)
	r.resume = s.at
	r.resume.Confirmed, _ = s.progress.state()
}

// drain waits for what is on its way and confirms it.
func (r *Relay) drain(s *session) {
	ctx, cancel := context.WithTimeout(context.Background(), r.cfg.DrainTimeout)
	defer cancel()
	if err := r.flow.drained(ctx); err != nil {
		r.cfg.Log.Warn("stopped before the log had acknowledged everything; the rest comes again")
	}
	if err := s.status(ctx, false); err != nil {
		r.cfg.Log.Warn("cannot confirm on the way out; what was relayed comes again", "err", err)
	}
}

// hangUp closes a connection without waiting long for the other side.
func hangUp(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
