package staff

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Standings is what must be known to tell a revoked token: the version of every account, and the
// sessions that have ended while a token of theirs may live.
type Standings struct {
	Versions map[string]int64
	Ended    map[int64]bool
}

// RollSource reads standings; oltp/postgres does.
type RollSource interface {
	// Standings reads them all.
	Standings(ctx context.Context) (*Standings, error)
	// StaffChanges calls tell after each change, and once before the first, until ctx or the
	// connection ends.
	StaffChanges(ctx context.Context, tell func()) error
}

// RollConfig is what a Roll needs.
type RollConfig struct {
	Source RollSource
	// Poll is how often the standings are read though nothing was told of, which bounds how long a
	// revocation can go unnoticed. Default: 15 s.
	Poll time.Duration
	// Log takes what went wrong. Required.
	Log *slog.Logger
}

// Roll remembers the standings of all accounts and follows their changes, so that a request costs no
// query. While the database cannot be reached it keeps what it knew: a token then lives at most until it
// expires, which is soon.
type Roll struct {
	cfg   RollConfig
	known atomic.Pointer[Standings]
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// OpenRoll reads the standings and follows them until Close.
func OpenRoll(ctx context.Context, cfg RollConfig) (*Roll, error) {
	cfg.Poll = cmp.Or(cfg.Poll, 15*time.Second)
	r := &Roll{cfg: cfg}
	first, err := cfg.Source.Standings(ctx)
	if err != nil {
		return nil, err
	}
	r.known.Store(first)
	var running context.Context
	running, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	changed := make(chan struct{}, 1)
	r.done.Go(func() { r.listen(running, changed) })
	r.done.Go(func() { r.follow(running, changed) })
	return r, nil
}

// Close stops following.
func (r *Roll) Close() {
	r.stop()
	r.done.Wait()
}

// Revoked implements Standing. An account that is not known yet is newer than what is known, and a token
// without an account is good as long as nobody has the name.
func (r *Roll) Revoked(p *Principal) bool {
	known := r.known.Load()
	return p.Version < known.Versions[p.User] || known.Ended[p.Session]
}

// listen passes changes on; a lost connection is made anew.
func (r *Roll) listen(ctx context.Context, changed chan<- struct{}) {
	for {
		err := r.cfg.Source.StaffChanges(ctx, func() {
			select {
			case changed <- struct{}{}:
			default: // a reading that has not begun sees this change, too
			}
		})
		if ctx.Err() != nil {
			return
		}
		r.cfg.Log.Warn("changes of accounts are polled for", "error", err)
		timer := time.NewTimer(time.Second)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

func (r *Roll) follow(ctx context.Context, changed <-chan struct{}) {
	poll := time.NewTicker(r.cfg.Poll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-poll.C:
		}
		bounded, cancel := context.WithTimeout(ctx, r.cfg.Poll)
		now, err := r.cfg.Source.Standings(bounded)
		cancel()
		if err == nil {
			r.known.Store(now)
		} else if ctx.Err() == nil {
			r.cfg.Log.Warn("the standings of accounts are as they were", "error", err)
		}
	}
}
