package stream

import (
	"context"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// rewind is one rewind under way.
type rewind struct {
	cfg   RewindConfig
	admin *kafka.Admin
	// parts are all partitions of the topics, in order; those that stay where they are too.
	parts []rewindPart
	plan  RewindPlan
}

// rewindPart is a partition in a rewind.
type rewindPart struct {
	kafka.Partition
	// before is what the group had committed.
	before state
	// from is where the partition goes back to; before.from where it stays.
	from, to, start int64
	marks           []mark
}

func (p *rewindPart) moves() bool { return p.from < p.to }

// Rewind takes a group that has no members back to an earlier place: it deletes from the warehouse what
// lies behind that place and sets the group's offsets and marks to what they were there. The engines
// that start afterwards read the rest again, and then every table holds what it held before.
//
// It may be broken off anywhere. From the first change on no engine of the group goes on until a
// further Rewind has ended it.
func Rewind(ctx context.Context, cfg RewindConfig) (*RewindPlan, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	r := &rewind{cfg: cfg}
	if r.admin, err = kafka.NewAdmin(cfg.Kafka); err != nil {
		return nil, err
	}
	defer r.admin.Close()
	for _, step := range []func(context.Context) error{
		r.idle, r.finish, r.look, r.aim, r.weigh, r.fold, r.block, r.purge, r.release,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("cannot rewind group %s: %w", cfg.Group, err)
		}
	}
	return &r.plan, nil
}

// idle refuses a group that has members.
func (r *rewind) idle(ctx context.Context) error {
	n, err := r.admin.Members(ctx, r.cfg.Group)
	if err == nil && n > 0 {
		return fmt.Errorf("%w: it has %d members; stop its engines first (one that was killed leaves "+
			"after its session of %s)", ErrActive, n, r.cfg.SessionTimeout)
	}
	return err
}

// look reads what the group has committed and what the log holds.
func (r *rewind) look(ctx context.Context) error {
	states, err := r.states(ctx)
	if err != nil {
		return err
	}
	starts, err := r.admin.StartOffsets(ctx, r.cfg.Topics...)
	if err != nil {
		return err
	}
	for p, start := range starts {
		s, committed := states[p]
		if !committed {
			s = state{from: start}
		}
		part := rewindPart{Partition: p, before: s, from: s.from, to: s.from, start: start}
		if s.past.months != nil {
			r.plan.Resumed = true
			part.to = max(part.to, s.past.replayTo)
		}
		r.parts = append(r.parts, part)
	}
	sortParts(r.parts)
	return nil
}

// states decodes what the group has committed for the partitions of its topics.
func (r *rewind) states(ctx context.Context) (map[kafka.Partition]state, error) {
	all, err := r.admin.Committed(ctx, r.cfg.Group)
	if err != nil {
		return nil, err
	}
	states := make(map[kafka.Partition]state)
	for _, c := range all {
		if c.Offset < 0 || !r.reads(c.Topic) {
			continue
		}
		s, err := decodeState(c.Metadata)
		if err != nil || s.from != c.Offset {
			return nil, fmt.Errorf("the state of %s/%d at %d is not an engine's: %v", c.Topic, c.ID,
				c.Offset, err)
		}
		states[c.Partition] = s
	}
	return states, nil
}

func (r *rewind) reads(topic string) bool {
	for _, t := range r.cfg.Topics {
		if t == topic {
			return true
		}
	}
	return false
}

// weigh asks the warehouse what would be deleted, and the operator whether to go on.
func (r *rewind) weigh(ctx context.Context) error {
	extent, err := r.cfg.Store.Extent(ctx, r.cuts())
	if err != nil {
		return err
	}
	for i := range r.parts {
		p := &r.parts[i]
		if m := p.before.past.months; m != nil {
			extent.Months = extent.Months.with(*m)
		}
		if p.moves() {
			r.plan.Partitions = append(r.plan.Partitions, PartitionPlan{p.Partition, p.from, p.to, p.start})
		}
	}
	r.plan.Extent = extent
	if len(r.plan.Partitions) == 0 && !r.plan.Resumed {
		return ErrNothing
	}
	return r.cfg.Confirm(r.plan)
}

func (r *rewind) cuts() []Cut {
	var cuts []Cut
	for i := range r.parts {
		if r.parts[i].moves() {
			cuts = append(cuts, Cut{r.parts[i].Partition, r.parts[i].from})
		}
	}
	return cuts
}

// with returns the span of both.
func (m Months) with(o Months) Months {
	switch {
	case m == Months{}:
		return o
	case o == Months{}:
		return m
	}
	return Months{min(m.First, o.First), max(m.Last, o.Last)}
}

// block commits, for every partition, that a rewind is under way, with all that its end needs to know:
// also where nothing moves, for no row may come while rollups are made anew. The cluster refuses it
// while the group has members.
func (r *rewind) block(ctx context.Context) error {
	return r.commit(ctx, &r.plan.Extent.Months)
}

func (r *rewind) purge(ctx context.Context) error {
	return r.cfg.Store.Purge(ctx, r.cuts(), r.plan.Extent.Months, r.cfg.Progress)
}

// release lets engines go on.
func (r *rewind) release(ctx context.Context) error { return r.commit(ctx, nil) }

func (r *rewind) commit(ctx context.Context, underWay *Months) error {
	for i := range r.parts {
		p := &r.parts[i]
		s := state{from: p.from, marks: p.marks, past: p.before.past}
		if p.moves() {
			s.past.replayTo = max(p.to, p.before.past.replayTo)
		}
		s.past.months = underWay
		if p.moves() && underWay == nil {
			s.past.generation++
		}
		err := r.admin.Commit(ctx, r.cfg.Group, kafka.Committed{Partition: p.Partition, Offset: s.from,
			Metadata: s.encode()})
		if err != nil {
			return err
		}
	}
	return nil
}
