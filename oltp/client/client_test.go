package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
)

// script answers requests one after the other and keeps what it was asked.
type script struct {
	mu      sync.Mutex
	answers []http.HandlerFunc
	asked   []string
	*httptest.Server
}

func answer(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		kind := "application/json"
		if status >= 400 {
			kind = wire.ProblemType
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

func busy() http.HandlerFunc {
	return answer(503, wire.Problem{Title: "busy", Status: 503})
}

func serve(t *testing.T, answers ...http.HandlerFunc) (*client.Client, *script) {
	t.Helper()
	s := &script{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.asked = append(s.asked, fmt.Sprintf("%s %s key=%s auth=%s %s", r.Method, r.URL.Path,
			r.Header.Get("Idempotency-Key"), r.Header.Get("Authorization"), body))
		next := s.answers[0]
		s.answers = s.answers[1:]
		s.mu.Unlock()
		next(w, r)
	}))
	t.Cleanup(s.Close)
	return &client.Client{BaseURL: s.URL, Token: "t", Attempts: 4, FirstPause: time.Millisecond,
		MaxPause: 2 * time.Millisecond}, s
}

func TestPlaceOrderRepeatsUnderItsKey(t *testing.T) {
	hangUp := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	c, s := serve(t, busy(), hangUp, answer(502, "bad gateway"), answer(201, wire.Placed{ID: 7, Net: 350}))
	got, err := c.PlaceOrder(t.Context(), "k1", &wire.Order{Store: "367"})
	if err != nil || got.ID != 7 || got.Net != 350 {
		t.Fatalf("got %+v, %v", got, err)
	}
	want := `POST /v1/orders key=k1 auth=Bearer t {"store":"367","lines":[]}`
	for _, asked := range s.asked {
		if asked != want {
			t.Errorf("asked %s, want %s", asked, want)
		}
	}
	if len(s.asked) != 4 {
		t.Errorf("asked %d times, want 4", len(s.asked))
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	three := int32(3)
	problem := wire.Problem{Title: "short", Status: 409, Errors: []wire.Fault{{
		Location: "body.lines[0].qty", Value: json.RawMessage("9"), Reason: "only 3", Available: &three}}}
	c, s := serve(t, answer(409, problem))
	_, err := c.PlaceOrder(t.Context(), "k", &wire.Order{})
	p, refused := client.Refused(err)
	if !refused || !reflect.DeepEqual(*p, problem) || len(s.asked) != 1 {
		t.Fatalf("got %v (%+v), asked %d times", err, p, len(s.asked))
	}
}

func TestAttemptsEnd(t *testing.T) {
	c, s := serve(t, busy(), busy(), busy(), busy())
	_, err := c.Pay(t.Context(), 7, wire.Payment{Method: "cash"})
	if p, refused := client.Refused(err); !refused || p.Status != 503 || len(s.asked) != 4 ||
		!strings.Contains(err.Error(), "in 4 attempts") {
		t.Fatalf("got %v, asked %d times", err, len(s.asked))
	}
}

func TestClosedPortIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c := client.Client{BaseURL: "http://" + l.Addr().String(), Attempts: 3, FirstPause: time.Millisecond}
	err = c.Ready(t.Context())
	var refused *net.OpError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "in 3 attempts") {
		t.Fatalf("got %v", err)
	}
}

func TestPauseEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		busy()(w, r)
		cancel()
	})
	c.FirstPause, c.MaxPause = time.Hour, time.Hour
	if _, err := c.Order(ctx, 7); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
}

// TestBulkRepeatsOnlyOpenRows checks that rows that took effect, or never will, are not sent again.
func TestBulkRepeatsOnlyOpenRows(t *testing.T) {
	row := func(status int, id int64) wire.Row {
		if status >= 300 {
			return wire.Row{Status: status, Problem: &wire.Problem{Status: status}}
		}
		return wire.Row{Status: status, Order: &wire.Placed{ID: id}}
	}
	c, s := serve(t,
		answer(200, wire.Rows{Results: []wire.Row{row(201, 1), row(503, 0), row(422, 0), row(503, 0)}}),
		answer(200, wire.Rows{Results: []wire.Row{row(201, 2), row(503, 0)}}),
		answer(200, wire.Rows{Results: []wire.Row{row(200, 4)}}))
	var orders []wire.OrderRow
	for i := range 4 {
		orders = append(orders, wire.OrderRow{Key: fmt.Sprint("k", i)})
	}
	rows, err := c.PlaceOrders(t.Context(), orders)
	if err != nil {
		t.Fatal(err)
	}
	want := []wire.Row{row(201, 1), row(201, 2), row(422, 0), row(200, 4)}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got %+v, want %+v", rows, want)
	}
	for i, keys := range []string{"k0 k1 k2 k3", "k1 k3", "k3"} {
		for _, key := range strings.Fields("k0 k1 k2 k3") {
			if strings.Contains(s.asked[i], `"`+key+`"`) != strings.Contains(keys, key) {
				t.Errorf("request %d: %s, want the rows %s", i, s.asked[i], keys)
			}
		}
	}
}

func TestLongBulksAreCut(t *testing.T) {
	merged := func(n int) http.HandlerFunc {
		return answer(200, wire.MergedRows{Results: make([]wire.Merged, n)})
	}
	c, s := serve(t, merged(client.MaxRows), merged(client.MaxRows), merged(1))
	rows, err := c.PutProducts(t.Context(), make([]wire.Product, 2*client.MaxRows+1))
	if err != nil || len(rows) != 2*client.MaxRows+1 || len(s.asked) != 3 {
		t.Fatalf("got %d rows, %v in %d requests", len(rows), err, len(s.asked))
	}
}

func TestAnswersMustMatchTheRows(t *testing.T) {
	c, _ := serve(t, answer(200, wire.StockRows{}))
	if _, err := c.MoveStock(t.Context(), make([]wire.StockMove, 1)); err == nil {
		t.Fatal("no error for a missing answer")
	}
}

func TestLoginKeepsTheToken(t *testing.T) {
	c, s := serve(t, answer(200, wire.Session{Token: "fresh"}), answer(200, wire.StockLevel{OnHand: 3}))
	if _, err := c.Login(t.Context(), "hq", "pw"); err != nil {
		t.Fatal(err)
	}
	level, err := c.Stock(t.Context(), "a/b", "c d")
	if err != nil || level.OnHand != 3 || !strings.Contains(s.asked[1], "auth=Bearer fresh") {
		t.Fatalf("got %+v, %v, asked %s", level, err, s.asked[1])
	}
}
