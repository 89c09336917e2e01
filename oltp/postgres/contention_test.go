package postgres_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// TestNothingIsOversold lets two instances of the service, which know nothing of each other, sell the
// same few pieces to many callers.
func TestNothingIsOversold(t *testing.T) {
	a := openShop(t, 3, 2)
	b := openShopAt(t, a.dsn, 3, 2, order.Config{})
	const pieces = 300
	for store := range 3 {
		a.receive(store, 0, pieces)
		a.receive(store, 1, pieces)
	}
	var sold [3][2]atomic.Int64
	var group sync.WaitGroup
	for c := range 32 {
		rng := rand.New(rand.NewPCG(1, uint64(c)))
		shop := []*shop{a, b}[c%2]
		group.Go(func() {
			for range 60 {
				store, x, y := rng.IntN(3), rng.IntN(2), rng.IntN(2)
				r := shop.sale(store, x, 1)
				r.Lines = append(r.Lines, shop.line(y, 1))
				var short *order.Short
				switch got := shop.place(r); {
				case got.Err == nil:
					sold[store][x].Add(1)
					sold[store][y].Add(1)
				case !errors.As(got.Err, &short):
					t.Error(got.Err)
				}
			}
		})
	}
	group.Wait()
	for store := range sold {
		for sku := range sold[store] {
			a.wantLevel(store, sku, int32(pieces-sold[store][sku].Load()), 0)
		}
	}
	a.wantNoDrift()
}

// TestTenThousandRetriesMakeOneOrder sends one order 10,000 times at once, through two instances.
func TestTenThousandRetriesMakeOneOrder(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	a.receive(0, 0, 10)
	b.receive(0, 0, 10) // both know the goods
	var ids sync.Map
	var fresh atomic.Int64
	var group sync.WaitGroup
	for c := range 10_000 {
		shop := []*shop{a, b}[c%2]
		group.Go(func() {
			r := shop.sale(0, 0, 1)
			r.Key = order.NewKey("till", "the same")
			got := shop.place(r)
			if got.Err != nil {
				t.Error(got.Err)
			}
			if !got.Replayed {
				fresh.Add(1)
			}
			ids.Store(got.ID, true)
		})
	}
	group.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 1 || fresh.Load() != 1 {
		t.Errorf("%d orders, %d of them called new; want one", n, fresh.Load())
	}
	a.wantLevel(0, 0, 19, 0)
	a.wantNoDrift()
}

// TestStockIsConserved runs thousands of random operations from a seed and then compares every level
// with its ledger, and the ledger with what was answered.
func TestStockIsConserved(t *testing.T) {
	const seed, rounds, bulk = 20261123, 150, 24
	s := openShop(t, 4, 6)
	rng := rand.New(rand.NewPCG(seed, 0))
	var orders []retail.OrderID
	var net, back retail.Money
	for round := range rounds {
		switch round % 5 {
		case 0:
			s.Move(t.Context(), s.randomMoves(rng, bulk))
		case 1, 2:
			for _, r := range s.Place(t.Context(), s.randomOrders(rng, bulk)) {
				if r.Err == nil {
					orders = append(orders, r.ID)
					net += paidNow(r)
				} else if !errors.As(r.Err, new(*order.Short)) {
					t.Fatalf("seed %d: %v", seed, r.Err)
				}
			}
		case 3:
			steps := make([]order.Step, bulk)
			for i := range steps {
				steps[i] = order.Step{Kind: order.Pay + order.StepKind(rng.IntN(7)),
					Order: pick(rng, orders)}
			}
			for i, r := range s.Advance(t.Context(), steps) {
				if r.Err == nil && !r.Replayed && steps[i].Kind == order.Pay {
					net += r.Net
				}
			}
		case 4:
			for _, r := range s.Refund(t.Context(), s.randomRefunds(rng, orders, bulk)) {
				if r.Err == nil {
					back += r.Net
				}
			}
		}
	}
	s.wantNoDrift()
	totals, err := s.db.Ledger().Totals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	back += ask[retail.Money](t, s.dsn, // what cancelling paid orders gave back
		"SELECT coalesce(sum(gross - discount), 0)::int8 FROM refund WHERE state = 5")
	for _, day := range totals {
		net, back = net-day.Net, back-day.RefundNet
	}
	if net != 0 || back != 0 {
		t.Errorf("seed %d: the books miss %v of sales and %v of refunds", seed, net, back)
	}
}

func paidNow(r order.Result) retail.Money {
	if r.State == retail.PendingPayment {
		return 0
	}
	return r.Net
}

func pick(rng *rand.Rand, ids []retail.OrderID) retail.OrderID {
	if len(ids) == 0 {
		return 1
	}
	return ids[rng.IntN(len(ids))]
}

func (s *shop) randomMoves(rng *rand.Rand, n int) []stock.Move {
	kinds := []retail.StockMoveKind{retail.Receive, retail.Receive, retail.Adjust, retail.StockLoss}
	moves := make([]stock.Move, n)
	for i := range moves {
		m := stock.Move{StockKey: s.key(rng.IntN(len(s.stores)), rng.IntN(len(s.skus))),
			Kind: kinds[rng.IntN(len(kinds))], Qty: int32(1 + rng.IntN(30)), Reason: "count"}
		if m.Kind == retail.StockLoss || m.Kind == retail.Adjust && rng.IntN(2) == 0 {
			m.Qty = -m.Qty
		}
		moves[i] = m
	}
	return moves
}

func (s *shop) randomOrders(rng *rand.Rand, n int) []order.Request {
	all := make([]order.Request, n)
	for i := range all {
		r := s.sale(rng.IntN(len(s.stores)), rng.IntN(len(s.skus)), 1+rng.IntN(4))
		for range rng.IntN(3) {
			r.Lines = append(r.Lines, s.line(rng.IntN(len(s.skus)), 1+rng.IntN(2)))
		}
		r.Lines[0].Discount = retail.Money(rng.IntN(999))
		r.Paid = rng.IntN(3) > 0
		r.Fulfilment = retail.CarryOut + retail.Fulfilment(rng.IntN(4))
		all[i] = r
	}
	return all
}

func (s *shop) randomRefunds(rng *rand.Rand, orders []retail.OrderID, n int) []order.Refund {
	all := make([]order.Refund, n)
	for i := range all {
		r := order.Refund{Order: pick(rng, orders), Restock: rng.IntN(2) == 0}
		switch rng.IntN(3) {
		case 0:
			r.Lines = []order.RefundLine{{No: 1, Qty: 1}}
		case 1:
			r.Lines = []order.RefundLine{{No: 1, Exact: true, Gross: 1}}
		}
		if rng.IntN(4) == 0 {
			r = order.Refund{Store: s.stores[0], Restock: true, Lines: []order.RefundLine{
				{SKU: s.skus[0], Qty: 1, Gross: 990}}}
		}
		all[i] = r
	}
	return all
}
