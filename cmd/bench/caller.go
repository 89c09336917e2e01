package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// caller speaks HTTP/1.1 over one connection and no more than is needed: on two cores a full client would
// be most of what is measured.
type caller struct {
	conn  net.Conn
	in    *bufio.Reader
	out   []byte
	body  []byte
	token string
}

func call(address, token string) (*caller, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the edge: %w", err)
	}
	return &caller{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), token: token}, nil
}

func (c *caller) close() error { return c.conn.Close() }

// get returns the body of the answer, which the next call overwrites. A status other than 200 is an
// error.
func (c *caller) get(path []byte) ([]byte, error) {
	c.out = append(append(append(c.out[:0], "GET "...), path...), " HTTP/1.1\r\nHost: edge\r\n"...)
	if c.token != "" {
		c.out = append(append(append(c.out, "Authorization: Bearer "...), c.token...), "\r\n"...)
	}
	c.out = append(c.out, "\r\n"...)
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, fmt.Errorf("cannot ask the edge: %w", err)
	}
	status, length, err := c.head()
	if err != nil {
		return nil, fmt.Errorf("cannot read the edge's answer: %w", err)
	}
	if cap(c.body) < length {
		c.body = make([]byte, 2*length)
	}
	c.body = c.body[:length]
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return nil, fmt.Errorf("cannot read the edge's answer: %w", err)
	}
	if status != 200 {
		return nil, fmt.Errorf("the edge answers %d to %s: %s", status, path, c.body)
	}
	return c.body, nil
}

func (c *caller) head() (status, length int, err error) {
	length = -1
	for n := 0; ; n++ {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case n == 0 && len(line) > 12:
			status, err = strconv.Atoi(string(line[9:12]))
		case len(line) == 0 && length >= 0:
			return status, length, nil
		case len(line) == 0:
			return 0, 0, errors.New("it has no length")
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			length, err = strconv.Atoi(string(line[len("Content-Length: "):]))
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// load is how clients ask: ask appends the path of the next request of a client; heard may be nil.
type load struct {
	address, token string
	clients        int
	ask            func(client int, dst []byte) []byte
	heard          func(client int, sent time.Time, body []byte) error
}

// run asks until the time is over and returns how long each answer took.
func (l load) run(ctx context.Context, within time.Duration) (samples, time.Duration, error) {
	took := make([]samples, l.clients)
	g, ctx := errgroup.WithContext(ctx)
	begun := time.Now()
	for client := range l.clients {
		g.Go(func() error {
			c, err := call(l.address, l.token)
			if err != nil {
				return err
			}
			defer c.close()
			var path []byte
			for sent := time.Now(); sent.Sub(begun) < within && ctx.Err() == nil; {
				path = l.ask(client, path[:0])
				sent = time.Now()
				body, err := c.get(path)
				if err != nil {
					return err
				}
				took[client] = append(took[client], time.Since(sent))
				if l.heard == nil {
					continue
				}
				if err := l.heard(client, sent, body); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	var all samples
	for _, s := range took {
		all = append(all, s...)
	}
	return all, time.Since(begun), err
}

// perSecond is the rate of all answers.
func perSecond(all samples, within time.Duration) float64 {
	return float64(len(all)) / within.Seconds()
}
