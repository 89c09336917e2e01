package api_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/local"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

const oneOrder = `{"store":"A","paid":true,"lines":[{"sku":"1","qty":1}]}`

// TestDatabaseDies kills PostgreSQL under a running service and brings it back: what was acknowledged
// stays, what was refused says so, and the same key takes effect once.
func TestDatabaseDies(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	server := startLocal(t, folder)
	if err := postgres.Migrate(t.Context(), server.DSN()); err != nil {
		t.Fatal(err)
	}
	h := buildOn(t, server.DSN(), order.Config{RetryFor: 100 * time.Millisecond})
	send := func(key string, status int) answer {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders", oneOrder, "Idempotency-Key", key)
		if a.status != status {
			t.Fatalf("%s: got %d %s, want %d", key, a.status, a.text, status)
		}
		return a
	}
	send("before", 201)
	server.Kill()
	<-server.Done()

	// Its sessions end by themselves, and until then they may still commit.
	sold := 1
	orphan := func() string { return fmt.Sprint("orphan ", sold) }
	for h.ask(t, staff.HQAdmin, "POST", "/v1/orders", oneOrder, "Idempotency-Key", orphan()).status == 201 {
		sold++
	}
	down := send("during", 503)
	if down.header.Get("Retry-After") == "" || !down.says("", "acknowledged before is kept") ||
		!down.says("", "safe to send the same request again under the same key") {
		t.Errorf("got %v %s", down.header, down.text)
	}
	rows := h.ask(t, staff.HQAdmin, "POST", "/v1/orders/bulk",
		`{"orders":[{"idempotency_key":"row","store":"A","lines":[{"sku":"1","qty":1}]}]}`)
	var out wire.Rows
	if rows.into(t, &out); out.Results[0].Status != 503 || out.Results[0].Problem.RetryAfterS == 0 {
		t.Errorf("got %s", rows.text)
	}
	for _, try := range []struct{ method, path, body string }{
		{"POST", "/v1/orders", `{"store":"new","lines":[{"sku":"1","qty":1}]}`},
		{"GET", "/v1/orders/1", ""}, {"GET", "/v1/stores", ""}, {"GET", "/v1/stock/A/1", ""},
		{"PUT", "/v1/regions", `{"regions":[{"code":"x"}]}`},
		{"POST", "/v1/stock/moves", `{"moves":[{"idempotency_key":"m","store":"A","sku":"never-seen",
			"kind":"receive","qty":1}]}`},
	} {
		if a := h.ask(t, staff.HQAdmin, try.method, try.path, try.body); a.status != 503 {
			t.Errorf("%s %s: got %d %s, want 503", try.method, try.path, a.status, a.text)
		}
	}
	if a := h.ask(t, "", "GET", "/livez", ""); a.status != 200 {
		t.Errorf("/livez: got %d", a.status)
	}

	startLocal(t, folder)
	c := *h.hq
	c.Attempts, c.FirstPause = 20, 20*time.Millisecond
	order := &wire.Order{Store: "A", Paid: true, Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}}
	first, err := c.PlaceOrder(t.Context(), "during", order)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.PlaceOrder(t.Context(), orphan(), order); err != nil {
		t.Fatal(err)
	}
	if again, err := c.PlaceOrder(t.Context(), "before", order); err != nil || !again.Replayed {
		t.Errorf("the acknowledged order is lost: %+v, %v", again, err)
	}
	if l, err := c.Stock(t.Context(), "A", "1"); err != nil || int(l.OnHand) != 100-sold-2 {
		t.Errorf("got %+v, %v (order %d), want exactly %d sold", l, err, first.ID, sold+2)
	}
}

