package order

import (
	"slices"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
)

// action is one request on its way through a writer.
type action interface {
	// need adds what the action must see.
	need(b *batch)
	// decide settles the action: it notes its effects in the batch, or refuses the request and leaves
	// no trace. It may be called again with other sights.
	decide(b *batch)
	// fail refuses the request for a reason that is not its own.
	fail(err error)
	// lines is the weight of the action in queues and batches.
	lines() int
	// home is the action's store; where that is 0 it is the store of the order.
	home() (retail.StoreID, retail.OrderID)
}

// batch decides actions in the order of their arrival. It touches nothing but its own memory: given the
// same actions and sights it has the same effects. A writer reuses one batch for ever.
type batch struct {
	ask    Ask
	seen   Seen
	out    Effects
	shelf  shelf
	events encoder

	actions []action
	// first is the first of the numbers reserved for this batch, used how many are taken.
	first, used int64

	orders  map[Key]Before
	refunds map[Key]Before
	moves   map[Key]MoveBefore
	stands  map[retail.OrderID]*Standing
	papers  map[paperKey]int64
	safety  Safety
	// span is where the batch stands in the trace of the first order that is traced.
	span trace.Mark
}

// begin collects what the actions must see.
func (b *batch) begin(actions []action) {
	b.actions = actions
	b.ask.reset()
	b.shelf.reset()
	for _, a := range actions {
		a.need(b)
	}
	for i := range b.shelf.slots {
		b.ask.Stock = append(b.ask.Stock, b.shelf.slots[i].StockKey)
	}
	slices.SortFunc(b.ask.Stock, compareKeys)
	slices.Sort(b.ask.Orders)
	b.ask.Orders = slices.Compact(b.ask.Orders)
	b.askPapers()
}

// numbers is how many numbers the batch may take.
func (b *batch) numbers() int64 {
	return int64(len(b.ask.OrderKeys) + len(b.ask.RefundKeys))
}

// decide draws the consequences of what was seen. It starts afresh each time.
func (b *batch) decide() (*Effects, error) {
	b.out.reset()
	b.events.reset()
	b.used = 0
	b.recall()
	for _, a := range b.actions {
		a.decide(b)
	}
	b.shelf.effects(&b.out)
	b.events.stock(&b.shelf)
	b.alert()
	b.out.Packet, b.out.Doubtful = b.events.packet, b.shelf.refused
	return &b.out, b.events.err
}

// recall indexes what was seen.
func (b *batch) recall() {
	if b.orders == nil {
		b.orders, b.refunds = make(map[Key]Before), make(map[Key]Before)
		b.moves, b.stands = make(map[Key]MoveBefore), make(map[retail.OrderID]*Standing)
	}
	clear(b.orders)
	clear(b.refunds)
	clear(b.moves)
	clear(b.stands)
	b.shelf.reset()
	b.shelf.fill(b.seen.Levels)
	for _, r := range b.seen.OrdersBefore {
		b.orders[r.Key] = r
	}
	for _, r := range b.seen.RefundsBefore {
		b.refunds[r.Key] = r
	}
	for _, m := range b.seen.MovesBefore {
		b.moves[m.Key] = m
	}
	for i := range b.seen.Orders {
		b.stands[b.seen.Orders[i].ID] = &b.seen.Orders[i]
	}
	b.recallPapers()
	lines := b.seen.Lines
	for from := 0; from < len(lines); {
		to := from
		for to < len(lines) && lines[to].Order == lines[from].Order {
			to++
		}
		if o := b.stands[lines[from].Order]; o != nil {
			o.lines = lines[from:to]
		}
		from = to
	}
}

// number takes the next number for an order or a refund.
func (b *batch) number() retail.OrderID {
	id := b.first + b.used
	b.used++
	return retail.OrderID(id)
}

// replay answers a request from what was recorded under its key.
func (r Before) replay(hash int64) Result {
	if r.Hash != hash {
		return Result{Err: ErrKeyReused}
	}
	return Result{ID: r.ID, State: r.State, Gross: r.Gross, Discount: r.Discount,
		Net: r.Gross - r.Discount, Replayed: true}
}
