package postgres

import (
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

func (t *transaction) updateLevels(levels []retail.StockLevel) {
	if len(levels) == 0 {
		return
	}
	places := make([]place, len(levels))
	for i := range levels {
		places[i] = t.levelPlaces[levels[i].StockKey]
	}
	t.params.places(places)
	t.amounts(levels)
	t.queue("update_stock", nil)
}

func (t *transaction) insertLevels(levels []retail.StockLevel) {
	if len(levels) == 0 {
		return
	}
	stores, skus := make([]int32, len(levels)), make([]int64, len(levels))
	for i, l := range levels {
		stores[i], skus[i] = int32(l.Store), int64(l.SKU)
	}
	t.params.int4s(stores)
	t.params.int8s(skus)
	t.amounts(levels)
	t.queue("insert_stock", nil)
}

func (t *transaction) amounts(levels []retail.StockLevel) {
	n := len(levels)
	onHand, reserved, versions := make([]int32, n), make([]int32, n), make([]int64, n)
	for i, l := range levels {
		onHand[i], reserved[i], versions[i] = l.OnHand, l.Reserved, l.Version
	}
	t.params.int4s(onHand)
	t.params.int4s(reserved)
	t.params.int8s(versions)
}

func (t *transaction) orders(e *order.Effects) {
	p := t.params
	if o := &e.Orders; len(o.ID) > 0 {
		p.int8s(o.ID)
		p.keys(o.Key)
		p.int8s(o.Hash)
		p.int8s(o.Member)
		p.times(o.Placed)
		p.times(o.Paid)
		p.int8s(o.Gross)
		p.int8s(o.Discount)
		p.int4s(o.Store)
		p.int4s(o.Campaign)
		p.days(o.SaleDay, o.Paid)
		p.int2s(o.Channel)
		p.int2s(o.Fulfilment)
		p.int2s(o.State)
		p.bools(o.Simulated)
		p.texts(o.PaymentMethod, false)
		p.texts(o.ExternalRef, false)
		t.queue("insert_orders", nil)
		t.orderLines(&e.Lines)
	}
	if s := &e.States; len(s.ID) > 0 {
		places := make([]place, len(s.ID))
		for i, id := range s.ID {
			places[i] = t.orderPlaces[retail.OrderID(id)]
		}
		p.places(places)
		p.int2s(s.State)
		p.times(s.Paid)
		p.days(s.SaleDay, s.Paid)
		p.texts(s.PaymentMethod, false)
		t.queue("update_orders", nil)
	}
}

func (t *transaction) orderLines(l *order.LineRows) {
	p := t.params
	p.int8s(l.Order)
	p.int8s(l.SKU)
	p.int8s(l.UnitPrice)
	p.int8s(l.Gross)
	p.int8s(l.Discount)
	p.int8s(l.CouponDiscount)
	p.int8s(l.Cost)
	p.int4s(l.Category)
	p.int4s(l.Qty)
	p.int2s(l.No)
	p.int2s(l.Kind)
	p.texts(l.Reason, true)
	t.queue("insert_order_lines", nil)
}

func (t *transaction) refunds(e *order.Effects) {
	r, l, p := &e.Refunds, &e.RefundLines, t.params
	if len(r.ID) == 0 {
		return
	}
	p.int8s(r.ID)
	p.keys(r.Key)
	p.int8s(r.Hash)
	p.int8s(r.Order)
	p.int8s(r.Member)
	p.times(r.Refunded)
	p.int8s(r.Gross)
	p.int8s(r.Discount)
	p.int4s(r.Store)
	p.days(r.Day, nil)
	p.int2s(r.Channel)
	p.int2s(r.State)
	p.bools(r.Simulated)
	p.texts(r.Reason, false)
	p.texts(r.ExternalRef, false)
	t.queue("insert_refunds", nil)

	p.int8s(l.Refund)
	p.int8s(l.Order)
	p.int8s(l.SKU)
	p.int8s(l.Gross)
	p.int8s(l.Discount)
	p.int8s(l.Cost)
	p.int4s(l.Category)
	p.int4s(l.Qty)
	p.int2s(l.No)
	p.int2s(l.OrderLine)
	p.int2s(l.Kind)
	t.queue("insert_refund_lines", nil)
}

func (t *transaction) moves(m *order.MoveRows) {
	if len(m.SKU) == 0 {
		return
	}
	p := t.params
	p.int8s(m.SKU)
	p.int8s(m.Version)
	p.int8s(m.Ref)
	p.times(m.At)
	p.int4s(m.Store)
	p.int4s(m.OnHandDelta)
	p.int4s(m.ReservedDelta)
	p.int4s(m.OnHand)
	p.int4s(m.Reserved)
	p.int2s(m.Kind)
	p.bools(m.Simulated)
	p.keys(m.Key)
	p.texts(m.Reason, true)
	t.queue("insert_moves", nil)
}
