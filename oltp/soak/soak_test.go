package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/local"
	"github.com/tillstream/tillstream/retail"
)

const (
	// usualOps is how many operations run where TILLSTREAM_SOAK says nothing.
	usualOps = 16_000
	// callers are at work at the same time, each with lists of listOps operations.
	callers, listOps = 4, 40
	minRound         = 1_000
	// answerWithin bounds the time until something that was killed answers again.
	answerWithin = 2 * time.Minute
)

// world is a small chain on a server of its own, with one instance of the service in this process and one
// in another.
type world struct {
	t      *testing.T
	dir    string
	server *local.Server
	local  *engine
	model  *model
	stores []retail.StoreID
	skus   []retail.SKUID

	mu     sync.Mutex
	other  *instance
	shorts []shortage
	// ran counts operations.
	ran atomic.Int64
}

// TestSoak runs operations in rounds: alone, with every answer foretold; all at once; with the other
// instance killed half-way; with the database killed half-way.
func TestSoak(t *testing.T) {
	ops, seed := setting(t, "TILLSTREAM_SOAK", usualOps), setting(t, "TILLSTREAM_SEED", time.Now().UnixNano())
	t.Logf("%d operations; repeat with TILLSTREAM_SEED=%d", ops, seed)
	w := openWorld(t)
	generators := make([]*generator, callers)
	for c := range generators {
		generators[c] = &generator{rng: rand.New(rand.NewPCG(uint64(seed), uint64(c))), model: w.model,
			stores: w.stores, skus: w.skus}
	}
	size := max(minRound, ops/100)
	for round := 0; w.ran.Load() < int64(ops); round++ {
		what := []func([]*generator, int){w.alone, w.together, w.killInstance, w.killDatabase}[round%4]
		versions, err := w.versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.shorts = w.shorts[:0]
		what(generators, size)
		err = w.check(t.Context(), true)
		if err == nil {
			err = w.checkShortages(t.Context(), versions, w.shorts)
		}
		if err != nil || t.Failed() {
			t.Fatalf("round %d of seed %d: %v", round, seed, err)
		}
	}
	t.Logf("%d operations, %d orders, %d transfers", w.ran.Load(), len(w.model.orders),
		len(w.model.transfers))
}

func setting(t *testing.T, name string, usual int64) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return int(usual)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%q: %v", name, text, err)
	}
	return n
}

func openWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), model: newModel()}
	w.startServer()
	t.Cleanup(func() { w.server.Kill() })
	if err := postgres.Migrate(t.Context(), w.server.DSN()); err != nil {
		t.Fatal(err)
	}
	e, err := openEngine(t.Context(), w.server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	w.local = e
	w.stores, w.skus = furnish(t, e, 3, 6)
	w.other = startInstance(t, w.server.DSN())
	t.Cleanup(func() { w.other.kill() })
	return w
}

