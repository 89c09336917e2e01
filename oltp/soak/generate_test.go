package soak_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/retail"
)

// generator makes the operations of one caller. Its orders and transfers are its own, so that what becomes
// of each is known whatever the others do; the goods are everybody's.
type generator struct {
	rng    *rand.Rand
	model  *model
	stores []retail.StoreID
	skus   []retail.SKUID
	// alone says that nobody else is at work: then stores are counted, too.
	alone bool

	orders    []retail.OrderID
	transfers []int64
	// sent are keyed operations to be sent again.
	sent []op
}

// maxKnown bounds the orders and transfers that a caller goes on with; the oldest are left in peace.
const maxKnown = 300

// list makes n operations, of which no two touch the same order or transfer.
func (g *generator) list(n int) []op {
	g.orders = g.orders[max(0, len(g.orders)-maxKnown):]
	g.transfers = g.transfers[max(0, len(g.transfers)-maxKnown/10):]
	busy := map[any]bool{}
	ops := make([]op, 0, n)
	for len(ops) < n {
		o, ok := g.one()
		if !ok || o.Order != 0 && busy[o.Order] || o.Transfer != 0 && busy[o.Transfer] {
			continue
		}
		if o.Order != 0 {
			busy[o.Order] = true
		}
		if o.Transfer != 0 {
			busy[o.Transfer] = true
		}
		if o.Key != (order.Key{}) && g.rng.IntN(10) == 0 {
			g.sent = append(g.sent, o)
		}
		ops = append(ops, o)
	}
	// Neighbours of one kind go in one call, as a busy shop's do.
	slices.SortStableFunc(ops, func(a, b op) int { return int(a.Kind) - int(b.Kind) })
	return ops
}

func (g *generator) one() (op, bool) {
	switch dice := g.rng.IntN(100); {
	case dice < 42:
		return g.place(), true
	case dice < 64:
		return g.step()
	case dice < 74:
		return g.refund()
	case dice < 84:
		return g.move(), true
	case dice < 87:
		return g.draft(), true
	case dice < 94:
		return g.transfer()
	case dice < 96 && g.alone:
		return g.count(), true
	case len(g.sent) > 0:
		o := g.sent[0]
		g.sent = g.sent[1:]
		return o, true
	}
	return op{}, false
}

func (g *generator) key() (k order.Key) {
	binary.LittleEndian.PutUint64(k[:8], g.rng.Uint64())
	binary.LittleEndian.PutUint64(k[8:], g.rng.Uint64()|1)
	return k
}

func (g *generator) store() retail.StoreID { return g.stores[g.rng.IntN(len(g.stores))] }

func (g *generator) sku() retail.SKUID { return g.skus[g.rng.IntN(len(g.skus))] }

// place is a cart: one line, the same SKU twice, or a bundle of everything.
func (g *generator) place() op {
	o := op{Kind: opPlace, Key: g.key(), Store: g.store(), Paid: g.rng.IntN(3) > 0,
		Way: retail.CarryOut + retail.Fulfilment(g.rng.IntN(4))}
	add := func(sku retail.SKUID, most int) {
		o.Lines = append(o.Lines, opLine{No: len(o.Lines) + 1, SKU: sku, Qty: int32(1 + g.rng.IntN(most))})
	}
	switch g.rng.IntN(6) {
	case 0:
		for _, sku := range g.skus {
			add(sku, 2)
		}
	case 1:
		sku := g.sku()
		add(sku, 4)
		add(g.sku(), 2)
		add(sku, 4)
	default:
		for range 1 + g.rng.IntN(3) {
			add(g.sku(), 4)
		}
	}
	return o
}

func (g *generator) known() (*sold, bool) {
	if len(g.orders) == 0 {
		return nil, false
	}
	g.model.mu.Lock()
	defer g.model.mu.Unlock()
	s := g.model.orders[g.orders[g.rng.IntN(len(g.orders))]]
	return s, s != nil
}

func (g *generator) step() (op, bool) {
	s, ok := g.known()
	if !ok {
		return op{}, false
	}
	steps := []order.StepKind{order.Pay, order.Pay, order.Cancel, order.Ship, order.Complete, order.Pick,
		order.MakeReady, order.Deliver, order.Expire}
	return op{Kind: opStep, Order: s.id, Store: s.store, Step: steps[g.rng.IntN(len(steps))]}, true
}

func (g *generator) refund() (op, bool) {
	s, ok := g.known()
	if !ok {
		return op{}, false
	}
	o := op{Kind: opRefund, Key: g.key(), Order: s.id, Restock: g.rng.IntN(2) == 0}
	if g.rng.IntN(3) > 0 {
		o.Lines = []opLine{{No: 1 + g.rng.IntN(len(s.lines)), Qty: int32(1 + g.rng.IntN(3))}}
	}
	return o, true
}

func (g *generator) move() op {
	o := op{Kind: opMove, Key: g.key(), Store: g.store(), Move: retail.Receive,
		Lines: []opLine{{SKU: g.sku(), Qty: int32(1 + g.rng.IntN(40))}}}
	switch g.rng.IntN(6) {
	case 0:
		o.Move, o.Lines[0].Qty = retail.StockLoss, -1-int32(g.rng.IntN(5))
	case 1:
		o.Move, o.Lines[0].Qty = retail.Damage, -1-int32(g.rng.IntN(3))
	case 2:
		o.Move, o.Lines[0].Qty = retail.Adjust, -1-int32(g.rng.IntN(10))
	}
	return o
}

// some is a few distinct SKUs in ascending order.
func (g *generator) some() []retail.SKUID {
	skus := slices.Clone(g.skus)
	g.rng.Shuffle(len(skus), func(i, j int) { skus[i], skus[j] = skus[j], skus[i] })
	skus = skus[:1+g.rng.IntN(3)]
	slices.Sort(skus)
	return skus
}

func (g *generator) draft() op {
	o := op{Kind: opDraft, Key: g.key(), Store: g.store()}
	for o.To = g.store(); o.To == o.Store; {
		o.To = g.store()
	}
	for i, sku := range g.some() {
		o.Lines = append(o.Lines, opLine{No: i + 1, SKU: sku, Qty: int32(1 + g.rng.IntN(8))})
	}
	return o
}

// transfer is the next step of a transfer, at times a wrong one; one in three receipts is short.
func (g *generator) transfer() (op, bool) {
	if len(g.transfers) == 0 {
		return op{}, false
	}
	g.model.mu.Lock()
	defer g.model.mu.Unlock()
	t := g.model.transfers[g.transfers[g.rng.IntN(len(g.transfers))]]
	if t == nil {
		return op{}, false
	}
	o := op{Kind: opTransfer, Transfer: t.id, State: min(t.state+1, transfer.Received),
		Lines: slices.Clone(t.lines)}
	switch g.rng.IntN(12) {
	case 0:
		o.State = transfer.Cancelled
	case 1:
		o.State = transfer.Shipped
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Got = l.Qty; g.rng.IntN(3) == 0 {
			l.Got = int32(g.rng.IntN(int(l.Qty) + 1))
			l.Claimed = int32(g.rng.IntN(int(l.Qty-l.Got) + 1))
		}
	}
	return o, true
}

func (g *generator) count() op {
	o := op{Kind: opCount, Key: g.key(), Store: g.store()}
	for _, sku := range g.some() {
		o.Lines = append(o.Lines, opLine{SKU: sku, Qty: int32(g.rng.IntN(30))})
	}
	return o
}
