package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/stream/fact"
)

// work is one batch on its way. It is built anew for every attempt, from the same records and marks,
// so that a batch that must wait does not hold a slot.
type work struct {
	records []held
	plan    plan
	tally   tally
	dead    int
	// planned says that plan is fixed, declared that its intent is committed, buried that the dead
	// letters are out.
	planned, declared, buried bool
	attempts                  int
	// span is nil in a batch without traced facts.
	span trace.Span
}

// flush takes one batch from pending records to the warehouse, however long that takes. It returns
// false when the worker is to end first; then the intent may be left open, for the next owner.
func (w *worker) flush() bool {
	job := work{records: w.snapshot()}
	if job.records = w.orient(job.records); len(job.records) == 0 {
		return true
	}
	if w.intent != nil {
		job.plan.To = w.intent.to
		job.declared = true
	}
	w.began = w.e.cfg.Now()
	for ; ; job.attempts++ {
		err := w.attempt(&job)
		if err == nil {
			w.settled(&job)
			job.end(nil)
			return true
		}
		if w.ctx.Err() != nil {
			job.end(err)
			return false
		}
		w.failing(&job, err)
		if !w.pause(w.retryAfter(job.attempts)) {
			job.end(err)
			return false
		}
	}
}

func (w *worker) snapshot() []held {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pending[:len(w.pending):len(w.pending)]
}

func (w *worker) retryAfter(attempts int) time.Duration {
	return min(w.e.cfg.RetryMin<<min(attempts, 20), w.e.cfg.RetryMax)
}

// attempt builds the batch and takes it through the protocol: intent, dead letters, rows.
func (w *worker) attempt(job *work) error {
	s, err := w.e.takeSlot(w)
	if err != nil {
		return err
	}
	defer w.e.returnSlot(s)
	if err := w.build(s, job); err != nil {
		return err
	}
	w.trace(s, job)
	if job.tally.rows == 0 && job.dead == 0 {
		// Nothing but repetitions: the completion says all.
		w.marks.set(&s.after)
		return nil
	}
	name := token(job.plan)
	s.batch.ID = xxhash.Sum64String(name)
	if err := w.derive(s); err != nil {
		return err
	}
	if !job.declared {
		if err := w.declare(job.plan); err != nil {
			return err
		}
		job.declared = true
	}
	if job.dead > 0 && !job.buried {
		if err := bury(w.ctx, w.e.letters, w.e.cfg.DeadLetterTopic, s.dead); err != nil {
			return err
		}
		job.buried = true
	}
	if job.tally.rows > 0 {
		if err := w.write(s, job, name); err != nil {
			return err
		}
	}
	w.marks.set(&s.after)
	w.settleBooks()
	return nil
}

func (w *worker) build(s *slot, job *work) error {
	o := order{
		Range:  fact.Range{Topic: w.p.Topic, Partition: w.p.ID, From: w.next, To: job.plan.To},
		before: &w.marks, dead: w.dead,
		records:  job.records,
		maxRows:  w.e.cfg.MaxBatchRows,
		newestUS: w.newestUS, lateUS: w.e.cfg.LateAfter.Microseconds(),
		futureUS: w.e.cfg.Now().Add(w.e.cfg.LateAfter).UnixMicro(),
	}
	plan, tally := s.build(o)
	plan.generation = w.past.generation
	if job.planned && plan != job.plan {
		panic(fmt.Sprintf("BUG: a batch changed between attempts: %v, then %v", job.plan, plan))
	}
	if w.intent != nil && plan.fingerprint != w.intent.fingerprint {
		w.disown(fmt.Sprintf("records %d to %d are not those that were there", plan.From, plan.To))
		return errDisowned
	}
	job.plan, job.tally, job.dead, job.planned = plan, tally, len(s.dead), true
	return nil
}

// errDisowned makes flush start over after an intent was given up.
var errDisowned = errors.New("the intent was given up")

// write hands the batch to the sink under its token.
func (w *worker) write(s *slot, job *work, name string) error {
	ctx, cancel := context.WithTimeout(w.ctx, w.e.cfg.WriteTimeout)
	defer cancel()
	if job.span != nil {
		ctx = fact.WithTraces(trace.With(ctx, job.span.Mark()), s.traces)
	}
	begun := w.e.cfg.Now()
	if err := w.e.cfg.Sink.Write(ctx, name, &s.batch); err != nil {
		return fmt.Errorf("cannot write batch %s: %w", name, err)
	}
	w.took = w.e.cfg.Now().Sub(begun)
	return nil
}

// declare commits that the batch is going to be written, and with it that everything before is. A
// member that the group has expelled cannot declare, so it cannot write either.
func (w *worker) declare(p plan) error {
	err := w.commit(state{
		from: p.From, marks: w.marks.list,
		open: true, to: p.To, layout: p.layout, fingerprint: p.fingerprint,
	})
	if err == nil {
		w.dirty = false
	}
	return err
}

// complete commits that the last batch is written. It keeps trying until the worker must end.
func (w *worker) complete() bool {
	for attempts := 0; ; attempts++ {
		err := w.commit(state{from: w.next, marks: w.marks.list})
		if err == nil {
			w.dirty = false
			return true
		}
		if w.ctx.Err() != nil || !w.pause(w.retryAfter(attempts)) {
			return false
		}
	}
}

func (w *worker) commit(s state) error {
	s.past = w.past.at(s.from)
	return w.e.log.Commit(w.ctx, kafka.Committed{
		Partition: w.p, Offset: s.from, Metadata: s.encode(),
	})
}

// settled moves on behind a finished batch.
func (w *worker) settled(job *work) {
	w.fulfilled()
	w.next, w.dirty, w.newestUS = job.plan.To, true, job.tally.newestUS
	w.caughtUp()
	w.mu.Lock()
	recovered := !w.view.failing.IsZero()
	w.view.failing, w.view.next = time.Time{}, w.next
	w.mu.Unlock()
	if recovered {
		w.log.Info("writing again", "attempts", job.attempts+1, "records", job.tally.records)
	}
	w.e.stats.finished(w.p.Topic, job)
	w.e.room.give(w.drop(job.tally.records))
	w.steer(func() {
		if w.roomy(w.e.room.share()) {
			w.e.log.Resume(w.p)
		}
	})
}

// failing notes that a batch cannot be written, and says so once.
func (w *worker) failing(job *work, err error) {
	if errors.Is(err, errDisowned) {
		job.plan, job.planned, job.declared = plan{}, false, false
		return
	}
	w.e.stats.retried(w.p.Topic)
	w.mu.Lock()
	first := w.view.failing.IsZero()
	if first {
		w.view.failing = w.e.cfg.Now()
	}
	w.mu.Unlock()
	if first {
		w.log.Warn("cannot write; the batch is repeated until it can", "error", err)
	}
}
