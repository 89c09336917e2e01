package world_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

var _ world.Shop = (*client.Client)(nil)

// firstDay is a Tuesday.
var firstDay = retail.DayOf(time.Date(2026, 8, 25, 0, 0, 0, 0, time.UTC))

func newWorld(t testing.TB, cfg world.Config) *world.World {
	t.Helper()
	if cfg.Start == 0 {
		cfg.Start = firstDay
	}
	w, err := world.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// small is a world that a test can push through a shop in no time.
func small() world.Config {
	return world.Config{Seed: 7, Stores: 4, SKUs: 400, Members: 2_000, Rate: .02, Start: firstDay}
}

// recorder is a shop that records what it is asked, once per key, and keeps the levels of stock.
type recorder struct {
	mu       sync.Mutex
	keys     map[string]int64
	orders   []wire.OrderRow
	steps    map[int64][]string
	refunds  []wire.RefundRow
	level    map[[2]string]int32
	received int64
	stores   []wire.Store
	products []wire.Product
	members  []wire.Member
	// failAfter makes every call fail once so many orders were placed; 0 means never.
	failAfter int
	// reused lists keys that came again with another content.
	reused []string
	down   bool
}

var errDown = errors.New("connection refused")

func newRecorder() *recorder {
	return &recorder{keys: map[string]int64{}, steps: map[int64][]string{},
		level: map[[2]string]int32{}}
}

func merged(n int) ([]wire.Merged, error) { return make([]wire.Merged, n), nil }

func (s *recorder) PutRegions(_ context.Context, rows []wire.Region) ([]wire.Merged, error) {
	return merged(len(rows))
}

func (s *recorder) PutStores(_ context.Context, rows []wire.Store) ([]wire.Merged, error) {
	s.stores = rows
	return merged(len(rows))
}

func (s *recorder) PutCategories(_ context.Context, rows []wire.Category) ([]wire.Merged, error) {
	return merged(len(rows))
}

func (s *recorder) PutStyles(_ context.Context, rows []wire.Style) ([]wire.Merged, error) {
	return merged(len(rows))
}

func (s *recorder) PutProducts(_ context.Context, rows []wire.Product) ([]wire.Merged, error) {
	s.products = rows
	return merged(len(rows))
}

func (s *recorder) PutMembers(_ context.Context, rows []wire.Member) ([]wire.Merged, error) {
	s.members = rows
	return merged(len(rows))
}

func (s *recorder) MoveStock(_ context.Context, moves []wire.StockMove) ([]wire.StockRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errDown
	}
	for _, m := range moves {
		if id, twice := s.keys[m.Key]; !twice {
			s.keys[m.Key] = -int64(m.Qty)
			s.level[[2]string{m.Store, m.SKU}] += m.Qty
			s.received += int64(m.Qty)
		} else if id != -int64(m.Qty) {
			s.reused = append(s.reused, m.Key)
		}
	}
	return make([]wire.StockRow, len(moves)), nil
}

func (s *recorder) PlaceOrders(_ context.Context, rows []wire.OrderRow) ([]wire.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down || s.failAfter > 0 && len(s.orders) >= s.failAfter {
		return nil, errDown
	}
	out := make([]wire.Row, len(rows))
	for i := range rows {
		id, twice := s.keys[rows[i].Key]
		if !twice {
			if p := s.sell(&rows[i]); p != nil {
				out[i].Status, out[i].Problem = p.Status, p
				continue
			}
			id = int64(len(s.orders) + 1)
			s.keys[rows[i].Key] = id
			s.orders = append(s.orders, rows[i])
		}
		out[i] = wire.Row{Status: 201, Order: &wire.Placed{ID: id, Replayed: twice}}
	}
	return out, nil
}

func (s *recorder) sell(o *wire.OrderRow) *wire.Problem {
	for _, l := range o.Lines {
		if s.level[[2]string{o.Store, l.SKU}] < l.Qty {
			return &wire.Problem{Type: "/problems/out-of-stock", Status: 409,
				Title: fmt.Sprintf("%s has no %s", o.Store, l.SKU)}
		}
	}
	for _, l := range o.Lines {
		s.level[[2]string{o.Store, l.SKU}] -= l.Qty
	}
	return nil
}

func (s *recorder) Refunds(_ context.Context, rows []wire.RefundRow) ([]wire.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errDown
	}
	for i := range rows {
		if _, twice := s.keys[rows[i].Key]; twice {
			continue
		}
		s.keys[rows[i].Key] = 0
		s.refunds = append(s.refunds, rows[i])
		o := &s.orders[rows[i].Order-1]
		if l := rows[i].Lines[0]; rows[i].Restock {
			s.level[[2]string{o.Store, o.Lines[l.Line-1].SKU}] += l.Qty
		}
	}
	return make([]wire.Row, len(rows)), nil
}

func (s *recorder) step(id int64, name string) (*wire.Placed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errDown
	}
	if name == "cancel" {
		o := &s.orders[id-1]
		for _, l := range o.Lines {
			s.level[[2]string{o.Store, l.SKU}] += l.Qty
		}
	}
	s.steps[id] = append(s.steps[id], name)
	return &wire.Placed{ID: id}, nil
}

func (s *recorder) Pay(_ context.Context, id int64, _ wire.Payment) (*wire.Placed, error) {
	return s.step(id, "pay")
}

func (s *recorder) Cancel(_ context.Context, id int64, _ wire.Cancellation) (*wire.Placed, error) {
	return s.step(id, "cancel")
}

func (s *recorder) Ship(_ context.Context, id int64, _ wire.Progress) (*wire.Placed, error) {
	return s.step(id, "ship")
}

func (s *recorder) MakeReady(_ context.Context, id int64, _ wire.Progress) (*wire.Placed, error) {
	return s.step(id, "ready")
}

func (s *recorder) Deliver(_ context.Context, id int64, _ wire.Progress) (*wire.Placed, error) {
	return s.step(id, "deliver")
}

func (s *recorder) Complete(_ context.Context, id int64, _ wire.Progress) (*wire.Placed, error) {
	return s.step(id, "complete")
}
