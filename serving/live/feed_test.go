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
)

// scripted is a topic that a test writes by hand.
type scripted struct {
	mu      sync.Mutex
	records []live.Record
	opened  int
	arrived chan struct{}
	broken  error
}

func newScripted() *scripted { return &scripted{arrived: make(chan struct{}, 100)} }

func (s *scripted) write(records ...live.Record) {
	s.mu.Lock()
	s.records = append(s.records, records...)
	s.mu.Unlock()
	s.arrived <- struct{}{}
}

func (s *scripted) OpenAtEnd(context.Context) (live.Tail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	return &scriptedTail{s, len(s.records)}, nil
}

type scriptedTail struct {
	*scripted
	next int
}

func (t *scriptedTail) Poll(ctx context.Context) ([]live.Record, error) {
	for {
		t.mu.Lock()
		got, broken := t.records[t.next:], t.broken
		t.next, t.broken = len(t.records), nil
		t.mu.Unlock()
		if len(got) > 0 || broken != nil {
			return got, broken
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-t.arrived:
		}
	}
}

func (t *scriptedTail) Behind(context.Context) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int64(len(t.records) - t.next), nil
}

func (t *scriptedTail) Close() {}

// snapshotFunc adapts a function to live.Snapshot.
type snapshotFunc func(func(retail.StockLevel) error) error

func (f snapshotFunc) Snapshot(_ context.Context, take func(retail.StockLevel) error) error {
	return f(take)
}

func moved(t *testing.T, store int32, sku, version int64, onHand int32, at time.Time) live.Record {
	t.Helper()
	wire, err := event.Append(nil, &event.StockMoved{StoreId: store, Changes: []*event.StockChange{{
		SkuId: sku, Kind: event.StockMoveKind_STOCK_MOVE_KIND_SELL, OnHandDelta: -1,
		OnHand: onHand, Version: version, MovedAt: event.At(at, time.UTC),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return live.Record{Kind: event.KindStockMoved, Wire: wire, Committed: at}
}

func run(t *testing.T, log live.Log, snapshot live.Snapshot) (*live.Feed, *live.Levels) {
	t.Helper()
	levels := live.NewLevels(0)
	feed, err := live.NewFeed(live.FeedConfig{Levels: levels, Log: log, Snapshot: snapshot,
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		feed.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return feed, levels
}

func held(levels *live.Levels, store retail.StoreID, sku retail.SKUID) live.Level {
	var l live.Level
	levels.Read(retail.StockKey{Store: store, SKU: sku}, &l)
	return l
}

func TestFeedIsReadyOnceSnapshotAndTailMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newScripted()
		gate := make(chan struct{})
		feed, levels := run(t, log, snapshotFunc(func(take func(retail.StockLevel) error) error {
			l := level(1, 7, 10, 5).StockLevel
			if err := take(l); err != nil {
				return err
			}
			<-gate
			return take(level(1, 8, 20, 1).StockLevel)
		}))
		synctest.Wait()
		// The tail brings an older and a newer change while the snapshot is being read.
		now := time.Now()
		log.write(moved(t, 1, 7, 4, 99, now), moved(t, 1, 8, 2, 19, now))
		synctest.Wait()
		if feed.Ready() == nil {
			t.Error("ready before the snapshot was complete")
		}
		close(gate)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if err := feed.Ready(); err != nil {
			t.Errorf("not ready: %v", err)
		}
		if l := held(levels, 1, 7); l.Version != 5 || l.OnHand != 10 {
			t.Errorf("SKU 7: %+v, want the snapshot's version 5", l)
		}
		if l := held(levels, 1, 8); l.Version != 2 || l.OnHand != 19 {
			t.Errorf("SKU 8: %+v, want the tail's version 2", l)
		}
		time.Sleep(time.Second)
		log.write(moved(t, 1, 7, 6, 9, time.Now().Add(-30*time.Millisecond)))
		synctest.Wait()
		if l := held(levels, 1, 7); l.Version != 6 {
			t.Errorf("SKU 7: %+v, want version 6 from the tail", l)
		}
		if s := feed.Stats(); s.LagP99 != 30*time.Millisecond || s.Changes != 3 {
			t.Errorf("stats %+v, want 3 changes with a p99 of 30 ms", s)
		}
	})
}

func TestFeedSurvivesWhatIsNoStockChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newScripted()
		feed, levels := run(t, log, snapshotFunc(func(func(retail.StockLevel) error) error { return nil }))
		synctest.Wait()
		log.write(live.Record{Kind: event.KindStockMoved, Wire: []byte("\xff\xff")},
			live.Record{Kind: event.KindOrderPaid, Wire: []byte("not ours")},
			moved(t, 2, 3, 1, 4, time.Now()))
		synctest.Wait()
		if s := feed.Stats(); s.Malformed != 1 {
			t.Errorf("%d malformed, want 1", s.Malformed)
		}
		if l := held(levels, 2, 3); l.OnHand != 4 {
			t.Errorf("the neighbour of a broken record: %+v", l)
		}
	})
}

func TestFeedStartsAgainAfterItBroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newScripted()
		snapshots := 0
		feed, levels := run(t, log, snapshotFunc(func(take func(retail.StockLevel) error) error {
			snapshots++
			if snapshots == 1 {
				return errors.New("connection refused")
			}
			return take(level(1, 7, int32(snapshots), int64(snapshots)).StockLevel)
		}))
		time.Sleep(50 * time.Millisecond)
		synctest.Wait()
		if err := feed.Ready(); err == nil {
			t.Error("ready without a snapshot")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if err := feed.Ready(); err != nil {
			t.Errorf("not ready after the second snapshot: %v", err)
		}
		log.mu.Lock()
		log.broken = errors.New("offset out of range")
		log.mu.Unlock()
		log.arrived <- struct{}{}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if l := held(levels, 1, 7); l.Version != 3 {
			t.Errorf("%+v, want the third snapshot after the tail broke", l)
		}
		if s := feed.Stats(); s.Restarts != 2 || log.opened != 3 {
			t.Errorf("%d restarts, %d tails; want 2 and 3", s.Restarts, log.opened)
		}
	})
}
