package live_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

func wire(t *testing.T, kind event.Kind, m event.Message) live.Record {
	t.Helper()
	b, err := event.Append(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	return live.Record{Kind: kind, Wire: b}
}

// TestWatchFollowsVisitors tells a member's day: a click, an order, a broken record between, a broken
// log, and at last the wish to be forgotten.
func TestWatchFollowsVisitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, trails := newScripted(), live.NewTrails(live.TrailsConfig{})
		w, err := live.NewWatch(live.WatchConfig{Trails: trails, Log: log,
			Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.Run(ctx)
		}()
		defer func() { cancel(); <-done }()
		synctest.Wait()
		now := time.Now()
		visit := &event.Visit{EventId: make([]byte, 16), VisitorId: 1, SessionId: 2, MemberId: 7, StoreId: 1,
			Channel: event.Channel_CHANNEL_WEB, At: event.At(now, time.UTC)}
		has := func(want ...live.Step) {
			t.Helper()
			synctest.Wait()
			got := steps(trails, live.MemberVisitor(7), now.Unix())
			if len(got) != len(want) {
				t.Fatalf("the member has %v, want %v", got, want)
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("step %d is %v, want %v", i, got[i], want[i])
				}
			}
		}
		clicked, bought := live.Step{SKU: 5, Act: recommend.Clicked}, live.Step{SKU: 6, Act: recommend.Bought}
		log.write(wire(t, event.KindClick, &event.Click{Visit: visit, SkuId: 5}),
			live.Record{Kind: event.KindClick, Wire: []byte{0xff}}, live.Record{Kind: event.KindOrderPaid})
		has(clicked)
		log.mu.Lock()
		log.broken = errors.New("the leader moved")
		log.mu.Unlock()
		log.arrived <- struct{}{}
		time.Sleep(2 * time.Second)
		log.write(wire(t, event.KindOrderPlaced, &event.OrderPlaced{OrderId: 1, StoreId: 1, MemberId: 7,
			Channel: event.Channel_CHANNEL_WEB, Fulfilment: event.Fulfilment_FULFILMENT_PICKUP,
			State: event.OrderState_ORDER_STATE_PAID, PlacedAt: event.At(now, time.UTC),
			Lines: []*event.OrderLine{{LineNo: 1, SkuId: 6, Qty: 1, Kind: event.LineKind_LINE_KIND_SALE}}}))
		has(bought, clicked)
		log.write(wire(t, event.KindMemberErased, &event.MemberErased{MemberId: 7,
			ErasedAt: event.At(now, time.UTC)}))
		has()
		if s := w.Stats(); s.Malformed != 1 || s.Restarts != 1 || s.Events != 5 {
			t.Errorf("%+v", s)
		}
	})
}
