package replay_test

import (
	"context"
	"errors"
	"sync"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
)

var _ replay.Shop = (*client.Client)(nil)

var errDown = errors.New("connection refused")

// recorder is a shop that records what it is asked, once per key.
type recorder struct {
	mu      sync.Mutex
	keys    map[string]int
	calls   int
	most    int // rows of the largest call
	flying  int
	highest int // calls at the same time
	// failAfter makes calls fail once so many documents are recorded; 0 means never.
	failAfter int
	refuse    map[string]*wire.Problem
	documents int
	orders    []wire.OrderRow
	refunds   []wire.RefundRow
	moves     []wire.StockMove
	products  []wire.Product
	stores    []wire.Store
	members   []wire.Member
}

func newRecorder() *recorder { return &recorder{keys: map[string]int{}} }

func merged(n int) ([]wire.Merged, error) { return make([]wire.Merged, n), nil }

func (s *recorder) PutRegions(_ context.Context, rows []wire.Region) ([]wire.Merged, error) {
	return merged(len(rows))
}

func (s *recorder) PutStores(_ context.Context, rows []wire.Store) ([]wire.Merged, error) {
	s.stores = append(s.stores, rows...)
	return merged(len(rows))
}

func (s *recorder) PutCategories(_ context.Context, rows []wire.Category) ([]wire.Merged, error) {
	return merged(len(rows))
}

func (s *recorder) PutProducts(_ context.Context, rows []wire.Product) ([]wire.Merged, error) {
	s.products = append(s.products, rows...)
	return merged(len(rows))
}

func (s *recorder) PutMembers(_ context.Context, rows []wire.Member) ([]wire.Merged, error) {
	s.members = append(s.members, rows...)
	return merged(len(rows))
}

func (s *recorder) MoveStock(_ context.Context, moves []wire.StockMove) ([]wire.StockRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range moves {
		if s.keys[m.Key]++; s.keys[m.Key] == 1 {
			s.moves = append(s.moves, m)
		}
	}
	return make([]wire.StockRow, len(moves)), nil
}

func (s *recorder) PlaceOrders(_ context.Context, rows []wire.OrderRow) ([]wire.Row, error) {
	return s.record(len(rows), func(i int) string { return rows[i].Key },
		func(i int) { s.orders = append(s.orders, rows[i]) })
}

func (s *recorder) Refunds(_ context.Context, rows []wire.RefundRow) ([]wire.Row, error) {
	return s.record(len(rows), func(i int) string { return rows[i].Key },
		func(i int) { s.refunds = append(s.refunds, rows[i]) })
}

func (s *recorder) record(n int, key func(int) string, keep func(int)) ([]wire.Row, error) {
	s.mu.Lock()
	s.calls++
	s.flying++
	s.highest = max(s.highest, s.flying)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.flying--
		s.mu.Unlock()
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failAfter > 0 && s.documents >= s.failAfter {
		return nil, errDown
	}
	s.most = max(s.most, n)
	out := make([]wire.Row, n)
	for i := range out {
		k := key(i)
		if p := s.refuse[k]; p != nil {
			out[i] = wire.Row{Status: p.Status, Problem: p}
			continue
		}
		s.keys[k]++
		out[i] = wire.Row{Status: 201, Order: &wire.Placed{ID: 1, Replayed: s.keys[k] > 1}}
		if s.keys[k] == 1 {
			s.documents++
			keep(i)
		}
	}
	return out, nil
}
