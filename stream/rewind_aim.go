package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

func sortParts(parts []rewindPart) {
	slices.SortFunc(parts, func(a, b rewindPart) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.ID, b.ID))
	})
}

// aim sets where each partition goes back to. One that an earlier rewind has taken back goes at least
// that far.
func (r *rewind) aim(ctx context.Context) error {
	at, err := r.targets(ctx)
	if err != nil {
		return err
	}
	for i := range r.parts {
		p := &r.parts[i]
		target, ok := at[p.Partition]
		delete(at, p.Partition)
		if !ok || target >= p.to {
			continue
		}
		if target < p.start {
			return fmt.Errorf("%s/%d cannot go back to %d: the log begins at %d", p.Topic, p.ID, target,
				p.start)
		}
		cut, err := r.cfg.Store.Align(ctx, Cut{p.Partition, target})
		if err != nil {
			return err
		}
		p.from = min(p.from, max(cut.From, p.start))
	}
	for p := range at {
		return fmt.Errorf("there is no partition %s/%d among %v", p.Topic, p.ID, r.cfg.Topics)
	}
	return nil
}

func (r *rewind) targets(ctx context.Context) (map[kafka.Partition]int64, error) {
	from := r.cfg.From
	switch {
	case from.Earliest:
		return r.admin.StartOffsets(ctx, r.cfg.Topics...)
	case !from.Time.IsZero():
		return r.admin.OffsetsAt(ctx, from.Time, r.cfg.Topics...)
	}
	at := make(map[kafka.Partition]int64)
	for p, offset := range from.Offsets {
		at[p] = offset
	}
	return at, nil
}

// finish lets an engine finish the batches that are open. Whoever declared one may still be about to
// write it, and that write must be known for a repetition before its rows are deleted.
func (r *rewind) finish(ctx context.Context) error {
	for range 3 {
		open, err := r.open(ctx)
		if err != nil || len(open) == 0 {
			return err
		}
		if err := r.runUntil(ctx, open); err != nil {
			return fmt.Errorf("open batches cannot be finished: %w", err)
		}
	}
	return errors.New("some batches stay open")
}

// open returns the partitions with an open batch and where it begins.
func (r *rewind) open(ctx context.Context) (map[kafka.Partition]int64, error) {
	states, err := r.states(ctx)
	if err != nil {
		return nil, err
	}
	open := make(map[kafka.Partition]int64)
	for p, s := range states {
		if s.open {
			open[p] = s.from
		}
	}
	return open, nil
}

// runUntil runs an engine until the partitions have got on, and stops it in good order.
func (r *rewind) runUntil(ctx context.Context, open map[kafka.Partition]int64) error {
	e, err := New(r.cfg.Config)
	if err != nil {
		return err
	}
	e.only = maps.Clone(open)
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- e.Run(running) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for len(open) > 0 {
		select {
		case err := <-ended:
			return errors.Join(err, ctx.Err())
		case <-tick.C:
		}
		now, err := r.states(ctx)
		if err != nil {
			continue // asked again with the next tick; ctx ends the engine, too
		}
		for p, from := range open {
			if s := now[p]; !s.open || s.from > from {
				delete(open, p)
			}
		}
		r.cfg.Progress("finish", 0, int64(len(open)))
	}
	stop()
	return <-ended
}
