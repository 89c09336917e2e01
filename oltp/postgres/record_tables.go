package postgres

import (
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

func (t *transaction) updateLevels(levels []retail.StockLevel) {
	if len(levels) == 0 {
		return
	}
	rows := &t.levelRows
	rows.reset()
	for i := range levels {
		at := t.places[levels[i].StockKey]
		rows.add(&levels[i])
		rows.places, rows.seen = append(rows.places, at.place), append(rows.seen, at.version)
		rows.n = append(rows.n, int32(i))
	}
	t.columns.places(rows.places)
	t.int4s(rows.stores)
	t.int8s(rows.skus)
	t.int8s(rows.seen)
	t.int4s(rows.onHand)
	t.int4s(rows.reserved)
	t.int8s(rows.versions)
	t.int4s(rows.n)
	t.queue("update_stock", func(row [][]byte) {
		t.moved, t.movedTo = readInt4s(row[0], t.moved), readPlaces(row[1], t.movedTo)
	})
}

// levelRows are levels column by column.
type levelRows struct {
	places                      []place
	stores, onHand, reserved, n []int32
	skus, seen, versions        []int64
}

func (r *levelRows) reset() {
	r.places, r.stores, r.onHand, r.reserved = r.places[:0], r.stores[:0], r.onHand[:0], r.reserved[:0]
	r.n, r.skus, r.seen, r.versions = r.n[:0], r.skus[:0], r.seen[:0], r.versions[:0]
}

func (r *levelRows) add(l *retail.StockLevel) {
	r.stores, r.skus = append(r.stores, int32(l.Store)), append(r.skus, int64(l.SKU))
	r.onHand, r.reserved = append(r.onHand, l.OnHand), append(r.reserved, l.Reserved)
	r.versions = append(r.versions, l.Version)
}

func (t *transaction) insertLevels(levels []retail.StockLevel) {
	if len(levels) == 0 {
		return
	}
	rows := &t.levelRows
	rows.reset()
	for i := range levels {
		rows.add(&levels[i])
	}
	t.int4s(rows.stores)
	t.int8s(rows.skus)
	t.int4s(rows.onHand)
	t.int4s(rows.reserved)
	t.int8s(rows.versions)
	t.queue("insert_stock", nil)
}

func (t *transaction) orderRows(e *order.Effects) {
	p := &t.columns
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
			places[i] = t.orders[retail.OrderID(id)]
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
	p := &t.columns
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
	r, l, p := &e.Refunds, &e.RefundLines, &t.columns
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
	p := &t.columns
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
