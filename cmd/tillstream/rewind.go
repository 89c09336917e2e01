package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/stream"
)

type rewindCmd struct {
	From  string `help:"earliest, a time by RFC 3339, or topic/partition=offset,…" required:"" placeholder:"PLACE"`
	Group string `help:"Consumer group of the stream." default:"tillstream-stream" env:"TILLSTREAM_GROUP"`
	Yes   bool   `help:"Do not ask."`
	role.Backends
}

// Run takes stream and warehouse back; the stream that starts next reads the rest again.
func (c *rewindCmd) Run(env *environment) error {
	from, err := role.ParseFrom(c.From)
	if err != nil {
		return err
	}
	b := c.Backends
	if len(b.Kafka) == 0 || b.ClickHouse == "" {
		if b, err = b.OrRunning(env.state); err != nil {
			return err
		}
	}
	bar := newBars(env)
	changed := false
	plan, err := role.Rewind(env.ctx, role.RewindConfig{Backends: b, Group: c.Group, From: from,
		Confirm: func(p stream.RewindPlan) error {
			printRewind(env, p)
			if c.Yes {
				changed = true
				return nil
			}
			err := agreed(env, "The rows are deleted, and until the stream has read again the figures of "+
				"these months are too low.")
			changed = err == nil
			return err
		},
		Progress: func(phase string, done, total int64) { bar.show(phase, int(done), int(total)) },
	}, env.log)
	bar.finish()
	switch {
	case errors.Is(err, stream.ErrNothing):
		_, err = fmt.Fprintln(env.stdout, "nothing to read again: no record lies behind that place")
		return err
	case err != nil && changed:
		return fmt.Errorf("%w\nrun the same command again to go on; until it has ended the stream does not "+
			"start", err)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "rewound; %d records are read again when the stream starts\n",
		plan.Records())
	return err
}

func printRewind(env *environment, p stream.RewindPlan) {
	for _, part := range p.Partitions {
		fmt.Fprintf(env.stderr, "%s/%d is read again from %d to %d\n", part.Topic, part.ID, part.From,
			part.To)
		if part.Start > 0 {
			fmt.Fprintf(env.stderr, "  repetitions of what lay before %d, which the log no longer holds, "+
				"cannot be told\n", part.Start)
		}
	}
	for _, table := range slices.Sorted(maps.Keys(p.Extent.Rows)) {
		fmt.Fprintf(env.stderr, "%d rows of %s are deleted\n", p.Extent.Rows[table], table)
	}
	if m := p.Extent.Months; m.First > 0 {
		fmt.Fprintf(env.stderr, "the rollups of %d to %d are made anew\n", m.First, m.Last)
	}
	if p.Resumed {
		fmt.Fprintln(env.stderr, "an earlier rewind had begun; this one ends it")
	}
}
