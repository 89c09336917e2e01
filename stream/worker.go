package stream

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/stream/letter"
)

// recordOverheadBytes is what a record that is kept whole costs in memory beside its value.
const recordOverheadBytes = 512

// worker sees one partition from assignment to revocation. The poll loop pushes records; one goroutine
// gathers them into batches and takes each through the protocol.
type worker struct {
	e      *Engine
	p      kafka.Partition
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	// stop asks for an end after the batch that is being written.
	stop chan struct{}
	once sync.Once
	// done is closed when the goroutine has ended; leave is what happens once after that.
	done  chan struct{}
	leave sync.Once
	wake  chan struct{}

	// intake belongs to the poll loop.
	intake intake

	steering sync.Mutex

	mu sync.Mutex
	// pending are the records that no finished batch has taken, in order.
	pending      []held
	pendingBytes int
	paused       bool
	// repeating says that an intent is open: then all its records must fit, whatever they need.
	repeating bool
	view      view

	// What follows belongs to the goroutine. next is the offset that the next batch starts from, -1
	// in a partition of which nothing was ever committed.
	next  int64
	marks marks
	// books hold the states of keys; nil without a memory.
	books *keyed.Books
	// intent is the batch that a former owner may have written; nil most of the time.
	intent *state
	// dirty says that a batch is finished whose completion is not committed.
	dirty bool
	// past is what rewinds have left, and dead what a replay passes over.
	past     past
	dead     letter.Dead
	newestUS int64
	began    time.Time
	took     time.Duration
}

// view is what others may see of a worker.
type view struct {
	next, end int64
	// clean is when the cluster last said that nothing more is there than was written.
	clean time.Time
	// failing is since when the current batch cannot be written; zero when all is well.
	failing time.Time
}

func newWorker(e *Engine, p kafka.Partition, s state) *worker {
	w := &worker{
		e: e, p: p, log: e.cfg.Log.With("topic", p.Topic, "partition", p.ID),
		stop: make(chan struct{}), done: make(chan struct{}), wake: make(chan struct{}, 1),
		next: s.from, marks: marks{list: s.marks, max: e.cfg.Sources},
		view: view{next: s.from, end: -1}, past: s.past,
	}
	if s.open {
		w.intent, w.repeating = &s, true
		e.room.open(1)
	}
	w.openBooks()
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// push takes over records that follow those pushed before; they are not to be used any more. It returns
// how much memory they take.
func (w *worker) push(f kafka.Fetched) (bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range f.Records {
		h := w.intake.hold(r)
		bytes += int(h.size)
		w.pending = append(w.pending, h)
		if h.whole == nil {
			r.Recycle()
		}
	}
	w.pendingBytes += bytes
	w.view.end = max(w.view.end, f.End)
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return bytes
}

// steer pauses or resumes the partition. A decision and what follows from it go together: a pause that came
// behind a resumption which was decided on after it would last for ever.
func (w *worker) steer(decide func()) {
	w.steering.Lock()
	defer w.steering.Unlock()
	decide()
}

// overfull reports whether the partition now holds more than one partition may, and is to be paused.
func (w *worker) overfull(share int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	full := w.pendingBytes > share && !w.paused && !w.repeating
	w.paused = w.paused || full
	return full
}

// roomy reports whether the partition was paused and may be fetched again: when it holds half of what one
// may, or nothing at all, for the others may have left no room.
func (w *worker) roomy(share int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	resume := w.paused && (w.pendingBytes == 0 || w.pendingBytes < share/2)
	if resume {
		w.paused = false
	}
	return resume
}

// drop takes the first n records off. It returns how much memory they took.
func (w *worker) drop(n int) (bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.pending[:n] {
		bytes += int(w.pending[i].size)
	}
	w.pendingBytes -= bytes
	// What is left moves to the front, so that a busy partition goes on in the memory that it has.
	left := copy(w.pending, w.pending[n:])
	clear(w.pending[left:])
	w.pending = w.pending[:left]
	return bytes
}

// dropAll gives up what waits, when the worker has ended.
func (w *worker) dropAll() (bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	bytes = w.pendingBytes
	w.pending, w.pendingBytes = nil, 0
	if w.repeating {
		w.repeating = false
		w.e.room.open(-1)
	}
	return bytes
}

// run is the goroutine.
func (w *worker) run() {
	defer close(w.done)
	defer w.cancel()
	if !w.recall() || !w.settle() {
		return
	}
	for w.gather() && w.flush() {
	}
	if w.dirty && w.ctx.Err() == nil {
		w.complete()
	}
}

// gather waits until a batch is due, and commits the completion of the last one when the partition
// falls idle. It returns false when the worker is to end.
func (w *worker) gather() bool {
	for {
		if w.ending() {
			return false
		}
		wait := w.due()
		if wait == 0 {
			return true
		}
		timer := time.NewTimer(wait)
		select {
		case <-w.wake:
		case <-w.stop:
		case <-w.ctx.Done():
		case <-timer.C:
			w.mu.Lock()
			idle := len(w.pending) == 0
			w.mu.Unlock()
			if idle && w.dirty {
				if !w.complete() {
					return false
				}
				w.shrink()
			}
		}
		timer.Stop()
	}
}

// keptPending is for how many records an idle partition keeps the room.
const keptPending = 1_000

// shrink gives the room up that a busy time has left.
func (w *worker) shrink() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 && cap(w.pending) > keptPending {
		w.pending = nil
	}
}

func (w *worker) ending() bool {
	select {
	case <-w.stop:
		return true
	case <-w.ctx.Done():
		return true
	default:
		return false
	}
}

const forever = 1<<63 - 1

// due returns how long the next batch is to wait for further records, or how long to wait for the
// first one.
func (w *worker) due() time.Duration {
	cfg := &w.e.cfg
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.pending)
	switch {
	case w.intent != nil:
		if n > 0 && w.pending[n-1].offset+1 >= w.intent.to {
			return 0
		}
		return forever
	case n == 0 && w.dirty:
		return cfg.CompleteAfter
	case n == 0:
		return forever
	case n >= cfg.MaxBatchRecords || w.pendingBytes >= cfg.MaxBatchBytes || w.paused:
		return 0
	}
	hold := min(max(4*w.took, cfg.BatchAge), cfg.MaxBatchAge)
	if w.view.end-w.pending[0].offset > int64(cfg.MaxBatchRecords) {
		hold = cfg.MaxBatchAge
	}
	return max(0, hold-cfg.Now().Sub(w.began))
}

// finish ends the worker: a batch that is being written may take until the grace has passed, then it
// is broken off. When finish returns, the worker does nothing any more.
func (w *worker) finish(grace time.Duration) {
	w.once.Do(func() { close(w.stop) })
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-timer.C:
		w.cancel()
		<-w.done
	}
}

// abandon ends the worker at once: the partition belongs to somebody else.
func (w *worker) abandon() {
	w.cancel()
	<-w.done
}

// pause sleeps for d and reports whether the worker is still to go on.
func (w *worker) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.stop:
		return false
	case <-w.ctx.Done():
		return false
	}
}
