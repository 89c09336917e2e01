package live_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/retail"
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
		log.write(wire(t, event.KindClick, &event.Click{Visit: visit, SkuId: 5}))
		has() // who was erased does not come back
		if s := w.Stats(); s.Malformed != 1 || s.Restarts != 1 || s.Events != 6 || s.Unheard != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// TestNothingIsGatheredOfThoseWhoDoNotAgree follows a member who opted out before the watch began, one who
// decides this way and that, and one who is erased while the watch is broken.
func TestNothingIsGatheredOfThoseWhoDoNotAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, trails := newScripted(), live.NewTrails(live.TrailsConfig{})
		var mu sync.Mutex
		down, reticent := error(nil), []retail.MemberID{1}
		w, err := live.NewWatch(live.WatchConfig{Trails: trails, Log: log,
			Reticent: func(_ context.Context, take func(retail.MemberID)) error {
				mu.Lock()
				defer mu.Unlock()
				for _, id := range reticent {
					take(id)
				}
				return down
			}, Logger: slog.New(slog.DiscardHandler)})
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
		touch := func(member int64, sku int64) {
			visit := &event.Visit{EventId: make([]byte, 16), VisitorId: 1, SessionId: uint64(10 + member),
				MemberId: member, StoreId: 1, Channel: event.Channel_CHANNEL_WEB, At: event.At(now, time.UTC)}
			log.write(wire(t, event.KindClick, &event.Click{Visit: visit, SkuId: sku}),
				wire(t, event.KindOrderPlaced, &event.OrderPlaced{OrderId: 1, StoreId: 1, MemberId: member,
					Channel:    event.Channel_CHANNEL_WEB,
					Fulfilment: event.Fulfilment_FULFILMENT_PICKUP,
					State:      event.OrderState_ORDER_STATE_PAID, PlacedAt: event.At(now, time.UTC),
					Lines: []*event.OrderLine{{LineNo: 1, SkuId: sku + 100, Qty: 1,
						Kind: event.LineKind_LINE_KIND_SALE}}}))
		}
		has := func(member int64, ofMember, ofSession int) {
			t.Helper()
			synctest.Wait()
			a := len(steps(trails, live.MemberVisitor(retail.MemberID(member)), now.Unix()))
			b := len(steps(trails, live.SessionVisitor(uint64(10+member)), now.Unix()))
			if a != ofMember || b != ofSession {
				t.Errorf("member %d has %d touches and the session %d, want %d and %d", member, a, b,
					ofMember, ofSession)
			}
		}
		decide := func(member int64, agrees bool) {
			log.write(wire(t, event.KindMemberChanged, &event.MemberChanged{MemberId: member,
				Personalized: agrees, ChangedAt: event.At(now, time.UTC)}))
		}
		for member := range int64(3) {
			touch(member+1, 5)
		}
		has(1, 0, 0)
		has(2, 2, 1)
		has(3, 2, 1)
		decide(1, true)
		touch(1, 6)
		has(1, 2, 1)
		decide(2, false)
		has(2, 0, 1)
		touch(2, 6)
		has(2, 0, 1)

		// Member 3 is erased while the watch is broken, and the list cannot be read at once.
		mu.Lock()
		down, reticent = errors.New("the database is down"), []retail.MemberID{2, 3}
		mu.Unlock()
		log.mu.Lock()
		log.broken = errors.New("the leader moved")
		log.mu.Unlock()
		log.arrived <- struct{}{}
		time.Sleep(3 * time.Second)
		touch(1, 7) // nobody listens
		has(1, 2, 1)
		mu.Lock()
		down = nil
		mu.Unlock()
		time.Sleep(2 * time.Second)
		has(3, 0, 1)
		touch(3, 6)
		has(3, 0, 1)
		touch(1, 8)
		has(1, 4, 2)
	})
}
