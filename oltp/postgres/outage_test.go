package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/local"
	"github.com/tillstream/tillstream/retail"
)

// ownServer starts a server that a test may kill, with fsync as in production.
func ownServer(t *testing.T, dir string, settings map[string]string) *local.Server {
	t.Helper()
	server, err := local.Start(t.Context(), local.Config{Dir: dir, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	return server
}

// TestAcknowledgedOrdersSurviveKills kills the server again and again under load. Every order that was
// acknowledged must be there afterwards, and every request must have made at most one order.
func TestAcknowledgedOrdersSurviveKills(t *testing.T) {
	dir := t.TempDir()
	server := ownServer(t, dir, nil)
	if err := postgres.Migrate(t.Context(), server.DSN()); err != nil {
		t.Fatal(err)
	}
	s := openShopAt(t, server.DSN(), 4, 4, order.Config{RetryFor: 20 * time.Second})
	for store := range 4 {
		for sku := range 4 {
			s.receive(store, sku, 1_000_000)
		}
	}
	const callers = 8
	var mu sync.Mutex
	acknowledged := map[order.Key]retail.OrderID{}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for c := range callers {
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				r := s.sale((c+i)%4, i%4, 1)
				r.Key = order.NewKey(fmt.Sprint("till ", c), fmt.Sprint(i))
				if got := s.Place(context.Background(), []order.Request{r})[0]; got.Err == nil {
					mu.Lock()
					acknowledged[r.Key] = got.ID
					mu.Unlock()
				} else if !errors.Is(got.Err, order.ErrUnavailable) {
					t.Error(got.Err)
				}
			}
		})
	}
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(acknowledged) }
	for range 3 {
		await(t, count, count()+300)
		server.Kill()
		server = ownServer(t, dir, nil)
	}
	await(t, count, count()+300)
	stop()
	group.Wait()
	s.wantNoDrift()
	if n := ask[int](t, server.DSN(), "SELECT count(*) FROM orders"); n < len(acknowledged) {
		t.Errorf("%d orders are there, %d were acknowledged", n, len(acknowledged))
	}
	missing := 0
	for _, id := range acknowledged {
		if _, err := s.db.Orders().Order(t.Context(), retail.HQScope(), id); err != nil {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d acknowledged orders are missing", missing, len(acknowledged))
	}
	sold := ask[int](t, server.DSN(), "SELECT count(*) FROM stock_move WHERE kind = 2")
	lines := ask[int](t, server.DSN(), "SELECT count(*) FROM order_line")
	if sold != lines {
		t.Errorf("%d goods left the shelves for %d lines", sold, lines)
	}
}

func await(t *testing.T, count func() int, want int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(40 * time.Second); count() < want; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("only %d of %d orders were acknowledged", count(), want)
		}
	}
}

func TestDatabaseDownSaysUnavailable(t *testing.T) {
	dir := t.TempDir()
	server := ownServer(t, dir, nil)
	if err := postgres.Migrate(t.Context(), server.DSN()); err != nil {
		t.Fatal(err)
	}
	s := openShopAt(t, server.DSN(), 1, 1, order.Config{RetryFor: 200 * time.Millisecond})
	s.receive(0, 0, 1_000)
	server.Kill()
	// Its sessions end by themselves, and until then they may still commit.
	r, sold := s.sale(0, 0, 1), 0
	var got order.Result
	for {
		r.Key = order.NewKey("till", fmt.Sprint(sold))
		if got = s.place(r); got.Err != nil {
			break
		}
		sold++
	}
	if !errors.Is(got.Err, order.ErrUnavailable) {
		t.Errorf("with the database down: %+v", got)
	}
	s.dir.StoreByID(99) // asks in vain
	strange := s.sale(0, 0, 1)
	strange.Lines[0].SKU = 99
	if got := s.place(strange); !errors.Is(got.Err, order.ErrUnavailable) {
		t.Errorf("a SKU that nobody can look up now: %+v", got)
	}
	ownServer(t, dir, nil)
	s.placed(r)
	s.wantLevel(0, 0, int32(999-sold), 0)
}
