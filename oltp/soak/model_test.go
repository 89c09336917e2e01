package soak_test

import (
	"sync"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/retail"
)

// model is what the store must be like after the operations that were accepted. It knows the rules, but
// nothing of batches, keys in an index, locks or remembered levels.
type model struct {
	mu        sync.Mutex
	levels    map[retail.StockKey]*level
	orders    map[retail.OrderID]*sold
	transfers map[int64]*moving
	// done are the keyed operations that took effect, with the number that they made.
	done map[order.Key]int64
}

type level struct{ onHand, reserved int32 }

// sold is an order.
type sold struct {
	id    retail.OrderID
	store retail.StoreID
	way   retail.Fulfilment
	state retail.OrderState
	lines []soldLine
}

type soldLine struct {
	sku  retail.SKUID
	left int32
}

// moving is a transfer.
type moving struct {
	id       int64
	from, to retail.StoreID
	state    transfer.State
	lines    []opLine
}

func newModel() *model {
	return &model{levels: map[retail.StockKey]*level{}, orders: map[retail.OrderID]*sold{},
		transfers: map[int64]*moving{}, done: map[order.Key]int64{}}
}

func (m *model) at(store retail.StoreID, sku retail.SKUID) *level {
	key := retail.StockKey{Store: store, SKU: sku}
	l := m.levels[key]
	if l == nil {
		l = &level{}
		m.levels[key] = l
	}
	return l
}

// forecast is what an operation should be answered with, if nobody else is at work.
type forecast struct {
	class     string
	line      int
	available int32
	// placed is the order, or drafted the transfer, that waits for its number.
	placed  *sold
	drafted *moving
}

// take lets an operation take effect. With force it was accepted, whatever the levels here say: then
// others may have come first.
func (m *model) take(o *op, force bool) (f forecast) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if o.Key != (order.Key{}) {
		if _, again := m.done[o.Key]; again {
			return f
		}
		defer func() {
			if f.class == "" {
				m.done[o.Key] = 0
			}
		}()
	}
	switch o.Kind {
	case opPlace:
		return m.place(o, force)
	case opStep:
		return m.step(o)
	case opRefund:
		return m.refund(o)
	case opMove:
		return m.move(o, force)
	case opDraft:
		f.drafted = &moving{from: o.Store, to: o.To, state: transfer.Draft, lines: o.Lines}
		return f
	case opTransfer:
		return m.transfer(o, force)
	}
	return m.count(o)
}

func (m *model) place(o *op, force bool) (f forecast) {
	s := &sold{store: o.Store, way: o.Way, state: retail.PendingPayment}
	if o.Paid {
		s.state = retail.Paid
		if o.Way == retail.CarryOut {
			s.state = retail.Completed
		}
	}
	for i, l := range o.Lines {
		at := m.at(o.Store, l.SKU)
		if free := at.onHand - at.reserved; !force && free < l.Qty {
			for _, back := range o.Lines[:i] {
				m.hold(m.at(o.Store, back.SKU), s.state, -back.Qty)
			}
			return forecast{class: "short", line: i, available: free}
		}
		m.hold(at, s.state, l.Qty)
		s.lines = append(s.lines, soldLine{sku: l.SKU, left: l.Qty})
	}
	return forecast{placed: s}
}

// hold sells or reserves.
func (m *model) hold(at *level, state retail.OrderState, qty int32) {
	if state == retail.Completed {
		at.onHand -= qty
		return
	}
	at.reserved += qty
}

// target is the state that a step leads to.
func target(k order.StepKind) retail.OrderState {
	switch k {
	case order.Pay:
		return retail.Paid
	case order.Ship:
		return retail.Shipped
	case order.Complete:
		return retail.Completed
	case order.Pick:
		return retail.Picking
	case order.MakeReady:
		return retail.Ready
	case order.Deliver:
		return retail.Delivering
	}
	return retail.Cancelled
}

