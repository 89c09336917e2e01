package overdue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Done counts what a sweep did.
type Done struct {
	// Expired, Reminded, Rerouted and Late count orders; Failed those for which the step did not work.
	Expired, Reminded, Rerouted, Late, Failed int
}

// Run sweeps again and again until ctx ends.
func Run(ctx context.Context, cfg Config) {
	cfg.defaults()
	tick := time.NewTicker(cfg.Every)
	defer tick.Stop()
	for ctx.Err() == nil {
		done, err := Sweep(ctx, cfg)
		if err != nil && ctx.Err() == nil {
			cfg.Log.Warn("overdue orders have to wait", "error", err)
		}
		if done.Failed > 0 {
			cfg.Log.Warn("some overdue orders could not be helped", "orders", done.Failed)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Sweep does everything that is due now, unless another instance is at it.
func Sweep(ctx context.Context, cfg Config) (Done, error) {
	cfg.defaults()
	release, ok, err := cfg.Orders.Sole(ctx)
	if err != nil || !ok {
		return Done{}, err
	}
	defer release()
	s := sweep{Config: cfg, now: cfg.Now()}
	for _, pass := range []func(context.Context) error{s.unpaid, s.unpicked, s.unheeded, s.undelivered} {
		if err := pass(ctx); err != nil {
			return s.done, err
		}
	}
	return s.done, nil
}

type sweep struct {
	Config
	now  time.Time
	done Done
}

// pages goes through a list page by page, so that an order that cannot be helped holds up no other.
func (s *sweep) pages(ctx context.Context, list func(after Due) ([]Due, error),
	act func(page []Due) error) error {
	var after Due
	for ctx.Err() == nil {
		page, err := list(after)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := act(page); err != nil {
			return err
		}
		if len(page) < s.MaxBatch {
			return nil
		}
		after = page[len(page)-1]
	}
	return context.Cause(ctx)
}

func (s *sweep) unpaid(ctx context.Context) error {
	var before Cutoffs
	for c := retail.Till; c <= retail.Phone; c++ {
		if within := s.PayWithin.Of(c); within > 0 {
			before[c] = s.now.Add(-within)
		}
	}
	return s.pages(ctx, func(after Due) ([]Due, error) {
		return s.Orders.Unpaid(ctx, before, after, s.MaxBatch)
	}, func(page []Due) error {
		return s.advance(ctx, page, order.Expire, order.ReasonPaymentTimeout, &s.done.Expired)
	})
}

func (s *sweep) unpicked(ctx context.Context) error {
	return s.pages(ctx, func(after Due) ([]Due, error) {
		return s.Orders.Unpicked(ctx, s.now.Add(-s.RemindAfter), false, after, s.MaxBatch)
	}, func(page []Due) error { return s.advance(ctx, page, order.Remind, "", &s.done.Reminded) })
}

// unheeded takes orders from stores that were reminded in vain.
func (s *sweep) unheeded(ctx context.Context) error {
	if s.Router == nil {
		return nil
	}
	return s.pages(ctx, func(after Due) ([]Due, error) {
		return s.Orders.Unpicked(ctx, s.now.Add(-s.RerouteAfter), true, after, s.MaxBatch)
	}, func(page []Due) error {
		for _, d := range page {
			err := s.Router.Reroute(ctx, d.ID, order.ReasonNotPicked)
			var wrong *order.WrongState
			switch {
			case err == nil:
				s.done.Rerouted++
			case errors.Is(err, order.ErrUnavailable):
				return err
			case errors.Is(err, ErrStays), errors.As(err, &wrong): // picked at the last moment
			default:
				s.done.Failed++
			}
		}
		return nil
	})
}

func (s *sweep) undelivered(ctx context.Context) error {
	var before Cutoffs
	before[retail.Pickup] = s.now.Add(-s.PickupWithin)
	before[retail.SameCity] = s.now.Add(-s.SameCityWithin)
	before[retail.Express] = s.now.Add(-s.ExpressWithin)
	return s.pages(ctx, func(after Due) ([]Due, error) {
		return s.Orders.Undelivered(ctx, before, after, s.MaxBatch)
	}, func(page []Due) error { return s.advance(ctx, page, order.MarkLate, "", &s.done.Late) })
}

// advance sends one step for each order of a page and counts those that were taken.
func (s *sweep) advance(ctx context.Context, page []Due, kind order.StepKind, reason string,
	count *int) error {
	steps := make([]order.Step, len(page))
	for i, d := range page {
		steps[i] = order.Step{Kind: kind, Order: d.ID, Store: d.Store, Reason: reason}
	}
	for i, r := range s.Intake.Advance(ctx, steps) {
		var wrong *order.WrongState
		switch {
		case r.Err == nil && !r.Replayed:
			*count++
		case r.Err == nil, errors.As(r.Err, &wrong): // somebody was faster
		case errors.Is(r.Err, order.ErrUnavailable), errors.Is(r.Err, order.ErrBusy),
			errors.Is(r.Err, order.ErrClosed), errors.Is(r.Err, order.ErrDiskFull),
			errors.Is(r.Err, context.Canceled), errors.Is(r.Err, context.DeadlineExceeded):
			return fmt.Errorf("cannot help order %d: %w", page[i].ID, r.Err)
		default:
			s.done.Failed++
		}
	}
	return nil
}
