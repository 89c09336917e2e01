package kafkatest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// errDown is what a host gets from a network that it is cut off from.
var errDown = errors.New("this host is cut off from the network")

// Host is the place of one process in the network. To the others, a host that was killed is a process
// that died: what it does afterwards reaches nobody.
type Host struct {
	net    *Network
	name   string
	chance *rand.Rand

	mu      sync.Mutex
	dead    bool
	dialled int
	links   map[*link]bool
	tap     func(key int16, answer bool) bool
	// running is closed while the host runs and open while it is stalled.
	running chan struct{}
}

// Host returns a new host.
func (n *Network) Host(name string) *Host {
	h := &Host{
		net: n, name: name, chance: n.chance("host", name), links: make(map[*link]bool),
		running: make(chan struct{}),
	}
	close(h.running)
	return h
}

// Tap lets f look at each request before it leaves this host, and at each answer before it leaves the
// broker: key is the Kafka API key of the request. What f returns false for is lost. f may kill, stall
// or cut the host.
func (h *Host) Tap(f func(key int16, answer bool) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tap = f
}

func (h *Host) passes(key int16, answer bool) bool {
	h.mu.Lock()
	f := h.tap
	h.mu.Unlock()
	return f == nil || f(key, answer)
}

// Dial opens a connection; it has the form of net.Dialer.DialContext.
func (h *Host) Dial(ctx context.Context, _, to string) (net.Conn, error) {
	h.mu.Lock()
	h.dialled++
	l := newLink(h, to, h.dialled)
	wait := h.net.delay(h.chance)
	dead, running := h.dead, h.running
	h.mu.Unlock()
	if dead {
		<-ctx.Done()
		return nil, errDown
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-running:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := h.net.connect(ctx, to, &l.far); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dead {
		l.reset(true, true)
		return nil, errDown
	}
	h.links[l] = true
	l.hold(h.stalled())
	return &l.near, nil
}

func (h *Host) forget(l *link) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.links, l)
}

// Cut breaks all connections; new ones can be opened. Messages under way arrive or are lost, by chance.
func (h *Host) Cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut(false)
}

func (h *Host) cut(silent bool) {
	for l := range h.links {
		l.reset(l.chance.IntN(2) == 0, silent)
	}
	clear(h.links)
}

// Kill cuts the host off for ever. The broker is not told, as when a machine loses power.
func (h *Host) Kill() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dead = true
	h.cut(true)
	if h.stalled() {
		close(h.running)
	}
}

// Dead reports whether the host was killed.
func (h *Host) Dead() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dead
}

// Stall holds up everything to and from the host, as when its process is stopped: until Resume.
func (h *Host) Stall() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dead || h.stalled() {
		return
	}
	h.running = make(chan struct{})
	for l := range h.links {
		l.hold(true)
	}
}

// Resume lets everything go on.
func (h *Host) Resume() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.stalled() {
		return
	}
	close(h.running)
	for l := range h.links {
		l.hold(false)
	}
}

// Running returns a channel that is closed unless the host is stalled.
func (h *Host) Running() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running
}

func (h *Host) stalled() bool {
	select {
	case <-h.running:
		return false
	default:
		return true
	}
}
