package stream

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/keyed"
)

// TopicStats counts what an engine did with one topic since it was made.
type TopicStats struct {
	// Records taken, among them Duplicates dropped, DeadLetters, and Members, which give no rows.
	Records, Duplicates, DeadLetters, Members int64
	// Late counts facts that happened long before the newest of their partition; Stats.Late tells
	// them by kind.
	Late int64
	// Void counts records that a replay passed over, because their letters stand for them.
	Void int64
	// Batches and Rows written; Retries are attempts that failed, Repeated batches that a former
	// owner had left open.
	Batches, Rows, Retries, Repeated int64
	// Lost counts records that retention deleted before they were read, and those of batches that
	// could not be repeated. It should be 0 for ever.
	Lost int64
	// LastCommitted is when the newest fact written was committed at its source.
	LastCommitted time.Time
}

// PartitionStats says where an engine stands in one partition that it holds.
type PartitionStats struct {
	kafka.Partition
	// Next is the next offset to write, -1 before the first; End the next to come, -1 when unknown.
	Next, End int64
	// Lag is how many records are not written.
	Lag int64
	// FailingSince is since when the current batch cannot be written, zero when all is well.
	FailingSince time.Time
}

// Stats is a snapshot of an engine.
type Stats struct {
	Topics     map[string]TopicStats
	Partitions []PartitionStats
	// Late counts the late facts of each kind that had any.
	Late map[event.Kind]int64
	// AsOf: every fact that the log took before then is in the sink, as far as this engine's
	// partitions go. Zero until the cluster has answered once.
	AsOf time.Time
	// Heard is when the cluster last said where its partitions end.
	Heard time.Time
	// State counts the keys whose state is remembered.
	State keyed.Stats
}

// counters hold TopicStats while they grow.
type counters struct {
	mu     sync.Mutex
	topics map[string]*TopicStats
	late   map[event.Kind]int64
}

func newCounters() *counters {
	return &counters{topics: make(map[string]*TopicStats), late: make(map[event.Kind]int64)}
}

func (c *counters) change(topic string, f func(*TopicStats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.topics[topic]
	if t == nil {
		t = new(TopicStats)
		c.topics[topic] = t
	}
	f(t)
}

func (c *counters) finished(topic string, job *work) {
	c.change(topic, func(t *TopicStats) {
		t.Records += int64(job.tally.records)
		t.Duplicates += int64(job.tally.duplicates)
		t.DeadLetters += int64(job.dead)
		t.Members += int64(job.tally.members)
		t.Void += int64(job.tally.void)
		for kind, n := range job.tally.late {
			t.Late += int64(n)
			c.late[kind] += int64(n)
		}
		t.Rows += int64(job.tally.rows)
		if job.tally.rows > 0 {
			t.Batches++
		}
		if at := time.UnixMicro(job.tally.committedUS); at.After(t.LastCommitted) {
			t.LastCommitted = at
		}
	})
}

func (c *counters) retried(topic string) { c.change(topic, func(t *TopicStats) { t.Retries++ }) }

func (c *counters) repeated(topic string) { c.change(topic, func(t *TopicStats) { t.Repeated++ }) }

func (c *counters) lost(topic string, n int64) { c.change(topic, func(t *TopicStats) { t.Lost += n }) }

func (c *counters) snapshot() (topics map[string]TopicStats, late map[event.Kind]int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]TopicStats, len(c.topics))
	for topic, t := range c.topics {
		out[topic] = *t
	}
	return out, maps.Clone(c.late)
}

// Stats returns a snapshot.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	workers := slices.Collect(maps.Values(e.workers))
	heard := e.heard
	e.mu.Unlock()
	s := Stats{AsOf: heard, Heard: heard, State: e.quota.Stats()}
	s.Topics, s.Late = e.stats.snapshot()
	for _, w := range workers {
		p, asOf := w.stats(heard)
		s.Partitions = append(s.Partitions, p)
		if asOf.Before(s.AsOf) {
			s.AsOf = asOf
		}
	}
	slices.SortFunc(s.Partitions, func(a, b PartitionStats) int {
		if c := strings.Compare(a.Topic, b.Topic); c != 0 {
			return c
		}
		return int(a.ID - b.ID)
	})
	return s
}

// stats returns where the worker stands, and the time before which nothing is missing: when the log
// took the oldest record that waits; with records that are not even fetched, when there last were
// none; else when the cluster last answered.
func (w *worker) stats(heard time.Time) (p PartitionStats, asOf time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p = PartitionStats{
		Partition: w.p, Next: w.view.next, End: w.view.end, FailingSince: w.view.failing,
	}
	p.Lag = max(0, p.End-max(p.Next, 0))
	switch {
	case len(w.pending) > 0:
		return p, time.UnixMilli(w.pending[0].timestampMS)
	case p.Lag > 0:
		return p, w.view.clean
	}
	return p, heard
}

// Lag returns the records that are not written, over all partitions held.
func (s Stats) Lag() int64 {
	var n int64
	for _, p := range s.Partitions {
		n += p.Lag
	}
	return n
}

// Health returns nil when facts flow, else what is wrong: the log is silent, the sink refuses, or
// facts were lost.
func (e *Engine) Health() error {
	s, now := e.Stats(), e.cfg.Now()
	for _, p := range s.Partitions {
		if !p.FailingSince.IsZero() && now.Sub(p.FailingSince) > e.cfg.UnhealthyAfter {
			return fmt.Errorf("cannot write %s/%d since %s", p.Topic, p.ID,
				p.FailingSince.UTC().Format(time.RFC3339))
		}
	}
	for topic, t := range s.Topics {
		if t.Lost > 0 {
			return fmt.Errorf("%d records of %s were deleted before they were surely written", t.Lost, topic)
		}
	}
	if now.Sub(s.Heard) > e.cfg.UnhealthyAfter {
		return fmt.Errorf("the log is silent since %s", s.Heard.UTC().Format(time.RFC3339))
	}
	return nil
}

// watchEnds asks every second where the partitions end, so that lag and as-of are right even when
// nothing comes or a partition is paused.
func (e *Engine) watchEnds(ctx context.Context) {
	for ctx.Err() == nil {
		asked := e.cfg.Now()
		ask, cancel := context.WithTimeout(ctx, 5*time.Second)
		ends, err := e.admin.EndOffsets(ask, e.cfg.Topics...)
		cancel()
		if err == nil {
			e.hear(ends, asked)
		}
		sleep(ctx, time.Second)
	}
}

func (e *Engine) hear(ends map[kafka.Partition]int64, asked time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = asked
	for p, w := range e.workers {
		w.mu.Lock()
		w.view.end = max(w.view.end, ends[p])
		if w.view.end <= w.view.next {
			w.view.clean = asked
		}
		w.mu.Unlock()
	}
}
