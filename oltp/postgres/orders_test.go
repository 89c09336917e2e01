package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// facts reads the events that a slot holds.
func facts(t *testing.T, dsn, slot string) []event.Message {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT data FROM pg_logical_slot_peek_binary_changes($1, NULL,
		NULL, 'proto_version', '1', 'publication_names', 'tillstream', 'messages', 'true')`, slot)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		t.Fatal(err)
	}
	var all []event.Message
	for _, b := range raw {
		if b[0] != 'M' {
			continue
		}
		// type, flags, lsn, prefix and its zero, length
		at := 1 + 1 + 8 + len(event.PacketPrefix) + 1 + 4
		for f, err := range event.Frames(b[at:]) {
			if err != nil {
				t.Fatal(err)
			}
			m, err := event.Decode(f.Kind, append([]byte(nil), f.Wire...))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
	}
	return all
}

func TestSaleLeavesRowsLedgerAndEvents(t *testing.T) {
	s := openShop(t, 2, 3)
	s.receive(0, 0, 10)
	s.receive(0, 1, 5)
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('look', 'pgoutput')::text")
	request := s.sale(0, 0, 3)
	request.Lines = append(request.Lines, s.line(1, 1), order.Line{SKU: s.skus[2],
		Kind: retail.Adjustment, Gross: -50, Reason: "rounding"})
	request.Lines[0].Discount, request.Lines[0].CouponDiscount = 500, 200
	request.ExternalRef = "R-1"
	r := s.placed(request)
	if r.State != retail.Completed || r.Gross != 3950 || r.Discount != 500 || r.Net != 3450 {
		t.Errorf("result %+v", r)
	}
	s.wantLevel(0, 0, 7, 0)
	s.wantLevel(0, 1, 4, 0)
	s.wantNoDrift()

	view, err := s.db.Orders().Order(t.Context(), retail.HQScope(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Lines) != 3 || view.Lines[0].Cost != 1800 || view.Lines[0].Net != 2500 ||
		view.ExternalRef != "R-1" || !view.PaidAt.Equal(now) || view.State != retail.Completed {
		t.Errorf("order reads %+v", view)
	}
	if n := ask[int](t, s.dsn, "SELECT count(*) FROM stock_move WHERE ref_id = $1", r.ID); n != 2 {
		t.Errorf("%d ledger entries, want 2", n)
	}
	all := facts(t, s.dsn, "look")
	if len(all) != 2 {
		t.Fatalf("%d events, want 2: %v", len(all), all)
	}
	placed, moved := all[0].(*event.OrderPlaced), all[1].(*event.StockMoved)
	if placed.OrderId != int64(r.ID) || !placed.Paid || placed.NetFen != 3450 || len(placed.Lines) != 3 ||
		placed.PlacedAt.UtcOffsetS != 8*3600 || placed.PlacedAt.BusinessDay != int32(retail.DayOf(now)) {
		t.Errorf("order placed: %v", placed)
	}
	if len(moved.Changes) != 2 || moved.Changes[0].OnHand != 7 || moved.Changes[0].Version != 2 ||
		moved.Changes[0].Kind != event.StockMoveKind_STOCK_MOVE_KIND_SELL {
		t.Errorf("stock moved: %v", moved)
	}
}

func TestOneBadOrderFailsAlone(t *testing.T) {
	s := openShop(t, 1, 2)
	s.receive(0, 0, 5)
	bad := s.sale(0, 0, 1)
	bad.Lines[0].SKU = 999
	negative := s.sale(0, 0, -1)
	results := s.Place(t.Context(), []order.Request{s.sale(0, 0, 3), s.sale(0, 0, 3), bad, negative,
		s.sale(0, 1, 1), s.sale(0, 0, 2)})
	f := func(i int, want any) {
		t.Helper()
		if err := results[i].Err; want == nil && err != nil {
			t.Errorf("order %d: %v", i, err)
		} else if want != nil && !errors.As(err, want) {
			t.Errorf("order %d: got %v, want %T", i, err, want)
		}
	}
	f(0, nil)
	f(1, new(*order.Short))
	f(2, new(*order.Invalid))
	f(3, new(*order.Invalid))
	f(4, new(*order.Short))
	f(5, nil)
	s.wantLevel(0, 0, 0, 0)
	s.wantNoDrift()
}

func TestRepeatedRequests(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 100)
	r := s.sale(0, 0, 1)
	r.Key = order.NewKey("till", "1")
	first := s.placed(r)
	again := s.placed(r)
	if again.ID != first.ID || !again.Replayed || first.Replayed || again.Net != first.Net {
		t.Errorf("first %+v, again %+v", first, again)
	}
	r.Lines[0].Qty, r.Lines[0].Gross = 2, 2000
	if got := s.place(r); !errors.Is(got.Err, order.ErrKeyReused) {
		t.Errorf("another body under the key: %v", got.Err)
	}
	twice := s.sale(0, 0, 1)
	twice.Key = order.NewKey("till", "2")
	both := s.Place(t.Context(), []order.Request{twice, twice})
	if both[0].Err != nil || both[1].Err != nil || both[0].ID != both[1].ID || !both[1].Replayed {
		t.Errorf("twice in one bulk: %+v", both)
	}
	s.wantLevel(0, 0, 98, 0)
}
