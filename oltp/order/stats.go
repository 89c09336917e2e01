package order

import (
	"errors"
	"sync/atomic"

	"github.com/tillstream/tillstream/oltp/stock"
)

// Stats is a snapshot of what the intake has done since it was opened.
type Stats struct {
	// Accepted, Replayed, Refused and Busy count requests by their outcome; Refused ones broke a rule.
	Accepted, Replayed, Refused, Busy, Failed uint64
	// Batches counts committed transactions, Retries those that had to be repeated.
	Batches, Retries uint64
	// Queued is what waits now, in lines.
	Queued int
}

type counters struct{ accepted, replayed, refused, busy, failed, batches, retries atomic.Uint64 }

// Stats returns the counters.
func (w *Writers) Stats() Stats {
	s := &w.stats
	out := Stats{Accepted: s.accepted.Load(), Replayed: s.replayed.Load(), Refused: s.refused.Load(),
		Busy: s.busy.Load(), Failed: s.failed.Load(), Batches: s.batches.Load(), Retries: s.retries.Load()}
	for _, one := range w.writers {
		out.Queued += one.queuedLines()
	}
	return out
}

func (s *counters) count(err error, replayed bool) {
	switch {
	case err == nil && replayed:
		s.replayed.Add(1)
	case err == nil:
		s.accepted.Add(1)
	case errors.Is(err, ErrBusy):
		s.busy.Add(1)
	case refusal(err):
		s.refused.Add(1)
	default:
		s.failed.Add(1)
	}
}

// refusal reports whether the request itself is to blame.
func refusal(err error) bool {
	var bad *Invalid
	var short *Short
	var state *WrongState
	return errors.As(err, &bad) || errors.As(err, &short) || errors.As(err, &state) ||
		errors.Is(err, ErrKeyReused) || errors.Is(err, ErrNoSuchOrder) ||
		errors.Is(err, stock.ErrPaperChanged) || errors.Is(err, stock.ErrNoSuchPaper)
}
