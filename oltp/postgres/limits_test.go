package postgres_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/retail"
)

func TestFullQueueSaysBusy(t *testing.T) {
	s := openShopAt(t, pgtest.Start(t), 1, 1, order.Config{MaxQueuedLines: 4, Writers: 1})
	s.receive(0, 0, 10_000)
	requests := make([]order.Request, 500)
	for i := range requests {
		requests[i] = s.sale(0, 0, 1)
	}
	var busy, accepted atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, r := range s.Place(t.Context(), requests) {
				switch {
				case r.Err == nil:
					accepted.Add(1)
				case errors.Is(r.Err, order.ErrBusy):
					busy.Add(1)
				default:
					t.Error(r.Err)
				}
			}
		})
	}
	group.Wait()
	if busy.Load() == 0 || accepted.Load() == 0 {
		t.Errorf("%d accepted, %d busy", accepted.Load(), busy.Load())
	}
	s.wantLevel(0, 0, int32(10_000-accepted.Load()), 0)
	if stats := s.Stats(); stats.Busy != uint64(busy.Load()) || stats.Queued != 0 {
		t.Errorf("stats %+v", stats)
	}
}

func TestClosedAndCancelled(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := s.Place(ctx, []order.Request{s.sale(0, 0, 1)})[0]
	if got.Err != nil && !errors.Is(got.Err, context.Canceled) {
		t.Errorf("a caller who left: %+v", got)
	}
	s.Writers.Close()
	if got := s.place(s.sale(0, 0, 1)); !errors.Is(got.Err, order.ErrClosed) {
		t.Errorf("after the close: %+v", got)
	}
}

func TestSnapshotShowsEveryLevel(t *testing.T) {
	s := openShop(t, 2, 3)
	s.receive(1, 2, 9)
	s.receive(0, 1, 4)
	var all []retail.StockLevel
	err := s.db.Stock().Snapshot(t.Context(), func(l retail.StockLevel) error {
		all = append(all, l)
		return nil
	})
	if err != nil || len(all) != 2 || all[0].StockKey != s.key(0, 1) || all[1].OnHand != 9 {
		t.Errorf("snapshot %+v, %v", all, err)
	}
	stop := errors.New("enough")
	if err := s.db.Stock().Snapshot(t.Context(), func(retail.StockLevel) error { return stop }); err != stop {
		t.Errorf("the reader's own error became %v", err)
	}
}

func TestLedgerCannotBeEdited(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 1)
	for _, sql := range []string{"UPDATE stock_move SET on_hand_delta = 5", "DELETE FROM stock_move",
		"TRUNCATE stock_move"} {
		if err := tryExecute(t, s.dsn, sql); err == nil {
			t.Errorf("%s was allowed", sql)
		}
	}
	s.wantNoDrift()
}
