package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// ErrActive says that a group has members, so that its offsets cannot be set.
var ErrActive = errors.New("the group is active")

// Store is the side of the warehouse that a rewind needs.
type Store interface {
	// Align returns the cut, or the nearest earlier one at which no row gathers records of both sides.
	Align(ctx context.Context, cut Cut) (Cut, error)
	// Extent says what Purge would delete.
	Extent(ctx context.Context, cuts []Cut) (Extent, error)
	// Purge deletes the rows of the cuts and makes every rollup of the months anew from the rows that
	// are left. It may be called again after it failed half way, and then does the rest. Nobody writes
	// meanwhile.
	Purge(ctx context.Context, cuts []Cut, months Months, progress RewindProgress) error
}

// Cut is the part of a partition that is read again: everything from the offset From on.
type Cut struct {
	kafka.Partition
	From int64
}

// Extent is what a rewind deletes.
type Extent struct {
	// Rows by table.
	Rows map[string]int64
	// Months that they belong to.
	Months Months
}

// RewindProgress is told how far a phase of a rewind has come.
type RewindProgress func(phase string, done, total int64)

// From says where to go back to: the start of the log, or a time, or offsets. Exactly one is given.
type From struct {
	Earliest bool
	// Time goes back to the first record of each partition that the log took at that time or later.
	Time time.Time
	// Offsets goes back in the partitions that it names.
	Offsets map[kafka.Partition]int64
}

func (f From) check() error {
	given := 0
	for _, is := range []bool{f.Earliest, !f.Time.IsZero(), len(f.Offsets) > 0} {
		if is {
			given++
		}
	}
	if given != 1 {
		return errors.New("cannot tell where to go back to: give the start, a time or offsets")
	}
	return nil
}

// RewindConfig says what to rewind.
type RewindConfig struct {
	// Config is that of the engines of the group; they must read with the same Sources.
	Config
	// From is where to go back to.
	From From
	// Store is the warehouse. Required.
	Store Store
	// Confirm is shown what is going to happen before anything is changed; an error ends the rewind
	// there. Required.
	Confirm func(RewindPlan) error
	// Progress may be nil.
	Progress RewindProgress
}

// RewindPlan is what a rewind is going to do.
type RewindPlan struct {
	Partitions []PartitionPlan
	Extent     Extent
	// Resumed says that an earlier rewind had begun, whose cuts are among these.
	Resumed bool
}

// PartitionPlan is what is read again of a partition.
type PartitionPlan struct {
	kafka.Partition
	// From and To are the first offset that is read again and the one behind the last.
	From, To int64
	// Start is the oldest offset that the log holds. When it is above 0, repetitions of what was
	// deleted before it cannot be told.
	Start int64
}

// Records is how many records are read again.
func (p RewindPlan) Records() (n int64) {
	for _, part := range p.Partitions {
		n += part.To - part.From
	}
	return n
}

// ErrNothing says that a rewind has nothing to read again.
var ErrNothing = errors.New("there is nothing to read again")

func (c RewindConfig) withDefaults() (RewindConfig, error) {
	var err error
	if c.Config, err = c.Config.withDefaults(); err != nil {
		return c, err
	}
	if c.Store == nil || c.Confirm == nil {
		return c, errors.New("cannot rewind: neither Store nor Confirm may be nil")
	}
	if c.Progress == nil {
		c.Progress = func(string, int64, int64) {}
	}
	if err := c.From.check(); err != nil {
		return c, fmt.Errorf("cannot rewind group %s: %w", c.Group, err)
	}
	return c, nil
}
