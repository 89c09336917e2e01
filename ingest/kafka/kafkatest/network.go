package kafkatest

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// Network carries connections in memory, for tests in virtual time: a goroutine that waits for real
// sockets keeps the clock of a testing/synctest bubble from moving, one that waits here does not. Each
// message takes a time of its own, drawn from the seed, so that hardly any two things happen in the
// same instant and their order follows from the seed and not from the scheduler.
type Network struct {
	seed     uint64
	min, max time.Duration

	mu        sync.Mutex
	listeners map[string]*listener
}

// NewNetwork returns a network in which a message takes between min and max.
func NewNetwork(seed uint64, min, max time.Duration) *Network {
	return &Network{seed: seed, min: min, max: max, listeners: make(map[string]*listener)}
}

// Listen opens an address; it has the form of net.Listen.
func (n *Network) Listen(_, address string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[address] != nil {
		return nil, fmt.Errorf("cannot listen on %s: the address is in use", address)
	}
	l := &listener{net: n, address: address, came: make(chan net.Conn), closed: make(chan struct{})}
	n.listeners[address] = l
	return l, nil
}

// chance is a stream of randomness that depends on the seed and the names alone.
func (n *Network) chance(names ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, names...)
	return rand.New(rand.NewPCG(n.seed, h.Sum64()))
}

func (n *Network) delay(r *rand.Rand) time.Duration {
	return n.min + time.Duration(r.Int64N(int64(n.max-n.min)+1))
}

// listener is one address.
type listener struct {
	net     *Network
	address string
	came    chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

// Accept waits for a connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.came:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close frees the address.
func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.net.mu.Lock()
		defer l.net.mu.Unlock()
		delete(l.net.listeners, l.address)
	})
	return nil
}

// Addr returns the address.
func (l *listener) Addr() net.Addr { return address(l.address) }

type address string

// Network returns the name of this network.
func (address) Network() string { return "memory" }

// String returns the address itself.
func (a address) String() string { return string(a) }

// connect hands the far end of a connection to whoever listens on the address.
func (n *Network) connect(ctx context.Context, address string, far net.Conn) error {
	n.mu.Lock()
	l := n.listeners[address]
	n.mu.Unlock()
	if l == nil {
		return fmt.Errorf("cannot dial %s: nobody listens", address)
	}
	select {
	case l.came <- far:
		return nil
	case <-l.closed:
		return fmt.Errorf("cannot dial %s: nobody listens any more", address)
	case <-ctx.Done():
		return ctx.Err()
	}
}
