package order

import (
	"context"
	"errors"
	"sync"
	"time"
)

// writer serves some of the stores: it takes whatever waits, up to a batch, and writes it in one
// transaction. While that is in flight the next batch gathers.
type writer struct {
	all   *Writers
	batch batch

	mu     sync.Mutex
	wake   sync.Cond
	queue  []*ticket
	lines  int
	closed bool

	// down says that the database could not be reached lately.
	down    bool
	tickets []*ticket
	actions []action
}

func newWriter(all *Writers) *writer {
	w := &writer{all: all, batch: batch{safety: all.cfg.Safety}}
	w.wake.L = &w.mu
	return w
}

// push queues tickets; those that find no room are refused.
func (w *writer) push(tickets []*ticket) {
	if len(tickets) == 0 {
		return
	}
	w.mu.Lock()
	var refuse error
	fit := 0
	for _, t := range tickets {
		if w.closed {
			refuse = ErrClosed
			break
		}
		if w.lines > 0 && w.lines+t.lines() > w.all.cfg.MaxQueuedLines {
			refuse = ErrBusy
			break
		}
		w.lines += t.lines()
		fit++
	}
	w.queue = append(w.queue, tickets[:fit]...)
	w.mu.Unlock()
	w.wake.Signal()
	for _, t := range tickets[fit:] {
		if t.take() {
			t.fail(refuse)
			t.settle()
		}
	}
}

func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.wake.Broadcast()
}

func (w *writer) queuedLines() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lines
}

func (w *writer) run() {
	for w.next() {
		w.write(w.actions)
		for _, t := range w.tickets {
			t.settle()
		}
		clear(w.tickets)
		clear(w.actions)
	}
}

// next waits for work and takes up to a batch of it; false means closed and done.
func (w *writer) next() bool {
	w.tickets, w.actions = w.tickets[:0], w.actions[:0]
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) == 0 && !w.closed {
		w.wake.Wait()
	}
	lines, n := 0, 0
	for _, t := range w.queue {
		weight := t.lines()
		if len(w.tickets) == w.all.cfg.MaxBatch ||
			lines > 0 && lines+weight > w.all.cfg.MaxBatchLines {
			break
		}
		n++
		w.lines -= weight
		if t.take() {
			lines += weight
			w.tickets = append(w.tickets, t)
			w.actions = append(w.actions, t.action)
		}
	}
	left := copy(w.queue, w.queue[n:])
	clear(w.queue[left:])
	w.queue = w.queue[:left]
	return n > 0 || !w.closed
}

// write records actions. A batch that the database refuses for what it holds is halved until the
// request to blame stands alone; the others commit.
func (w *writer) write(actions []action) {
	if len(actions) == 0 {
		return
	}
	err := w.record(actions)
	if err == nil {
		return
	}
	outage := errors.Is(err, ErrUnavailable) || errors.Is(err, ErrDiskFull)
	if outage || len(actions) == 1 {
		if !outage {
			w.all.cfg.Log.Error("cannot record a request", "error", err)
		}
		for _, a := range actions {
			a.fail(err)
		}
		return
	}
	half := len(actions) / 2
	w.write(actions[:half])
	w.write(actions[half:])
}

// retryMost is the longest pause between two tries to reach the database.
const retryMost = 80 * time.Millisecond

// record runs the transaction, again and again while the database cannot be reached. That the first try
// may have committed unseen does no harm: the keys tell. After one batch has waited in vain, the next
// ones try once, so that a queue does not outlive its callers. The pauses stay short: a database that was
// killed is back within a second, and orders wait for it.
func (w *writer) record(actions []action) (err error) {
	b := &w.batch
	b.begin(actions)
	if w.all.cfg.Tracer != nil {
		defer w.trace(b)(&err)
	}
	giveUp := time.Now().Add(w.all.cfg.RetryFor)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, retryMost) {
		err := w.once(b)
		if !errors.Is(err, ErrUnavailable) {
			w.down = false
			return err
		}
		if w.down || time.Now().After(giveUp) {
			w.down = true
			return err
		}
		w.all.stats.retries.Add(1)
		<-time.After(pause)
	}
}

func (w *writer) once(b *batch) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.all.cfg.AttemptWithin)
	defer cancel()
	if b.first, err = w.all.numbers.take(ctx, b.numbers()); err != nil {
		return err
	}
	if err := w.all.cfg.Book.Record(ctx, &b.ask, &b.seen, b.decide); err != nil {
		return err
	}
	w.all.stats.batches.Add(1)
	return nil
}
