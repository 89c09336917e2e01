package payment

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kick makes Run look at once.
func (d *Desk) Kick() {
	select {
	case d.kick <- struct{}{}:
	default: // it is about to look
	}
}

// Run gives back what is owed, asks for what was never heard of again, and finishes what was interrupted,
// until ctx ends.
func (d *Desk) Run(ctx context.Context) {
	tick := time.NewTicker(d.cfg.Every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := d.Sweep(ctx); err != nil && ctx.Err() == nil {
			d.cfg.Log.Warn("money that is owed has to wait", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-d.kick:
		}
	}
}

// Sweep does once what Run does.
func (d *Desk) Sweep(ctx context.Context) error {
	left, err := d.cfg.Book.Received(ctx, d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	for _, p := range left {
		if err := d.apply(ctx, p); err != nil {
			return err
		}
	}
	silent, err := d.cfg.Book.Silent(ctx, d.cfg.AskAfter, d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	var failures []error
	for _, a := range silent {
		failures = append(failures, d.ask(ctx, a))
	}
	owed, err := d.cfg.Book.Owed(ctx, d.cfg.MaxBatch)
	if err != nil {
		return errors.Join(append(failures, err)...)
	}
	for _, o := range owed {
		failures = append(failures, d.repay(ctx, o))
	}
	return errors.Join(failures...)
}

func (d *Desk) repay(ctx context.Context, o Owed) error {
	through, ok := d.cfg.Providers[o.Provider]
	if !ok {
		return ErrNoProvider
	}
	n, err := through.Refund(ctx, Repayment{Trade: o.Trade, Number: o.Number(), Amount: o.Amount,
		Total: o.Total, Reason: o.Reason})
	switch {
	case errors.Is(err, ErrRejected):
		d.cfg.Log.Error("a provider refuses to give money back: see to it by hand", "trade", o.Trade,
			"repayment", o.Number(), "error", err)
		return d.cfg.Book.Repaid(ctx, o.ID, Failed)
	case err != nil:
		return err // the next attempt waits longer
	case n.Status == Pending:
		return d.cfg.Book.Sent(ctx, o.ID)
	}
	return d.cfg.Book.Repaid(ctx, o.ID, n.Status)
}

// ask finds out what became of a trade whose callback never came.
func (d *Desk) ask(ctx context.Context, a Asked) error {
	through, ok := d.cfg.Providers[a.Provider]
	if !ok {
		return ErrNoProvider
	}
	n, err := through.Query(ctx, a.Trade)
	switch {
	case errors.Is(err, ErrUnknownTrade):
		return d.cfg.Book.Close(ctx, a.Provider, a.Trade)
	case err != nil && a.Times < d.cfg.MaxAsks:
		return fmt.Errorf("cannot ask %s about trade %s: %w", a.Provider, a.Trade, err)
	case err == nil && n.Trade != a.Trade:
		return fmt.Errorf("%w: asked about trade %s, told of %s", ErrMismatch, a.Trade, n.Trade)
	case err == nil && n.Status == Done:
		return d.Take(ctx, a.Provider, n)
	case err == nil && n.Status == Failed:
		return d.cfg.Book.Close(ctx, a.Provider, a.Trade)
	case a.Times >= d.cfg.MaxAsks:
		d.cfg.Log.Warn("a trade that was never paid is asked for no more", "trade", a.Trade)
		return d.cfg.Book.Close(ctx, a.Provider, a.Trade)
	}
	return nil
}
