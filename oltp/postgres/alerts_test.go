package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// TestAlertsTellOfLinesThatAreCrossed sells a shelf empty and fills it again.
func TestAlertsTellOfLinesThatAreCrossed(t *testing.T) {
	dsn := pgtest.Start(t)
	safety := &lateSafety{}
	s := openShopAt(t, dsn, 2, 2, order.Config{Safety: safety})
	safeties := stock.OpenSafeties(stock.SafetiesConfig{Book: s.db.Stock()})
	t.Cleanup(safeties.Close)
	safety.Safeties = safeties
	s.receive(0, 0, 10)
	s.receive(0, 1, 10)
	ask[string](t, dsn, "SELECT pg_create_logical_replication_slot('alerts', 'pgoutput')::text")
	put := func(qty int32) {
		t.Helper()
		err := safeties.Put(t.Context(), []stock.Safety{{StockKey: s.key(0, 0), Qty: qty}},
			func(low []stock.Low) ([]byte, error) { return nil, fmt.Errorf("low: %+v", low) })
		if err != nil {
			t.Fatal(err)
		}
	}
	put(4)
	if safeties.Of(s.key(0, 0)) != 4 || safeties.Of(s.key(0, 1)) != 0 {
		t.Error("the safety stock is not known at once")
	}
	s.placed(s.sale(0, 0, 5))
	s.placed(s.sale(0, 0, 1)) // low at 4
	s.placed(s.sale(0, 0, 1))
	online := s.sale(0, 0, 3)
	online.Paid = false
	held := s.placed(online) // out, though three are on hand
	s.step(order.Cancel, held.ID)
	s.placed(s.sale(0, 1, 9))
	s.placed(s.sale(0, 1, 1)) // out without a safety stock
	s.receive(1, 0, 1)        // new to the store
	put(0)
	var told []string
	for _, m := range facts(t, dsn, "alerts") {
		if a, ok := m.(*event.StockAlert); ok {
			kind := strings.TrimPrefix(a.Kind.String(), "STOCK_ALERT_KIND_")
			told = append(told, fmt.Sprintf("%s %d-%d/%d", kind, a.OnHand, a.Reserved, a.Safety))
			if a.CategoryId == 0 || a.At.UnixUs != now.UnixMicro() ||
				retail.StoreID(a.StoreId) != s.stores[0] {
				t.Errorf("the alert is %v", a)
			}
		}
	}
	if got, want := strings.Join(told, ", "), "LOW 4-0/4, OUT 3-3/4, BACK 3-0/4, OUT 0-0/0"; got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	s.wantNoDrift()
}

// lateSafety lets the intake be opened before the safety stocks.
type lateSafety struct{ *stock.Safeties }

// TestSafetyStockThatIsTooHighIsTold raises the line above what is there.
func TestSafetyStockThatIsTooHighIsTold(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	book := s.db.Stock()
	f := func(qty int32, want int) {
		t.Helper()
		found := 0
		err := book.PutSafeties(t.Context(), []stock.Safety{{StockKey: s.key(0, 0), Qty: qty}},
			func(low []stock.Low) ([]byte, error) {
				found = len(low)
				return []byte{}, nil
			})
		if err != nil || found != want {
			t.Errorf("a safety stock of %d finds %d too low, %v; want %d", qty, found, err, want)
		}
	}
	f(9, 0)
	f(10, 1)
	f(20, 0) // it was too low before
	f(0, 0)
	f(20, 1)
}

// TestSafetyStocksAreTold sets, repeats, changes and takes away safety stocks, several at once.
func TestSafetyStocksAreTold(t *testing.T) {
	dsn := pgtest.Start(t)
	s := openShopAt(t, dsn, 2, 2, order.Config{})
	s.receive(0, 0, 10)
	ask[string](t, dsn, "SELECT pg_create_logical_replication_slot('safety', 'pgoutput')::text")
	put := func(rows ...stock.Safety) {
		t.Helper()
		err := s.db.Stock().PutSafeties(t.Context(), rows,
			func(low []stock.Low) ([]byte, error) {
				wire, err := event.Append(nil, &event.StockAlert{StoreId: int32(low[0].Store),
					SkuId: int64(low[0].SKU), Kind: event.StockAlertKind_STOCK_ALERT_KIND_LOW,
					At: event.At(now, time.UTC)})
				frame := event.Frame{Kind: event.KindStockAlert, Key: 1, Wire: wire}
				return event.AppendFrame(nil, frame), err
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	first, second := s.key(0, 0), s.key(1, 1)
	put(stock.Safety{StockKey: first, Qty: 4}, stock.Safety{StockKey: second, Qty: 5})
	put(stock.Safety{StockKey: first, Qty: 4})
	put(stock.Safety{StockKey: first, Qty: 4}, stock.Safety{StockKey: second, Qty: 6})
	put(stock.Safety{StockKey: first, Qty: 12}) // above the ten that are there
	put(stock.Safety{StockKey: first}, stock.Safety{StockKey: second})
	put(stock.Safety{StockKey: first})
	var told []string
	for _, m := range facts(t, dsn, "safety") {
		switch m := m.(type) {
		case *event.SafetyChanged:
			which := "first"
			if (retail.StockKey{Store: retail.StoreID(m.StoreId), SKU: retail.SKUID(m.SkuId)}) == second {
				which = "second"
			}
			told = append(told, fmt.Sprint(which, " ", m.Safety))
			if m.ChangedAt.GetUnixUs() == 0 {
				t.Errorf("the event is %v", m)
			}
		case *event.StockAlert:
			told = append(told, "low")
		}
	}
	slices.Sort(told) // rows of one statement come in any order
	want := []string{"first 0", "first 12", "first 4", "low", "second 0", "second 5", "second 6"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

// TestSafetyStocksAtTheSameTime sets and takes away the same ones in opposite orders.
func TestSafetyStocksAtTheSameTime(t *testing.T) {
	s := openShop(t, 2, 8)
	book := s.db.Stock()
	var group sync.WaitGroup
	for hand := range 4 {
		group.Go(func() {
			for round := range 25 {
				var rows []stock.Safety
				for i := range 16 {
					qty := int32((round + i + hand) % 3)
					rows = append(rows, stock.Safety{StockKey: s.key(i%2, i/2), Qty: qty})
				}
				if hand%2 == 1 {
					slices.Reverse(rows)
				}
				quiet := func([]stock.Low) ([]byte, error) { return nil, nil }
				if err := book.PutSafeties(t.Context(), rows, quiet); err != nil {
					t.Errorf("hand %d, round %d: %v", hand, round, err)
				}
			}
		})
	}
	group.Wait()
}
