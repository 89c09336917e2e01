package rewind_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/rewind"
)

var errCrash = errors.New("the process died")

// frail is a store that dies before or behind its work.
type frail struct {
	stream.Store
	before, behind bool
}

func (f frail) Purge(ctx context.Context, cuts []stream.Cut, m stream.Months, p stream.RewindProgress) error {
	if f.before {
		return errCrash
	}
	if err := f.Store.Purge(ctx, cuts, m, p); err != nil || !f.behind {
		return err
	}
	return errCrash
}

// A rewind that breaks off anywhere stops the stream until another has ended it, and then everything is
// as it was.
func TestARewindThatBreaksOffIsEndedByTheNext(t *testing.T) {
	h, before := traded(t, 5)
	chance := rand.New(rand.NewPCG(5, 1))
	place := stream.From{Time: noon.Add(time.Duration(h.commit/3) * time.Second)}
	for _, store := range []stream.Store{frail{rewind.New(h.db), true, false},
		frail{rewind.New(h.db), false, true}} {
		cfg := h.back(place)
		cfg.Store = store
		if _, err := stream.Rewind(t.Context(), cfg); !errors.Is(err, errCrash) {
			t.Fatalf("got %v", err)
		}
		h.refusesToStart()
	}
	for range 4 {
		ctx, cancel := context.WithCancel(t.Context())
		cfg, left := h.back(place), chance.IntN(12)
		cfg.Progress = func(phase string, _, _ int64) {
			if left--; left < 0 && phase != "marks" {
				cancel()
			}
		}
		_, err := stream.Rewind(ctx, cfg)
		cancel()
		if err == nil {
			h.catchUp()
			h.same(before)
			continue
		}
		h.refusesToStart()
	}
	h.rewind(place)
	h.catchUp()
	h.same(before)
}

func (h *house) refusesToStart() {
	h.t.Helper()
	e, err := stream.New(h.config())
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	if err := e.Run(ctx); err == nil || !strings.Contains(err.Error(), "rewind") {
		h.t.Fatalf("an engine starts in the middle of a rewind, and ends with %v", err)
	}
}

// dying writes some batches and then none, as a process that is killed between declaring and writing.
type dying struct {
	stream.Sink
	left atomic.Int64
	kill context.CancelFunc
}

func (d *dying) Write(ctx context.Context, token string, b *fact.Batch) error {
	if d.left.Add(-1) < 0 {
		d.kill()
		return errCrash
	}
	return d.Sink.Write(ctx, token, b)
}

// A batch that was declared and perhaps written is finished before anything is deleted: else a zombie
// could write it afterwards.
func TestARewindFinishesTheBatchThatIsOpen(t *testing.T) {
	h, _ := traded(t, 6)
	h.trade.trade(150)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cfg := h.config()
	mortal := &dying{Sink: cfg.Sink, kill: kill}
	mortal.left.Store(2)
	cfg.Sink, cfg.MaxWrites = mortal, 1
	e, err := stream.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(ctx); err != nil {
		t.Fatal(err)
	}
	var heard tokens
	h.wrap = func(s stream.Sink) stream.Sink { return listening{s, &heard} }
	place := stream.From{Time: noon.Add(time.Duration(h.commit/2) * time.Second)}
	h.rewind(place)
	if len(heard.all) == 0 {
		t.Error("no batch was open: the test does not test")
	}
	for _, token := range heard.all {
		if strings.Contains(token, "/r") {
			t.Errorf("an open batch was finished under %s", token)
		}
	}
	h.catchUp()
	before := h.content()
	h.agrees()
	h.rewind(stream.From{Earliest: true})
	h.catchUp()
	h.same(before)
}

// tokens are those under which the workers of an engine wrote.
type tokens struct {
	mu  sync.Mutex
	all []string
}

type listening struct {
	stream.Sink
	heard *tokens
}

func (l listening) Write(ctx context.Context, token string, b *fact.Batch) error {
	l.heard.mu.Lock()
	l.heard.all = append(l.heard.all, token)
	l.heard.mu.Unlock()
	return l.Sink.Write(ctx, token, b)
}
