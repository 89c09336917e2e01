package wish

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/models/intent"
)

// ReaderConfig says who reads wishes.
type ReaderConfig struct {
	// Drafter is the language model; nil reads with the dictionaries alone.
	Drafter intent.Drafter
	// Timeout bounds one question. Default 2 s.
	Timeout time.Duration
	// MaxInFlight bounds the questions under way; beyond it the dictionaries read. Default 16.
	MaxInFlight int
	// MaxFailures in a row open the circuit, which stays open for Rest; then one question tries.
	// Defaults 5 and 30 s.
	MaxFailures int
	Rest        time.Duration
	// Now is the wall clock. Default time.Now.
	Now    func() time.Time
	Logger *slog.Logger
}

// Reader reads wishes, with a language model where there is one and it is well.
type Reader struct {
	cfg     ReaderConfig
	flights chan struct{}

	mu       sync.Mutex // guards what follows
	failures int
	until    time.Time
	trying   bool

	counts struct{ drafted, failed, skipped, builtIn atomic.Int64 }
}

// ReaderStats counts wishes.
type ReaderStats struct {
	// Drafted came from the model, BuiltIn from the dictionaries. Failed are questions that the model did
	// not answer in time and in form, Skipped those that were not asked because it is unwell or busy.
	Drafted, BuiltIn, Failed, Skipped int64
	// Open says that the model is left alone now.
	Open bool
}

// NewReader checks the configuration.
func NewReader(cfg ReaderConfig) (*Reader, error) {
	if cfg.Logger == nil {
		return nil, errors.New("cannot make a reader of wishes: Logger is required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Timeout = cmp.Or(max(cfg.Timeout, 0), 2*time.Second)
	cfg.MaxInFlight = cmp.Or(max(cfg.MaxInFlight, 0), 16)
	cfg.MaxFailures = cmp.Or(max(cfg.MaxFailures, 0), 5)
	cfg.Rest = cmp.Or(max(cfg.Rest, 0), 30*time.Second)
	return &Reader{cfg: cfg, flights: make(chan struct{}, cfg.MaxInFlight)}, nil
}

// Read returns the wish of a text. The error is that of intent.Parser.Parse: the model's own stay inside.
func (r *Reader) Read(ctx context.Context, p *intent.Parser, text string) (intent.Wish, error) {
	own, err := p.Parse(text)
	if err != nil {
		return own, err
	}
	if r.cfg.Drafter != nil && text != "" {
		if w, ok := r.ask(ctx, p, text); ok {
			r.counts.drafted.Add(1)
			return w, nil
		}
	}
	r.counts.builtIn.Add(1)
	return own, nil
}

// ask asks the model, unless it is unwell or busy.
func (r *Reader) ask(ctx context.Context, p *intent.Parser, text string) (w intent.Wish, ok bool) {
	select {
	case r.flights <- struct{}{}:
		defer func() { <-r.flights }()
	default:
		r.counts.skipped.Add(1)
		return w, false
	}
	if !r.closed() {
		r.counts.skipped.Add(1)
		return w, false
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	data, err := r.cfg.Drafter.Draft(ctx, text, p.Schema())
	if err == nil {
		w, err = p.Accept(text, data)
	}
	r.note(err)
	return w, err == nil
}

// closed reports whether the model may be asked; while the circuit is open one question in Rest may.
func (r *Reader) closed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failures < r.cfg.MaxFailures {
		return true
	}
	if r.trying || r.cfg.Now().Before(r.until) {
		return false
	}
	r.trying = true
	return true
}

func (r *Reader) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trying = false
	if err == nil {
		r.failures = 0
		return
	}
	r.counts.failed.Add(1)
	if r.failures++; r.failures < r.cfg.MaxFailures {
		return
	}
	r.until = r.cfg.Now().Add(r.cfg.Rest)
	// The text is a customer's and is not written down.
	r.cfg.Logger.Warn("wishes are read without the model for a while", "failures", r.failures,
		"rest", r.cfg.Rest, "error", err)
}

// Stats returns the counts so far.
func (r *Reader) Stats() ReaderStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return ReaderStats{Drafted: r.counts.drafted.Load(), BuiltIn: r.counts.builtIn.Load(),
		Failed: r.counts.failed.Load(), Skipped: r.counts.skipped.Load(),
		Open: r.failures >= r.cfg.MaxFailures}
}
