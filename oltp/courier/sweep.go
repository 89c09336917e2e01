package courier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Kick makes Run look at once.
func (d *Desk) Kick() {
	select {
	case d.kick <- struct{}{}:
	default: // it is about to look
	}
}

// Run gives errands, asks again and takes back, until ctx ends.
func (d *Desk) Run(ctx context.Context) {
	tick := time.NewTicker(d.cfg.Every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := d.Sweep(ctx); err != nil && ctx.Err() == nil {
			d.cfg.Log.Warn("errands of couriers have to wait", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-d.kick:
		}
	}
}

// nonceLife is how long the nonce of a callback is remembered: longer than its signature holds.
const nonceLife = time.Hour

// Sweep does once what Run does. Errands are independent of each other: one that fails holds up no other.
func (d *Desk) Sweep(ctx context.Context) error {
	left, err := d.cfg.Book.Unsettled(ctx, d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	for i := range left {
		if err := d.settle(ctx, &left[i]); err != nil {
			return err
		}
	}
	if d.cfg.Preferred != "" {
		_, err := d.cfg.Book.Plan(ctx, d.cfg.Preferred, d.cfg.AgainAfter, d.cfg.MaxErrands, d.cfg.MaxBatch)
		if err != nil {
			return err
		}
	}
	due, err := d.cfg.Book.Due(ctx, d.cfg.RetryAfter, d.cfg.QuietAfter, d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	var failures []error
	for i := range due {
		failures = append(failures, d.attend(ctx, &due[i]))
	}
	failures = append(failures, d.cfg.Book.Forget(ctx, d.cfg.Now().Add(-nonceLife)))
	return errors.Join(failures...)
}

// attend does what is due about one job.
func (d *Desk) attend(ctx context.Context, job *Due) error {
	through, ok := d.cfg.Providers[job.Provider]
	switch {
	case !ok:
		return fmt.Errorf("errand %s: %w: %s", job.Number, ErrNoProvider, job.Provider)
	case job.State < PickedUp && job.OrderState != retail.Ready:
		return d.withdraw(ctx, through, job)
	case job.State == Asked && job.Tries > d.cfg.MaxTries:
		return d.end(ctx, job, Failed, ReasonNoAnswer)
	case job.State == Asked:
		return d.book(ctx, through, job)
	}
	n, err := through.Query(ctx, job.Number)
	switch {
	case errors.Is(err, ErrUnknownErrand) && job.State == PickedUp:
		return d.end(ctx, job, Failed, ReasonForgotten)
	case errors.Is(err, ErrUnknownErrand):
		return d.end(ctx, job, Cancelled, ReasonForgotten)
	case err != nil:
		return fmt.Errorf("cannot ask about errand %s: %w", job.Number, err)
	}
	return d.Take(ctx, job.Provider, n)
}

// book asks the service for a rider. Without an answer it is asked again, later.
func (d *Desk) book(ctx context.Context, through Provider, job *Due) error {
	e, err := d.errand(ctx, job)
	if errors.Is(err, ErrNoAddress) {
		return d.end(ctx, job, Failed, ReasonNoAddress)
	}
	if err != nil {
		return err
	}
	n, err := through.Book(ctx, e)
	switch {
	case errors.Is(err, ErrRejected):
		d.cfg.Log.Warn("a courier service does not take an errand", "errand", job.Number, "error", err)
		return d.end(ctx, job, Failed, ReasonRejected)
	case err != nil:
		return fmt.Errorf("cannot book errand %s: %w", job.Number, err)
	}
	return d.Take(ctx, job.Provider, n)
}

// errand draws up what the service is asked.
func (d *Desk) errand(ctx context.Context, job *Due) (Errand, error) {
	to, err := d.cfg.Recipient(ctx, job.Order)
	if err != nil {
		return Errand{}, err
	}
	from, err := d.cfg.Pickup(ctx, job.Store)
	if err != nil {
		return Errand{}, err
	}
	v, err := d.cfg.Orders.Order(ctx, retail.HQScope(), job.Order)
	if err != nil {
		return Errand{}, err
	}
	e := Errand{Number: job.Number, From: from, To: to}
	for i, l := range v.Lines {
		if l.Kind != retail.Sale {
			continue
		}
		e.Pieces, e.Value = e.Pieces+l.Qty, e.Value+l.Net
		if i < len(v.Refunded) {
			e.Pieces -= v.Refunded[i].Qty
			e.Value -= v.Refunded[i].Gross - v.Refunded[i].Discount
		}
	}
	return e, nil
}

// withdraw takes back an errand whose order no longer waits for a rider. One that was never answered for is
// taken back, too: the service may have heard of it.
func (d *Desk) withdraw(ctx context.Context, through Provider, job *Due) error {
	err := through.Cancel(ctx, job.Number)
	switch {
	case errors.Is(err, ErrRejected):
		if n, asked := through.Query(ctx, job.Number); asked == nil && n.State >= PickedUp {
			return d.Take(ctx, job.Provider, n) // the rider was faster
		}
		d.cfg.Log.Error("a courier service does not take an errand back: see to it by hand",
			"errand", job.Number, "order", job.Order, "error", err)
	case err != nil && !errors.Is(err, ErrUnknownErrand) && job.Tries <= d.cfg.MaxTries:
		return fmt.Errorf("cannot take errand %s back: %w", job.Number, err)
	}
	return d.end(ctx, job, Withdrawn, ReasonNotNeeded)
}

func (d *Desk) end(ctx context.Context, job *Due, s State, reason string) error {
	now, _, err := d.cfg.Book.Change(ctx, job.ID, Change{State: s, Reason: reason, At: d.cfg.Now(),
		Task: job.Task, Fee: job.Fee, PickupAt: job.PickupAt})
	if err == nil && now.State == Failed {
		d.ended(&now)
	}
	return err
}
