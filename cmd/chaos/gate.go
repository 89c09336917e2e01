package chaos

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
)

// gate stands on the way from a role to an engine and passes bytes on, both ways. A trap in it springs when
// it sees certain bytes; a shut gate lets nobody through.
type gate struct {
	listener net.Listener
	// target is where the engine listens; engines keep their address.
	target string
	trap   atomic.Pointer[trap]

	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]bool
}

// When a trap springs, as the gate sees it.
type moment int

const (
	// beforePassing: the other side does not know yet.
	beforePassing moment = iota
	// afterPassing: the other side has just been told.
	afterPassing
	// beforeAnswer: the other side has answered, and who asked does not know.
	beforeAnswer
)

// sight is what a trap looks for.
type sight struct {
	of string
	// back looks at what the engine says instead of at what the role says.
	back bool
	// skip passes over so many first.
	skip int
	when moment
}

type trap struct {
	sight
	left atomic.Int32
	// spring is called once, and what was seen waits for it.
	spring func()
}

// maxGateConns bounds the connections through one gate; a role has a few dozen.
const maxGateConns = 1_000

func openGate(target string) (*gate, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot open a gate to %s: %w", target, err)
	}
	g := &gate{listener: l, target: target, conns: map[net.Conn]bool{}}
	go g.accept()
	return g, nil
}

func (g *gate) address() string { return g.listener.Addr().String() }

func (g *gate) accept() {
	for {
		c, err := g.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go g.pass(c)
		}
	}
}

// pass joins a connection with one to the engine until either ends.
func (g *gate) pass(role net.Conn) {
	defer role.Close()
	if !g.enter(role) {
		return
	}
	defer g.leave(role)
	engine, err := net.Dial("tcp", g.target)
	if err != nil {
		return
	}
	defer engine.Close()
	if !g.enter(engine) {
		return
	}
	defer g.leave(engine)
	var answer atomic.Pointer[trap]
	var both sync.WaitGroup
	both.Go(func() {
		g.pump(engine, role, false, &answer)
		_ = engine.Close()
	})
	both.Go(func() {
		g.pump(role, engine, true, &answer)
		_ = role.Close()
	})
	both.Wait()
}

func (g *gate) enter(c net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut || len(g.conns) >= maxGateConns {
		return false
	}
	g.conns[c] = true
	return true
}

func (g *gate) leave(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
}

// pump copies one direction and looks at what it copies. answer hands a trap from the question to whatever
// comes back first.
func (g *gate) pump(to, from net.Conn, back bool, answer *atomic.Pointer[trap]) {
	chunk := make([]byte, 64<<10)
	var before []byte // the end of what passed, in which a sight may begin
	for {
		n, err := from.Read(chunk)
		if n > 0 {
			if back {
				if t := answer.Swap(nil); t != nil {
					t.spring()
				}
			}
			t := g.look(before, chunk[:n], back)
			if t != nil && t.when == beforePassing {
				t.spring()
			}
			if t != nil && t.when == beforeAnswer {
				answer.Store(t)
			}
			if _, err := to.Write(chunk[:n]); err != nil {
				return
			}
			if t != nil && t.when == afterPassing {
				t.spring()
			}
			before = keepTail(before, chunk[:n])
		}
		if err != nil { // either side has hung up
			return
		}
	}
}

// longestSight bounds what a sight may be.
const longestSight = 32

func keepTail(before, chunk []byte) []byte {
	all := append(before, chunk[max(0, len(chunk)-longestSight):]...)
	return append(before[:0], all[max(0, len(all)-longestSight):]...)
}

// look returns the trap if it is to spring for what passes, and takes it away.
func (g *gate) look(before, chunk []byte, back bool) *trap {
	t := g.trap.Load()
	if t == nil || t.back != back {
		return nil
	}
	tail := before[max(0, len(before)-len(t.of)+1):]
	seen := bytes.Count(chunk, []byte(t.of))
	if len(tail) > 0 && seen == 0 {
		head := chunk[:min(len(chunk), len(t.of)-1)]
		seen = bytes.Count(append(bytes.Clone(tail), head...), []byte(t.of))
	}
	if seen == 0 || t.left.Add(-int32(seen)) >= 0 || !g.trap.CompareAndSwap(t, nil) {
		return nil
	}
	return t
}

// set lays a trap; clear takes it away and reports whether it was still there.
func (g *gate) set(s sight, spring func()) (clear func() bool) {
	t := &trap{sight: s, spring: spring}
	t.left.Store(int32(s.skip))
	g.trap.Store(t)
	return func() bool { return g.trap.CompareAndSwap(t, nil) }
}

// close shuts the gate and cuts what is on its way; open lets new ones through.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	for c := range g.conns {
		_ = c.Close()
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
