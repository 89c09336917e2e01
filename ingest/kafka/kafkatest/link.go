package kafkatest

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// link is one connection: two ends, and between them one lane in each direction.
type link struct {
	host *Host
	// chance is used under the host's lock only.
	chance    *rand.Rand
	near, far end
	out, back lane

	mu sync.Mutex
	// asked are the API keys of the requests that have no answer yet; a broker answers in order.
	asked []int16
}

func newLink(h *Host, to string, number int) *link {
	l := &link{host: h, chance: h.net.chance("link", h.name, number)}
	l.out.open(h.net, h.net.chance("out", h.name, number))
	l.back.open(h.net, h.net.chance("back", h.name, number))
	l.near = end{link: l, in: &l.back, out: &l.out, local: address(h.name), remote: address(to)}
	l.far = end{link: l, in: &l.out, out: &l.back, local: address(to), remote: address(h.name)}
	return l
}

// reset breaks the connection for the host at once. The broker still gets what was under way, unless
// that is to be lost; then it sees the end, unless the host fell silent.
func (l *link) reset(lose, silent bool) {
	l.back.shut(syscall.ECONNRESET)
	if silent {
		l.out.mute(lose)
	} else if lose {
		l.out.shut(syscall.ECONNRESET)
	} else {
		l.out.shut(nil)
	}
}

func (l *link) hold(held bool) {
	l.out.hold(held)
	l.back.hold(held)
}

// asks notes a request that leaves, and returns whether it does.
func (l *link) asks(request []byte) bool {
	if len(request) < 6 {
		return true
	}
	key := int16(binary.BigEndian.Uint16(request[4:]))
	l.mu.Lock()
	l.asked = append(l.asked, key)
	l.mu.Unlock()
	return l.host.passes(key, false)
}

// answers notes an answer that leaves, and returns whether it does.
func (l *link) answers() bool {
	l.mu.Lock()
	if len(l.asked) == 0 {
		l.mu.Unlock()
		return true
	}
	key := l.asked[0]
	l.asked = l.asked[1:]
	l.mu.Unlock()
	return l.host.passes(key, true)
}

// end is a side of a link: a net.Conn whose writes never block.
type end struct {
	link          *link
	in, out       *lane
	local, remote address
}

// Read waits for what the other side has written.
func (e *end) Read(b []byte) (int, error) { return e.in.read(b) }

// Write sends b; whoever speaks Kafka writes a request or an answer at once.
func (e *end) Write(b []byte) (int, error) {
	var passes bool
	if e == &e.link.near {
		passes = e.link.asks(b)
	} else {
		passes = e.link.answers()
	}
	if !passes {
		return len(b), nil
	}
	return e.out.write(b)
}

// Close ends both directions; the other side first gets what was written before.
func (e *end) Close() error {
	e.in.shut(net.ErrClosed)
	e.out.shut(nil)
	if e == &e.link.near {
		e.link.host.forget(e.link)
	}
	return nil
}

// LocalAddr and RemoteAddr name the two sides.
func (e *end) LocalAddr() net.Addr { return e.local }

// RemoteAddr names the other side.
func (e *end) RemoteAddr() net.Addr { return e.remote }

// SetDeadline bounds reads; writes do not block.
func (e *end) SetDeadline(t time.Time) error { return e.SetReadDeadline(t) }

// SetReadDeadline bounds reads.
func (e *end) SetReadDeadline(t time.Time) error {
	e.in.bound(t)
	return nil
}

// SetWriteDeadline does nothing: writes do not block.
func (e *end) SetWriteDeadline(time.Time) error { return nil }

// parcel is a message under way.
type parcel struct {
	at   time.Time
	rest []byte
}

// lane is one direction. One goroutine at a time reads from it.
type lane struct {
	net    *Network
	chance *rand.Rand
	wake   chan struct{}

	mu      sync.Mutex
	parcels []parcel
	newest  time.Time
	until   time.Time
	held    bool
	// ended says that no more is written, muted that the reader does not know, and broken why nothing
	// arrives any more either.
	ended  bool
	muted  bool
	broken error
}

func (l *lane) open(n *Network, chance *rand.Rand) {
	l.net, l.chance, l.wake = n, chance, make(chan struct{}, 1)
}

func (l *lane) write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || l.muted {
		return 0, syscall.EPIPE
	}
	at := time.Now().Add(l.net.delay(l.chance))
	if at.Before(l.newest) {
		at = l.newest
	}
	l.newest = at
	l.parcels = append(l.parcels, parcel{at, append([]byte(nil), b...)})
	l.rouse()
	return len(b), nil
}

func (l *lane) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// read returns what has arrived, or waits for it.
func (l *lane) read(b []byte) (int, error) {
	for {
		n, wait, err := l.look(b)
		if n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
		if wait < 0 {
			<-l.wake
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-l.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// look takes what is there, or says how long to wait: a negative time means until woken.
func (l *lane) look(b []byte) (n int, wait time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	wait = -1
	switch {
	case l.broken != nil:
		return 0, 0, l.broken
	case !l.until.IsZero() && !now.Before(l.until):
		return 0, 0, os.ErrDeadlineExceeded
	case l.held:
	case len(l.parcels) == 0 && l.ended:
		return 0, 0, io.EOF
	case len(l.parcels) > 0 && l.parcels[0].at.After(now):
		wait = l.parcels[0].at.Sub(now)
	case len(l.parcels) > 0:
		return l.take(b), 0, nil
	}
	if left := l.until.Sub(now); !l.until.IsZero() && (wait < 0 || left < wait) {
		wait = left
	}
	return 0, wait, nil
}

func (l *lane) take(b []byte) int {
	p := &l.parcels[0]
	n := copy(b, p.rest)
	if p.rest = p.rest[n:]; len(p.rest) == 0 {
		l.parcels = l.parcels[1:]
	}
	return n
}

// shut ends the lane; with a reason, what is under way is lost.
func (l *lane) shut(broken error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = l.ended || !l.muted
	if l.broken == nil {
		l.broken = broken
	}
	l.rouse()
}

// mute ends the lane without telling the reader.
func (l *lane) mute(lose bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.muted = true
	if lose {
		l.parcels = nil
	}
}

func (l *lane) hold(held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = held
	l.rouse()
}

func (l *lane) bound(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = t
	l.rouse()
}