func (m *model) step(o *op) forecast {
	s, to := m.orders[o.Order], target(o.Step)
	switch {
	case s.state == to:
		return forecast{}
	case !s.state.CanBecome(to, s.way), o.Step == order.Expire && s.state != retail.PendingPayment:
		return forecast{class: "state"}
	}
	if s.state.HoldsGoods() && !to.HoldsGoods() {
		for i := range s.lines {
			l := &s.lines[i]
			at := m.at(s.store, l.sku)
			at.reserved -= l.left
			if to != retail.Cancelled {
				at.onHand -= l.left
				continue
			}
			if s.state == retail.Paid {
				l.left = 0
			}
		}
	}
	s.state = to
	return forecast{}
}

func (m *model) refund(o *op) forecast {
	s := m.orders[o.Order]
	if !s.state.CanBecome(retail.Refunded, s.way) {
		return forecast{class: "state"}
	}
	lines := o.Lines
	if len(lines) == 0 {
		for i, l := range s.lines {
			if l.left > 0 {
				lines = append(lines, opLine{No: i + 1, Qty: l.left})
			}
		}
	}
	if len(lines) == 0 {
		return forecast{class: "invalid"}
	}
	for _, l := range lines {
		if l.Qty > s.lines[l.No-1].left {
			return forecast{class: "invalid"}
		}
	}
	nothing := true
	for _, l := range lines {
		from := &s.lines[l.No-1]
		from.left -= l.Qty
		switch at := m.at(s.store, from.sku); {
		case s.state.HoldsGoods():
			at.reserved -= l.Qty
		case o.Restock:
			at.onHand += l.Qty
		}
	}
	for _, l := range s.lines {
		nothing = nothing && l.left == 0
	}
	if nothing {
		s.state = retail.Refunded
	}
	return forecast{}
}

func (m *model) move(o *op, force bool) forecast {
	at, qty := m.at(o.Store, o.Lines[0].SKU), o.Lines[0].Qty
	if free := at.onHand - at.reserved; !force && free+qty < 0 {
		return forecast{class: "short", line: -1, available: free}
	}
	at.onHand += qty
	return forecast{}
}

func (m *model) transfer(o *op, force bool) forecast {
	t := m.transfers[o.Transfer]
	before := map[transfer.State]transfer.State{transfer.Approved: transfer.Draft,
		transfer.Shipped: transfer.Approved, transfer.Received: transfer.Shipped}
	cancelled := o.State == transfer.Cancelled && (t.state == transfer.Draft || t.state == transfer.Approved)
	switch {
	case t.state == o.State:
		return forecast{}
	case !cancelled && before[o.State] != t.state:
		return forecast{class: "state"}
	}
	for i, l := range t.lines {
		switch o.State {
		case transfer.Shipped:
			at := m.at(t.from, l.SKU)
			if free := at.onHand - at.reserved; !force && free < l.Qty {
				for _, back := range t.lines[:i] {
					m.at(t.from, back.SKU).onHand += back.Qty
				}
				return forecast{class: "short", line: i, available: free}
			}
			at.onHand -= l.Qty
		case transfer.Received:
			m.at(t.to, l.SKU).onHand += o.Lines[i].Got
		}
	}
	t.state = o.State
	return forecast{}
}

func (m *model) count(o *op) forecast {
	for i, l := range o.Lines {
		if at := m.at(o.Store, l.SKU); l.Qty < at.reserved {
			return forecast{class: "short", line: i, available: at.onHand - at.reserved}
		}
	}
	for _, l := range o.Lines {
		m.at(o.Store, l.SKU).onHand = l.Qty
	}
	return forecast{}
}

// name gives what an operation made its number. It returns the number that the operation's key had made
// before, or 0.
func (m *model) name(o *op, f forecast, id int64) (before int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.placed != nil {
		f.placed.id = retail.OrderID(id)
		m.orders[f.placed.id] = f.placed
	}
	if f.drafted != nil {
		f.drafted.id = id
		m.transfers[id] = f.drafted
	}
	if o.Key != (order.Key{}) {
		before, m.done[o.Key] = m.done[o.Key], id
	}
	return before
}
