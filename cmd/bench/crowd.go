package bench

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// crowd is many callers that each do one thing after the other.
type crowd struct {
	callers int
	// each is the number of orders of one call.
	each int
	// begin makes the call of one caller, and what ends it.
	begin func(ctx context.Context, caller int) (call func() error, end func(), err error)
}

// pace is what a crowd reached.
type pace struct {
	perS float64
	took samples
}

// drive lets the crowd work, first for the warm-up, then for the measured time. Calls count when they
// begin and end within the measured time; the first error ends everything.
func (c crowd) drive(ctx context.Context, warm, measured time.Duration) (pace, error) {
	from := time.Now().Add(warm)
	until := from.Add(measured)
	var mu sync.Mutex
	var all samples
	g, ctx := errgroup.WithContext(ctx)
	for i := range c.callers {
		g.Go(func() error {
			call, end, err := c.begin(ctx, i)
			if err != nil {
				return err
			}
			defer end()
			took, err := repeat(ctx, call, from, until)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			return err
		})
	}
	err := g.Wait()
	return pace{float64(len(all)*c.each) / measured.Seconds(), all}, err
}

func repeat(ctx context.Context, call func() error, from, until time.Time) (took samples, err error) {
	for {
		start := time.Now()
		if start.After(until) {
			return took, nil
		}
		if err := ctx.Err(); err != nil {
			return took, err
		}
		if err := call(); err != nil {
			return took, err
		}
		end := time.Now()
		if start.After(from) && end.Before(until) {
			took = append(took, end.Sub(start))
		}
	}
}
