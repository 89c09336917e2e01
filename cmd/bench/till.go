package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/wire"
)

// till is one keep-alive connection to the write API that sends one request after the other. It is
// written by hand because net/http's client would take more of the two cores than the service does,
// and the figures would be its own.
type till struct {
	conn   net.Conn
	in     *bufio.Reader
	head   string
	out    []byte
	body   []byte
	answer bytes.Buffer
	name   string
	serial int
}

// answerWithin bounds the wait for one answer.
const answerWithin = 30 * time.Second

func dial(ctx context.Context, address, token string) (*till, error) {
	host := strings.TrimPrefix(address, "http://")
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the write API: %w", err)
	}
	name := order.RandomKey()
	return &till{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), name: fmt.Sprintf("%x", name[:8]),
		head: " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token +
			"\r\nContent-Type: application/json\r\n"}, nil
}

func (t *till) close() { _ = t.conn.Close() }

// key returns an idempotency key that nobody else uses.
func (t *till) key() string {
	t.serial++
	return t.name + "-" + strconv.Itoa(t.serial)
}

// one places one order.
func (t *till) one(o wire.Order) error {
	t.body = o.AppendJSON(t.body[:0])
	return t.post("/v1/orders", "Idempotency-Key: "+t.key()+"\r\n")
}

// bulk places many orders in one request; all of them must be accepted.
func (t *till) bulk(rows []wire.OrderRow) error {
	for i := range rows {
		rows[i].Key = t.key()
	}
	t.body = (&wire.Orders{Orders: rows}).AppendJSON(t.body[:0])
	if err := t.post("/v1/orders/bulk", ""); err != nil {
		return err
	}
	if !bytes.Contains(t.answer.Bytes(), []byte(`"failed":0`)) {
		return fmt.Errorf("the write API refused orders: %.500s", t.answer.Bytes())
	}
	return nil
}

func (t *till) post(path, header string) error {
	t.out = append(append(append(t.out[:0], "POST "...), path...), t.head...)
	t.out = append(append(t.out, header...), "Content-Length: "...)
	t.out = append(strconv.AppendInt(t.out, int64(len(t.body)), 10), "\r\n\r\n"...)
	t.out = append(t.out, t.body...)
	if err := t.conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return fmt.Errorf("cannot place an order: %w", err)
	}
	if _, err := t.conn.Write(t.out); err != nil {
		return fmt.Errorf("cannot place an order: %w", err)
	}
	res, err := http.ReadResponse(t.in, nil)
	if err != nil {
		return fmt.Errorf("cannot read the answer to an order: %w", err)
	}
	defer res.Body.Close()
	t.answer.Reset()
	if _, err := io.Copy(&t.answer, res.Body); err != nil {
		return fmt.Errorf("cannot read the answer to an order: %w", err)
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("the write API answered %d: %.500s", res.StatusCode, t.answer.Bytes())
	}
	return nil
}
