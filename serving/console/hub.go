package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// frame is the newest state of a topic. It is never changed once published.
type frame struct {
	// seq rises with every refresh, picture only when the figures differ from the frame before.
	seq, picture uint64
	// live is the whole picture, nil before the first one; beat is its time and lag alone.
	live, beat []byte
	// down says why the last refresh failed, nil if it did not.
	down []byte
	// push is nil unless the picture is the first to show a traced fact.
	push *push
}

// hub shares live pictures: one topic for each scope, refreshed only while somebody watches.
//
// A watcher that is slow skips frames: there is no queue for it to fill, only the newest frame.
type hub struct {
	cfg      *Config
	ctx      context.Context
	mu       sync.Mutex
	topics   map[string]*topic
	watchers int
	running  sync.WaitGroup

	refreshes, failures, refused, dropped atomic.Int64
}

type topic struct {
	scope  retail.Scope
	cancel context.CancelFunc
	newest atomic.Pointer[frame]
	traces traces
	// watchers are told by a buffered signal each; guarded by hub.mu.
	watchers map[chan struct{}]struct{}
}

func newHub(ctx context.Context, cfg *Config) *hub {
	return &hub{cfg: cfg, ctx: ctx, topics: make(map[string]*topic)}
}

// watch joins the topic of the scope. The signal fires when a new frame is there; leave ends it.
func (h *hub) watch(scope retail.Scope) (t *topic, signal chan struct{}, leave func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers >= h.cfg.MaxWatchers || h.ctx.Err() != nil {
		h.refused.Add(1)
		return nil, nil, nil, false
	}
	key := scope.Key()
	t = h.topics[key]
	if t == nil {
		ctx, cancel := context.WithCancel(h.ctx)
		t = &topic{scope: scope, cancel: cancel, watchers: make(map[chan struct{}]struct{})}
		h.topics[key] = t
		h.running.Go(func() { h.run(ctx, t) })
	}
	signal = make(chan struct{}, 1)
	if t.newest.Load() != nil {
		signal <- struct{}{}
	}
	t.watchers[signal] = struct{}{}
	h.watchers++
	return t, signal, sync.OnceFunc(func() { h.leave(key, t, signal) }), true
}

func (h *hub) leave(key string, t *topic, signal chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(t.watchers, signal)
	h.watchers--
	if len(t.watchers) == 0 {
		t.cancel()
		delete(h.topics, key)
	}
}

func (h *hub) run(ctx context.Context, t *topic) {
	tick := time.NewTicker(h.cfg.Refresh)
	defer tick.Stop()
	for ctx.Err() == nil {
		if next := h.refresh(ctx, t); next != nil {
			h.publish(t, next)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func (h *hub) publish(t *topic, f *frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t.newest.Store(f)
	for signal := range t.watchers {
		select {
		case signal <- struct{}{}:
		default:
		}
	}
}

// refresh asks for a new frame. It is nil when everybody left meanwhile: that is no failure.
func (h *hub) refresh(watched context.Context, t *topic) *frame {
	h.refreshes.Add(1)
	next := frame{}
	if old := t.newest.Load(); old != nil {
		next = *old
	}
	next.seq++
	ctx, cancel := context.WithTimeout(watched, h.cfg.QueryTimeout)
	defer cancel()
	next.push = h.arrived(ctx, t, next.push)
	live, err := h.ask(ctx, t.scope)
	if err != nil && watched.Err() != nil {
		return nil
	}
	if err != nil {
		h.failures.Add(1)
		if next.down == nil {
			h.cfg.Logger.Warn("live figures are unavailable", "error", err)
		}
		next.down = appendJSON(nil, status{State: "down", Reason: warehouseProblem(err).Detail,
			At: h.cfg.Now().UTC()})
		return &next
	}
	next.down = nil
	picture, beat := split(live)
	if !bytes.Equal(figures(picture), figures(next.live)) {
		next.picture++
	}
	next.live, next.beat = picture, beat
	return &next
}

// ask reads the live picture. A bug in it costs the picture, not the process.
func (h *hub) ask(ctx context.Context, scope retail.Scope) (live *warehouse.Live, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			err = fmt.Errorf("BUG: the live figures failed: %v\n%s", bug, debug.Stack())
		}
	}()
	return h.cfg.KPIs.Live(ctx, scope, h.cfg.Now())
}

// status is the data of a status event.
type status struct {
	State  string    `json:"state"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// pulse is the data of a beat event: what changes even when no figure does.
type pulse struct {
	AsOf time.Time     `json:"as_of"`
	Lag  warehouse.Lag `json:"lag"`
}

// still is a picture without its pulse: the fields here hide those of the same name inside.
type still struct {
	*warehouse.Live
	AsOf *time.Time     `json:"as_of,omitempty"`
	Lag  *warehouse.Lag `json:"lag,omitempty"`
}

// split encodes a picture and its pulse. The pulse stands first in the picture, so that the rest can be
// compared as bytes.
func split(live *warehouse.Live) (picture, beat []byte) {
	p := pulse{AsOf: live.AsOf, Lag: live.Lag}
	beat = appendJSON(nil, p)
	body, err := json.Marshal(struct {
		Pulse pulse `json:"pulse"`
		Live  still `json:"live"`
	}{p, still{Live: live}})
	if err != nil {
		panic("BUG: cannot marshal a live picture: " + err.Error())
	}
	return body, beat
}

// figures cuts the pulse off a picture.
func figures(picture []byte) []byte {
	_, rest, _ := bytes.Cut(picture, []byte(`,"live":`))
	return rest
}

// wait returns once every topic has ended, which they do when the hub's context does.
func (h *hub) wait() { h.running.Wait() }
