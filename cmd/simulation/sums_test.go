//go:build synctests

package simulation_test

import (
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
)

// cell names one number of a rollup: what is counted, and for which day, store, minute and channel;
// or, by category of goods, for which day, store, category and channel. A distinct count has one cell
// for each member, product, visitor or session.
type cell struct {
	what     string
	day      int32
	store    int32
	place    int64
	channel  int32
	distinct int64
}

// sums are rollups as the warehouse's views make them.
type sums map[cell]int64

func (s sums) add(what string, c cell, n int64) {
	c.what = what
	s[c] += n
}

// seen counts one of many once.
func (s sums) seen(what string, c cell, id int64) {
	if id == 0 {
		return
	}
	c.what, c.distinct = what, id
	s[c] = 1
}

// merge adds the sums of one batch, as an aggregating table does.
func (s sums) merge(more sums) {
	for c, n := range more {
		if c.distinct != 0 {
			s[c] = 1
		} else {
			s[c] += n
		}
	}
}

const minuteUS = 60_000_000

// orderLines fills the rollups by minute and by category from columns.
func (s sums) orderLines(t *fact.OrderLines) {
	for i := range t.Len() {
		at := cell{day: t.Day[i], store: t.Store[i], channel: int32(t.Channel[i])}
		minute, category := at, at
		minute.place, category.place = t.At[i]/minuteUS, int64(t.Category[i])
		l := line{
			refund: t.Doc[i] == build.DocRefund, first: t.First[i] == 1, kind: retail.LineKind(t.Kind[i]),
			qty: int64(t.Qty[i]), gross: t.Gross[i], discount: t.Discount[i], net: t.Net[i],
			coupon: t.CouponDiscount[i], cost: t.Cost[i], member: t.Member[i], sku: t.SKU[i],
		}
		s.line("minute ", minute, l)
		s.line("category ", category, l)
	}
}

// line is what the sums need of a line of a sale or refund.
type line struct {
	refund, first                           bool
	kind                                    retail.LineKind
	qty, gross, discount, net, coupon, cost int64
	member, sku                             int64
}

func (s sums) line(view string, c cell, l line) {
	doc, sign := "sale ", int64(1)
	if l.refund {
		doc, sign = "refund ", -1
	}
	s.add(view+doc+"gross", c, l.gross)
	s.add(view+doc+"discount", c, l.discount)
	s.add(view+doc+"coupon", c, l.coupon)
	s.add(view+doc+"net", c, l.net)
	s.add(view+doc+"cost", c, l.cost)
	s.add(view+doc+"lines", c, 1)
	if l.first {
		s.add(view+doc+"documents", c, 1)
	}
	switch l.kind {
	case retail.Sale:
		s.add(view+doc+"units", c, l.qty)
	case retail.Adjustment:
		s.add(view+"adjustments", c, sign*l.net)
	case retail.StockWriteOff:
		s.add(view+"written off units", c, -sign*l.qty)
	case retail.WriteOff:
		s.add(view+"write-offs", c, sign*l.net)
	}
	if !l.refund {
		s.seen(view+"buyers", c, l.member)
		s.seen(view+"products", c, l.sku)
	}
}

// behaviours fills the rollup by minute from columns.
func (s sums) behaviours(t *fact.Behaviours) {
	for i := range t.Len() {
		s.act(cell{day: t.Day[i], store: t.Store[i], place: t.At[i] / minuteUS,
			channel: int32(t.Channel[i])}, event.Kind(t.Kind[i]), t.Visitor[i], t.Session[i])
	}
}

func (s sums) act(c cell, kind event.Kind, visitor, session uint64) {
	s.add(kind.String(), c, 1)
	s.seen("visitors", c, int64(visitor))
	s.seen("sessions", c, int64(session))
}

// stockMoves fills the movement of stock by day from columns.
func (s sums) stockMoves(t *fact.StockMoves) {
	for i := range t.Len() {
		s.add("on hand", cell{day: t.Day[i], store: t.Store[i], place: t.SKU[i]},
			int64(t.OnHandDelta[i]))
	}
}
