package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
)

// receipts is a scripted log that remembers how it was read back.
type receipts struct {
	*scripted
	since time.Time
	most  int64
}

func (r *receipts) OpenSince(_ context.Context, at time.Time, most int64) (live.Tail, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened++
	r.since, r.most = at, most
	return &scriptedTail{r.scripted, 0}, nil
}

func order(t *testing.T, id int64, at time.Time, skus ...int64) live.Record {
	t.Helper()
	placed := &event.OrderPlaced{OrderId: id, StoreId: 1, Channel: event.Channel_CHANNEL_WEB,
		Fulfilment: event.Fulfilment_FULFILMENT_PICKUP, State: event.OrderState_ORDER_STATE_PAID,
		PlacedAt: event.At(at, time.UTC)}
	for k, sku := range skus {
		placed.Lines = append(placed.Lines, &event.OrderLine{LineNo: int32(k + 1), SkuId: sku, Qty: 1,
			Kind: event.LineKind_LINE_KIND_SALE})
	}
	return wire(t, event.KindOrderPlaced, placed)
}

// TestTillsAreReadBack tells of a till whose log breaks: afterwards the counts are the same, and an order
// that a relay sends twice counts once.
func TestTillsAreReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &receipts{scripted: newScripted()}
		tills, err := live.NewTills(live.TillsConfig{Log: log, Logger: slog.New(slog.DiscardHandler),
			Window: time.Hour, Back: 500})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); tills.Run(ctx) }()
		defer func() { cancel(); <-done }()
		f := func(sku int64, want ...string) {
			t.Helper()
			synctest.Wait()
			var got []string
			for _, p := range tills.Pairs().Ask(sku, nil) {
				got = append(got, fmt.Sprintf("%d: %d of %d in %d", p.Item, p.Both, p.Left, p.Total))
			}
			if !slices.Equal(got, want) {
				t.Errorf("with %d go %q, want %q", sku, got, want)
			}
		}
		now := time.Now()
		log.write(order(t, 1, now, 7, 9), order(t, 2, now, 9, 7), order(t, 2, now, 9, 7),
			live.Record{Kind: event.KindOrderPlaced, Wire: []byte{0xff}},
			live.Record{Kind: event.KindOrderPaid})
		f(7)
		log.write(order(t, 3, now, 7, 9), order(t, 4, now, 7))
		f(7, "9: 3 of 4 in 4")
		version := tills.Pairs().Version(7)
		log.mu.Lock()
		if log.most != 500 || !log.since.Equal(now.Add(-2*time.Hour)) {
			t.Errorf("at most %d since %v are read back", log.most, log.since)
		}
		log.broken = errors.New("the leader moved")
		log.mu.Unlock()
		log.arrived <- struct{}{}
		f(7, "9: 3 of 4 in 4") // while nothing is followed
		time.Sleep(2 * time.Second)
		f(7, "9: 3 of 4 in 4")
		if tills.Pairs().Version(7) <= version {
			t.Error("a version comes again")
		}
		log.write(order(t, 5, time.Now(), 7, 9))
		f(7, "9: 4 of 5 in 5")
		if s := tills.Stats(); s.Restarts != 1 || s.Orders != 9 || s.Malformed != 2 || s.Pairs.Baskets != 5 {
			t.Errorf("%+v", s)
		}
		time.Sleep(3 * time.Hour)
		log.write(order(t, 6, time.Now(), 1))
		f(7)
	})
}