func startLocal(t *testing.T, folder string) *local.Server {
	t.Helper()
	s, err := local.Start(t.Context(), local.Config{Dir: folder, Settings: map[string]string{
		"shared_buffers": "32MB", "max_wal_size": "256MB"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func TestRefusalsOfTheIntake(t *testing.T) {
	var err atomic.Value
	h := build(t, func(c *api.Config) { c.Intake = switching{c.Intake, &err} })
	f := func(cause error, status int, retry, says string) {
		t.Helper()
		err.Store(failure{cause})
		a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders", oneOrder, "Idempotency-Key", "k")
		if a.status != status || a.header.Get("Retry-After") != retry || !a.says("", says) {
			t.Errorf("%v: got %d %s (Retry-After %q)", cause, a.status, a.text, a.header.Get("Retry-After"))
		}
		if strings.Contains(string(a.text), "secret") {
			t.Errorf("%v: an internal error is told to the client: %s", cause, a.text)
		}
	}
	f(order.ErrBusy, 503, "1", "Nothing was recorded")
	f(order.ErrDiskFull, 503, "30", "disk is full")
	f(order.ErrClosed, 503, "2", "closing")
	f(order.ErrUnavailable, 503, "2", "cannot be reached")
	f(context.DeadlineExceeded, 503, "2", "took too long")
	f(errors.New("secret"), 500, "", "not known")
	err.Store(failure{order.ErrBusy})
	if a := h.ask(t, staff.HQAdmin, "POST", "/v1/orders", oneOrder); !a.says("", "without a key") {
		t.Errorf("got %s", a.text)
	}
}

// switching answers every order with an error that the real intake gives only in rare states, and that
// the test changes between requests.
type switching struct {
	order.Intake
	err *atomic.Value
}

type failure struct{ error }

// Place fails as the test asks.
func (s switching) Place(_ context.Context, r []order.Request) []order.Result {
	out := make([]order.Result, len(r))
	for i := range out {
		out[i].Err = s.err.Load().(failure).error
	}
	return out
}

func TestRateIsBoundedPerPrincipal(t *testing.T) {
	var later atomic.Int64
	start := time.Now()
	h := build(t, func(c *api.Config) {
		c.Limits.RowsPerSecond, c.Limits.Burst = 10, 30
		c.Now = func() time.Time { return start.Add(time.Duration(later.Load())) }
	})
	later.Add(int64(time.Minute)) // what furnishing the house has cost is back
	ask := func(role staff.Role, rows int) answer {
		t.Helper()
		body := `{"orders":[` + strings.TrimSuffix(strings.Repeat("{},", rows), ",") + `]}`
		return h.ask(t, role, "POST", "/v1/orders/bulk", body)
	}
	if a := ask(staff.HQAdmin, 30); a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.text)
	}
	if a := ask(staff.HQAdmin, 15); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("got %d %v", a.status, a.header)
	}
	if a := ask(staff.StoreManager, 15); a.status != 200 {
		t.Errorf("another principal pays for it: %d %s", a.status, a.text)
	}
	later.Add(int64(2 * time.Second))
	if a := ask(staff.HQAdmin, 15); a.status != 200 {
		t.Errorf("got %d %s after a pause", a.status, a.text)
	}
}

func TestServiceRoutes(t *testing.T) {
	reason := errors.New("no route to host")
	h := build(t, func(c *api.Config) {
		c.Checks = append(c.Checks, api.Check{Name: "broken",
			Probe: func(context.Context) error { return reason }})
	})
	ready, err := h.Client().Get(h.URL + "/readyz")
	if err != nil || ready.StatusCode != 503 {
		t.Fatalf("got %v, %v, want 503", ready, err)
	}
	_ = ready.Body.Close()
	metrics := h.ask(t, "", "GET", "/metrics", "")
	for _, want := range []string{`tillstream_api_requests_total{route="PUT /v1/stores",status="200"} 1`,
		`tillstream_intake_requests_total{outcome="accepted"} 4`, "tillstream_intake_queued_lines 0"} {
		if !strings.Contains(string(metrics.text), want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if a := h.ask(t, "", "GET", "/openapi.json", ""); a.status != 200 ||
		!strings.Contains(string(a.text), `"/v1/orders/bulk"`) {
		t.Errorf("/openapi.json: got %d", a.status)
	}
}

// TestServeDrains stops the service while a request is under way.
func TestServeDrains(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	var a *api.API
	h := build(t, func(c *api.Config) {
		c.Intake = slow{c.Intake, entered, leave}
		a = api.New(*c)
		fresh := *c
		fresh.Metrics = nil
		*c = fresh
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, l) }()
	c := client.Client{BaseURL: "http://" + l.Addr().String(), Token: h.tokens[staff.HQAdmin], Attempts: 1}
	placed := make(chan error, 1)
	go func() {
		_, err := c.PlaceOrder(t.Context(), "k", &wire.Order{Store: "A",
			Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}})
		placed <- err
	}()
	<-entered
	stop()
	close(leave)
	if err := errors.Join(<-placed, <-served); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(t.Context()); err == nil {
		t.Error("the service still answers")
	}
}

// slow says when an order arrives and waits until it may go on.
type slow struct {
	order.Intake
	entered, leave chan struct{}
}

// Place waits.
func (s slow) Place(ctx context.Context, r []order.Request) []order.Result {
	close(s.entered)
	<-s.leave
	return s.Intake.Place(ctx, r)
}
