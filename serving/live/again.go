package live

import (
	"context"
	"time"
)

// nudge wakes whoever waits on it; nudges that come before that are one.
type nudge chan struct{}

func newNudge() nudge { return make(nudge, 1) }

// Nudge says that there may be something new, so that the next look does not wait its turn.
func (n nudge) Nudge() {
	select {
	case n <- struct{}{}:
	default:
	}
}

// wait returns true after a nudge or the time, false when ctx has ended.
func (n nudge) wait(ctx context.Context, atMost time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-n:
	case <-time.After(atMost):
	}
	return true
}

// again follows something until ctx ends. When that breaks it tells why, and starts again after a pause.
func again(ctx context.Context, pause time.Duration, follow func(context.Context) error, broke func(error)) {
	for ctx.Err() == nil {
		err := follow(ctx)
		if ctx.Err() != nil {
			return
		}
		broke(err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
