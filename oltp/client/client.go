// Package client talks to the write API. Typed bodies go in; answers come out, or a *wire.Problem that
// says why nothing took effect.
//
// A request that meets a closed port, a broken connection, a busy service or a database that is down
// is sent again with growing pauses, under the same idempotency keys, so that it takes effect at most
// once however often it is sent. A bulk sends again only the rows that had no effect. Bulks of any
// length are cut into what one request may carry.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// MaxRows is how many rows one request carries; longer bulks are sent in several requests.
const MaxRows = 1_000

// maxAnswer bounds the answer that is read, in bytes.
const maxAnswer = 16 << 20

// Client is a client of one write API. It may be used by several goroutines once its fields are set.
type Client struct {
	// BaseURL is the address, such as http://127.0.0.1:8080, without a path.
	BaseURL string
	// Token authenticates each request but Login; empty sends none.
	Token string
	// HTTP sends the requests. Default: http.DefaultClient, whose connections per host are few; a
	// busy client brings its own.
	HTTP *http.Client
	// Attempts bounds how often one request is sent. Default: 8. 1 switches repeating off.
	Attempts int
	// FirstPause is the pause before the second attempt; it doubles up to MaxPause. Default: 50 ms.
	// A longer Retry-After counts instead.
	FirstPause time.Duration
	// MaxPause bounds each pause, Retry-After included. Default: 5 s.
	MaxPause time.Duration
}

// send is one request with what its answer is read into.
type send struct {
	method, path string
	// key is the Idempotency-Key, "" for requests that carry keys in their rows or need none.
	key  string
	body any
	// kind is the Content-Type of a body that is bytes already; "" for JSON.
	kind string
	into any
}

// do sends s until it is answered, refused, or out of attempts.
func (c *Client) do(ctx context.Context, s send) error {
	var body []byte
	if s.body != nil {
		var err error
		if body, err = encode(s.body); err != nil {
			return fmt.Errorf("cannot encode the body of %s %s: %w", s.method, s.path, err)
		}
	}
	for attempt := 1; ; attempt++ {
		again, wait, err := c.once(ctx, s, body)
		if err == nil {
			return nil
		}
		if !again || attempt >= c.attempts() {
			return fmt.Errorf("cannot %s %s in %d attempts: %w", s.method, s.path, attempt, err)
		}
		if err := c.pause(ctx, s.key, attempt, wait); err != nil {
			return fmt.Errorf("cannot %s %s in %d attempts: %w", s.method, s.path, attempt, err)
		}
	}
}

// once sends s one time. It reports whether sending it again may help, and after how long.
func (c *Client) once(ctx context.Context, s send, body []byte) (
	again bool, wait time.Duration, err error) {

	req, err := c.request(ctx, s, body)
	if err != nil {
		return false, 0, err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return ctx.Err() == nil, 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return ctx.Err() == nil, 0, err
	}
	if res.StatusCode < 300 {
		if s.into == nil {
			return false, 0, nil
		}
		return false, 0, json.Unmarshal(answer, s.into)
	}
	p := problem(res, answer)
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	again = p.Temporary() || p.Status == http.StatusBadGateway ||
		p.Status == http.StatusGatewayTimeout
	return again, time.Duration(seconds) * time.Second, p
}

func (c *Client) request(ctx context.Context, s send, body []byte) (*http.Request, error) {
	url := strings.TrimSuffix(c.BaseURL, "/") + s.path
	req, err := http.NewRequestWithContext(ctx, s.method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	switch {
	case s.kind != "":
		req.Header.Set("Content-Type", s.kind)
	case body != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if s.key != "" {
		req.Header.Set("Idempotency-Key", s.key)
	}
	return req, nil
}

func encode(body any) ([]byte, error) {
	if file, ok := body.([]byte); ok {
		return file, nil
	}
	if a, ok := body.(interface{ AppendJSON([]byte) []byte }); ok {
		return a.AppendJSON(nil), nil
	}
	return json.Marshal(body)
}

// problem reads the answer as a problem; a gateway in between may answer anything.
func problem(res *http.Response, answer []byte) *wire.Problem {
	p := &wire.Problem{}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind == wire.ProblemType && json.Unmarshal(answer, p) == nil {
		p.Status = res.StatusCode
		return p
	}
	return &wire.Problem{Title: http.StatusText(res.StatusCode), Status: res.StatusCode,
		Detail: strings.ToValidUTF8(string(answer[:min(len(answer), 200)]), "\uFFFD")}
}

func (c *Client) attempts() int {
	if c.Attempts > 0 {
		return c.Attempts
	}
	return 8
}

// pause waits before the next attempt. The pauses of different requests are spread over half of their
// length by a hash of the key, so that many clients do not return at the same moment.
func (c *Client) pause(ctx context.Context, key string, attempt int, atLeast time.Duration) error {
	first, longest := c.FirstPause, c.MaxPause
	if first <= 0 {
		first = 50 * time.Millisecond
	}
	if longest <= 0 {
		longest = 5 * time.Second
	}
	wait := min(first<<min(attempt-1, 20), longest)
	h := fnv.New32a()
	_, _ = io.WriteString(h, key+strconv.Itoa(attempt))
	wait = wait/2 + wait/2*time.Duration(h.Sum32()%1024)/1024
	timer := time.NewTimer(min(max(wait, atLeast), longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Refused returns the problem behind err, if the service answered with one.
func Refused(err error) (*wire.Problem, bool) {
	var p *wire.Problem
	return p, errors.As(err, &p)
}
