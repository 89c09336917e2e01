package role_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/vault"
)

// tourPassword is what $password stands for on the page.
const tourPassword = "a day in the life"

// TestTourTellsTheTruth makes every request of docs/tour.md, in its order, to the service that
// `tillstream oltp` runs, on a real PostgreSQL, and compares every answer with the page.
func TestTourTellsTheTruth(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "tour.md"))
	if err != nil {
		t.Fatal(err)
	}
	stops := readTour(t, string(page))
	if len(stops) < 10 {
		t.Fatalf("the tour has %d stops", len(stops))
	}
	guide := &guide{base: startService(t), known: memory{"password": tourPassword}}
	for _, s := range stops {
		if fault := guide.visit(t, s); fault != "" {
			t.Fatalf("docs/tour.md:%d: %s %s: %s", s.line, s.method, s.path, fault)
		}
	}
	t.Logf("%d stops", len(stops))
}

// startService runs the order service as its command does and returns its address.
func startService(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := staff.EnsureKey(filepath.Join(dir, "token.key")); err != nil {
		t.Fatal(err)
	}
	if err := staff.EnsureSecret(filepath.Join(dir, "identity.key"), "the key", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.EnsureMasters(filepath.Join(dir, "master.keys")); err != nil {
		t.Fatal(err)
	}
	err := staff.SaveFile(filepath.Join(dir, "users.json"), []staff.User{
		{Name: "hq", Role: staff.HQAdmin, Hash: staff.HashPassword(tourPassword)}})
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	var log bytes.Buffer
	cfg := tourConfig(dir, address)
	cfg.Postgres = pgtest.Start(t)
	go func() { done <- role.Orders(ctx, cfg, slog.New(slog.NewTextHandler(&log, nil))) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the service ended with %v", err)
		}
		if t.Failed() {
			t.Logf("its log:\n%.5000s", log.String())
		}
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1_000 {
		select {
		case err := <-done:
			done <- err
			t.Fatalf("the service does not start: %v", err)
		case <-tick.C:
		}
		if res, err := http.Get("http://" + address + "/readyz"); err == nil {
			res.Body.Close()
			return "http://" + address
		}
	}
	t.Fatal("the service does not become ready")
	return ""
}

// guide makes the requests of a tour and remembers what the answers named.
type guide struct {
	base  string
	known memory
}

// visit makes one request and says how its answer differs from the page. An answer that is due soon is
// asked for again for a while.
func (g *guide) visit(t *testing.T, s *stop) string {
	t.Helper()
	const patience = 20 * time.Second
	begun := time.Now()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		fault := g.once(t, s)
		if fault == "" || !s.soon || time.Since(begun) > patience {
			return fault
		}
		<-tick.C
	}
}

func (g *guide) once(t *testing.T, s *stop) string {
	t.Helper()
	path, err := g.known.fill(s.path)
	body, err2 := g.known.fill(s.body)
	if err = errors.Join(err, err2); err != nil {
		return err.Error()
	}
	req, err := http.NewRequestWithContext(t.Context(), s.method, g.base+path, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	if s.who != "" {
		req.Header.Set("Authorization", "Bearer "+plain(g.known[s.who]))
	}
	for _, h := range s.headers {
		value, err := g.known.fill(h[1])
		if err != nil {
			return err.Error()
		}
		req.Header.Set(h[0], value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	if res.StatusCode != s.status {
		return res.Status + " instead of the promised status: " + string(text)
	}
	if s.want == "" {
		return ""
	}
	if s.want[0] != '{' && s.want[0] != '[' {
		return g.known.textDiffers(s.want, strings.TrimSpace(string(text)), "the answer")
	}
	want, err := decode([]byte(s.want))
	if err != nil {
		return "the page's answer is no JSON: " + err.Error()
	}
	got, err := decode(text)
	if err != nil {
		return "the answer is no JSON: " + string(text)
	}
	if d := g.known.differs(want, got, "answer"); d != "" {
		return d + "\n" + string(text)
	}
	return ""
}

func decode(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v)
}

// tourConfig is how the tour's service is set up.
func tourConfig(dir, address string) role.OrdersConfig {
	return role.OrdersConfig{Listen: address, TokenKeyFile: filepath.Join(dir, "token.key"),
		IdentityKey: role.IdentityKey{IdentityKeyFile: filepath.Join(dir, "identity.key")},
		MasterKeys:  role.MasterKeys{MasterKeysFile: filepath.Join(dir, "master.keys")},
		UsersFile:   filepath.Join(dir, "users.json"), MediaHosts: []string{"media.example"},
		Payments: role.Payments{SimulatePayments: true},
		Couriers: role.Couriers{SimulateCouriers: true, SimulatedRide: 200 * time.Millisecond},
		Writers:  2, MaxLines: 100,
		Overdue: role.Overdue{PayWithin: time.Hour,
			PayWithinFor: map[string]time.Duration{"phone": time.Second}}}
}