// startServer starts the server, again in the same folder. What a killed process has written is in the
// system's hands, so that fsync matters to a loss of power alone.
func (w *world) startServer() {
	w.t.Helper()
	var err error
	w.server, err = local.Start(w.t.Context(), local.Config{Dir: w.dir, Settings: map[string]string{
		"fsync": "off", "shared_buffers": "64MB", "max_wal_size": "512MB"}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// alone lets one caller work, now through one instance and now through the other, and foretells every
// answer: what one remembers is out of date as soon as the other was asked.
func (w *world) alone(generators []*generator, size int) {
	for n := 0; n < size && !w.t.Failed(); n += listOps {
		g := generators[n/listOps%len(generators)]
		g.alone = true
		ops := g.list(listOps)
		g.alone = false
		want := make([]forecast, len(ops))
		for i := range ops {
			want[i] = w.model.take(&ops[i], false)
		}
		answers, ok := w.send(ops, g.rng.IntN(2) == 0)
		if !ok {
			w.t.Error("the other instance has died")
		}
		for i, a := range answers {
			f := want[i]
			if a.Class != f.class || a.Class == "short" && (a.Available != f.available || a.Line != f.line) {
				w.t.Errorf("%v: got %+v, foretold %+v", ops[i], a, f)
				continue
			}
			w.settle(g, &ops[i], f, a)
		}
	}
}

// together lets all callers work through both instances.
func (w *world) together(generators []*generator, size int) { w.crowd(generators, size, func() {}) }

// killInstance kills the other instance when half of a round is done, and starts a new one.
func (w *world) killInstance(generators []*generator, size int) {
	w.crowd(generators, size, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.other.kill()
		w.other = startInstance(w.t, w.server.DSN())
	})
}

// killDatabase kills the database when half of a round is done, and starts it again.
func (w *world) killDatabase(generators []*generator, size int) {
	w.crowd(generators, size, func() {
		w.server.Kill()
		<-w.server.Done()
		w.startServer()
	})
}

func (w *world) crowd(generators []*generator, size int, halfWay func()) {
	var group sync.WaitGroup
	start := w.ran.Load()
	half := make(chan struct{})
	var once sync.Once
	for c, g := range generators {
		group.Go(func() {
			for n := 0; n < size/len(generators) && !w.t.Failed(); n += listOps {
				w.caller(g, c)
				if w.ran.Load()-start > int64(size)/2 {
					once.Do(func() { close(half) })
				}
			}
			once.Do(func() { close(half) })
		})
	}
	<-half
	halfWay()
	group.Wait()
}

// caller sends one list until everything in it is answered.
func (w *world) caller(g *generator, c int) {
	ops := g.list(listOps)
	start := time.Now()
	for tries := 0; len(ops) > 0; tries++ {
		if time.Since(start) > answerWithin {
			w.t.Errorf("no answer within %v: %v", answerWithin, ops[0])
			return
		}
		if tries > 0 {
			<-time.After(20 * time.Millisecond) // the database or the instance starts
		}
		answers, ok := w.send(ops, (c+tries)%2 == 0)
		if !ok {
			continue
		}
		var open []op
		for i, a := range answers {
			if a.Class == "down" {
				open = append(open, ops[i])
				continue
			}
			w.take(g, &ops[i], a)
		}
		ops = open
	}
}

func (w *world) send(ops []op, here bool) ([]answer, bool) {
	if here {
		return w.local.run(context.Background(), ops), true
	}
	w.mu.Lock()
	other := w.other
	w.mu.Unlock()
	return other.run(ops)
}

// take notes an answer that was given while others were at work. What was accepted takes effect in the
// model; what was refused must be refused for a reason that cannot be doubted.
func (w *world) take(g *generator, o *op, a answer) {
	switch a.Class {
	case "":
		w.settle(g, o, w.model.take(o, true), a)
	case "short":
		w.ran.Add(1)
		w.shortage(o, a)
	default:
		if f := w.model.take(o, true); f.class != a.Class {
			w.t.Errorf("%v: got %+v, foretold %+v", *o, a, f)
		}
		w.ran.Add(1)
	}
}

func (w *world) shortage(o *op, a answer) {
	s := shortage{key: retail.StockKey{Store: o.Store}, available: a.Available,
		text: fmt.Sprintf("%v: %s", *o, a.Text)}
	if o.Kind == opTransfer {
		w.model.mu.Lock()
		s.key.Store = w.model.transfers[o.Transfer].from
		w.model.mu.Unlock()
	}
	at := max(0, a.Line)
	s.key.SKU = o.Lines[at].SKU
	if o.Kind == opPlace { // the lines before took some of it
		for _, l := range o.Lines[:at] {
			if l.SKU == s.key.SKU {
				s.available += l.Qty
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shorts = append(w.shorts, s); a.Wanted <= a.Available {
		w.t.Errorf("%s: refused what there was: %+v", s.text, a)
	}
}

// settle notes what an operation that was accepted made.
func (w *world) settle(g *generator, o *op, f forecast, a answer) {
	w.ran.Add(1)
	if a.Class != "" {
		return
	}
	if f.class != "" {
		w.t.Errorf("%v: accepted, foretold %+v", *o, f)
		return
	}
	if before := w.model.name(o, f, a.ID); before != 0 && before != a.ID {
		w.t.Errorf("%v: made %d, and %d before", *o, a.ID, before)
	}
	if f.placed != nil {
		g.orders = append(g.orders, f.placed.id)
	}
	if f.drafted != nil {
		g.transfers = append(g.transfers, f.drafted.id)
	}
}
