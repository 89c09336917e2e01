package world_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/oltp/world"
)

// log collects behaviour events.
type log struct {
	mu     sync.Mutex
	events []world.Behaviour
}

func (l *log) Send(_ context.Context, events []world.Behaviour) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, events...)
	return nil
}

// live runs a world's live trade in virtual time from noon on, while meanwhile does what it wants.
func live(t *testing.T, shop *recorder, meanwhile func(now func() time.Time)) (
	*world.World, *log, world.TradeCounts) {

	t.Helper()
	w := newWorld(t, small())
	state := openState(t, "", small(), noon)
	if _, err := w.Backfill(t.Context(), world.Backfill{Shop: shop, State: state,
		Until: noon}); err != nil {
		t.Fatal(err)
	}
	events, stats := &log{}, &world.TradeStats{}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		now := func() time.Time { return noon.Add(time.Since(began)) }
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- w.Trade(ctx, world.Trade{Shop: shop, Events: events, State: state, From: noon,
				Now: now, Stats: stats, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
		}()
		meanwhile(now)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return w, events, stats.Snapshot()
}

// feedUntil lists what happens from noon until then.
func feedUntil(t *testing.T, w *world.World, until time.Time) (events []world.Event) {
	t.Helper()
	feed, err := w.Live(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for e := feed.Next(); e.AtMS < until.UnixMilli(); e = feed.Next() {
		events = append(events, e)
	}
	return events
}

func TestTradeGoesOnWhereHistoryEnds(t *testing.T) {
	t.Parallel()
	shop := newRecorder()
	const span = 14 * time.Hour // over midnight and over the morning's delivery
	history := 0
	w, log, counts := live(t, shop, func(func() time.Time) {
		history = shop.count()
		time.Sleep(span)
	})
	var orders, touches int
	for _, e := range feedUntil(t, w, noon.Add(span)) {
		if e.Order != nil {
			orders++
		}
		if e.Touch != nil {
			touches++
		}
	}
	if got := len(shop.orders) - history; got+int(counts.Refused) != orders || got < 300 {
		t.Errorf("%d orders traded, %d refused, want %d", got, counts.Refused, orders)
	}
	if counts.Refused > int64(orders)/100 || counts.Skipped != 0 || counts.TouchesDropped != 0 {
		t.Errorf("counts %+v", counts)
	}
	if len(log.events) != touches || touches < orders/3 {
		t.Errorf("%d behaviour events, want %d", len(log.events), touches)
	}
	checkSteps(t, shop, noon.Add(span-2*time.Hour))
}

// checkSteps checks that every order that was paid later went its whole way.
func checkSteps(t *testing.T, shop *recorder, until time.Time) {
	t.Helper()
	ways := [][]string{{"cancel"}, {"pay", "ready", "complete"}, {"pay", "deliver", "complete"},
		{"pay", "ship", "complete"}}
	seen := 0
	for i := range shop.orders {
		o := &shop.orders[i]
		if o.Paid || o.PlacedAt.After(until) {
			continue
		}
		seen++
		if !slices.ContainsFunc(ways, func(way []string) bool {
			return slices.Equal(way, shop.steps[int64(i+1)])
		}) {
			t.Errorf("order %d went %v", i+1, shop.steps[int64(i+1)])
		}
	}
	if seen < 20 {
		t.Errorf("only %d orders were paid later", seen)
	}
}

func (s *recorder) setDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *recorder) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.orders)
}

func TestTradeSurvivesAnOutageWithoutABurst(t *testing.T) {
	t.Parallel()
	shop := newRecorder()
	_, _, counts := live(t, shop, func(func() time.Time) {
		time.Sleep(20 * time.Minute)
		before := shop.count()
		shop.setDown(true)
		time.Sleep(30 * time.Minute)
		if shop.count() != before {
			t.Error("a shop that is down took orders")
		}
		shop.setDown(false)
		time.Sleep(2 * time.Second)
		if burst := shop.count() - before; burst > 10 {
			t.Errorf("%d orders at once after the outage", burst)
		}
		time.Sleep(20 * time.Minute)
		if shop.count() < before+10 {
			t.Error("trade did not go on after the outage")
		}
	})
	if counts.Skipped < 20 {
		t.Errorf("%d orders of the outage were passed over, want more", counts.Skipped)
	}
}

func TestFeedIsInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small())
	last, kinds := int64(0), [5]int{}
	for _, e := range feedUntil(t, w, noon.Add(72*time.Hour)) {
		if e.AtMS < last {
			t.Fatalf("an event at %d follows one at %d", e.AtMS, last)
		}
		last = e.AtMS
		for i, there := range [...]bool{e.Order != nil, e.Step != nil, e.Refund != nil,
			e.Arrived != nil, e.Touch != nil} {
			if there {
				kinds[i]++
			}
		}
	}
	if slices.Contains(kinds[:], 0) {
		t.Errorf("kinds of events seen: %v", kinds)
	}
}
