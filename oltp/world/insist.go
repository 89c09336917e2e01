package world

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// TradeStats counts what happens in live trade. Its zero value is ready.
type TradeStats struct {
	orders, refused, skipped, steps, refunds, touches, touchesDropped, lag atomic.Int64
}

// TradeCounts is a snapshot of TradeStats.
type TradeCounts struct {
	// Orders were placed, Refused had no effect (their goods were gone), Skipped came too late.
	Orders, Refused, Skipped int64
	// Steps were payments, cancellations, shipments and completions.
	Steps, Refunds int64
	// Touches reached the gateway; TouchesDropped did not.
	Touches, TouchesDropped int64
	// Lag is how late the oldest event is that was not sent yet; negative when nothing is due.
	Lag time.Duration
}

// Snapshot returns the counts.
func (s *TradeStats) Snapshot() TradeCounts {
	return TradeCounts{Orders: s.orders.Load(), Refused: s.refused.Load(),
		Skipped: s.skipped.Load(), Steps: s.steps.Load(), Refunds: s.refunds.Load(),
		Touches: s.touches.Load(), TouchesDropped: s.touchesDropped.Load(),
		Lag: time.Duration(s.lag.Load())}
}

// insist repeats an action while it fails for a passing reason. The client below has its own
// attempts; this is for an outage that outlasts them.
func (x *trader) insist(ctx context.Context, what string, action func() error) {
	const pause = time.Second
	for attempt := 1; ctx.Err() == nil; attempt++ {
		err := action()
		if err == nil || ctx.Err() != nil {
			return
		}
		p, answered := problemOf(err)
		if answered && !passing(p) {
			x.Logger.Debug("the shop refused", "action", what, "error", err)
			return
		}
		if attempt == 1 {
			x.Logger.Warn("the shop does not answer, asking again", "action", what, "error", err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// passing reports whether a problem may go away.
func passing(p *wire.Problem) bool { return p.Temporary() || p.Status >= 500 }

// firstProblem returns the error of a bulk, or the problem of its first row that may go away.
func firstProblem[A any](rows []A, err error, problem func(*A) *wire.Problem) error {
	if err != nil {
		return err
	}
	for i := range rows {
		if p := problem(&rows[i]); p != nil && passing(p) {
			return p
		}
	}
	return nil
}

// sendTouches sends what visitors did until ctx ends. A gateway that is down costs touches, not
// trade.
func (x *trader) sendTouches(ctx context.Context) {
	for {
		select {
		case list := <-x.touches:
			if err := x.Events.Send(ctx, list); err != nil {
				x.Stats.touchesDropped.Add(int64(len(list)))
				if ctx.Err() == nil {
					x.Logger.Warn("behaviour events were dropped", "events", len(list), "error", err)
				}
				continue
			}
			x.Stats.touches.Add(int64(len(list)))
		case <-ctx.Done():
			return
		}
	}
}
