package order

import (
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/tillstream/tillstream/retail/trace"
)

// Config says how requests are gathered and written.
type Config struct {
	// Book records batches. Required.
	Book Book
	// Catalogue knows stores and goods. Required.
	Catalogue Catalogue
	// Safety knows the safety stocks below which an alert is told. Default none: then only a shelf that
	// runs empty or fills again is told.
	Safety Safety
	// Writers is how many transactions run at the same time, each for its own stores. Default
	// DefaultWriters.
	Writers int
	// MaxBatch bounds the requests of one transaction. Default 1,000.
	MaxBatch int
	// MaxBatchLines bounds the lines of one transaction, and with it the memory of a writer and the
	// time that its locks are held. Default 10,000.
	MaxBatchLines int
	// MaxQueuedLines bounds what waits for one writer, in lines. Beyond it requests are refused with
	// ErrBusy. Default 100,000: a few seconds of work, some 30 MB.
	MaxQueuedLines int
	// MaxLines bounds the lines of one order. Default 500.
	MaxLines int
	// RetryFor is how long a batch is retried while the database cannot be reached, before its
	// requests answer ErrUnavailable. Default 5 s.
	RetryFor time.Duration
	// AttemptWithin bounds one transaction. Default 30 s.
	AttemptWithin time.Duration
	// Tracer records the batches that sampled orders go through. Default none.
	Tracer trace.Tracer
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

func (c *Config) defaults() {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&c.Writers, DefaultWriters())
	def(&c.MaxBatch, 1_000)
	def(&c.MaxBatchLines, 10_000)
	def(&c.MaxQueuedLines, 100_000)
	def(&c.MaxLines, 500)
	if c.RetryFor <= 0 {
		c.RetryFor = 5 * time.Second
	}
	if c.AttemptWithin <= 0 {
		c.AttemptWithin = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// DefaultWriters is one writer for each core, and at least two, so that one computes while the other
// waits for the disk. More of them make smaller batches, and each batch has its price.
func DefaultWriters() int { return max(2, runtime.GOMAXPROCS(0)) }

// Writers is the Intake: a fixed number of writers, each with a bounded queue and a transaction of its
// own. A store always belongs to the same writer.
type Writers struct {
	cfg     Config
	numbers numbers
	writers []*writer
	stats   counters
	group   sync.WaitGroup
}

// Open starts the writers. Close stops them.
func Open(cfg Config) *Writers {
	cfg.defaults()
	w := &Writers{cfg: cfg}
	w.numbers.book, w.numbers.group = cfg.Book, &w.group
	for range cfg.Writers {
		one := newWriter(w)
		w.writers = append(w.writers, one)
		w.group.Go(one.run)
	}
	return w
}

// Close refuses new requests with ErrClosed, finishes those that are queued, and returns when all are
// answered.
func (w *Writers) Close() {
	for _, one := range w.writers {
		one.close()
	}
	w.group.Wait()
}
