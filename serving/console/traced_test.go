package console_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/warehouse"
)

// arrivals are traced facts of store 3 in the warehouse, and the pushes that showed them.
type arrivals struct {
	mu     sync.Mutex
	marks  []trace.Mark
	pushed chan pushed
}

type pushed struct {
	parent trace.Mark
	scope  string
}

func (a *arrivals) Traces(_ context.Context, scope retail.Scope, since time.Time) ([]trace.Mark, time.Time,
	error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !scope.Sees(3) {
		return nil, since, nil
	}
	return a.marks, since, nil
}

func (a *arrivals) Root(string, func() string) trace.Span { return nil }

func (a *arrivals) Start(_ string, _ time.Time, parent trace.Mark, _ ...trace.Mark) trace.Span {
	return &pushing{to: a.pushed, pushed: pushed{parent: parent}}
}

// pushing is a span that tells of its end.
type pushing struct {
	to chan pushed
	pushed
}

func (p *pushing) Mark() trace.Mark     { return p.parent }
func (p *pushing) Count(string, int64)  {}
func (p *pushing) Text(_, value string) { p.scope = value }
func (p *pushing) End(error)            { p.to <- p.pushed }

// However many watch, a traced fact is shown once to each scope that sees its store, and not again while
// the warehouse still lists it.
func TestATracedFactIsShownOncePerScope(t *testing.T) {
	a := &arrivals{pushed: make(chan pushed, 100)}
	f := &figures{live: func(s retail.Scope) (*warehouse.Live, error) {
		return &warehouse.Live{Day: s.Key()}, nil
	}}
	server, web := start(t, f, func(cfg *console.Config) {
		quick(cfg)
		cfg.Tracer, cfg.Traces = a, a
	})
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	for _, query := range []string{"", "", "?stores=101", "?stores=201"} {
		watch(t, web.URL+"/v1/live"+query, hq).next("live")
	}
	mark := trace.Mark{Trace: [16]byte{1}, Span: [8]byte{2}}
	a.mu.Lock()
	a.marks = []trace.Mark{mark}
	a.mu.Unlock()
	shown := map[string]int{}
	for range 2 {
		select {
		case p := <-a.pushed:
			if p.parent != mark {
				t.Errorf("a push stands below %v", p.parent)
			}
			shown[p.scope]++
		case <-time.After(10 * time.Second):
			t.Fatalf("shown to %v alone", shown)
		}
	}
	if shown["all"] != 1 || shown["3"] != 1 {
		t.Errorf("shown to %v, want to all and to store 3", shown)
	}
	before := server.Stats().Refreshes
	for server.Stats().Refreshes < before+20 {
		select {
		case p := <-a.pushed:
			t.Fatalf("shown again: %+v", p)
		case <-time.After(time.Millisecond):
		}
	}
}
