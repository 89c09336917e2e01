package gateway

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// lingering hands out connections that can be closed slowly. When a server closes a connection with
// unread bytes in it, the system resets it, and the client may lose the answer it was just sent. After a
// body that was too large to read, the connection therefore is closed for writing first, and what
// still comes is thrown away for a moment.
type lingering struct{ net.Listener }

// Accept implements net.Listener.
func (l lingering) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lingeringConn{Conn: c}, nil
}

// The bounds of the moment.
const (
	lingerWithin = time.Second
	lingerBytes  = 16 << 20
)

type lingeringConn struct {
	net.Conn
	linger atomic.Bool
}

// Close implements net.Conn.
func (c *lingeringConn) Close() error {
	if c.linger.Swap(false) {
		if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
			_ = c.SetReadDeadline(time.Now().Add(lingerWithin))
			_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
		}
	}
	return c.Conn.Close()
}
