package order

import (
	"cmp"
	"slices"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// maxChanges is how many ledger entries one StockMoved carries at most; with the longest reasons that
// stays below event.MaxBytes. A store with more in one transaction gets several.
const maxChanges = 2_000

// encoder writes the events of a batch into one packet. It reuses its messages: once warm, encoding
// allocates nothing.
type encoder struct {
	packet []byte
	wire   []byte
	err    error
	// mark is the trace of the event that is framed next.
	mark trace.Mark

	placedMsg   event.OrderPlaced
	paidMsg     event.OrderPaid
	refundedMsg event.OrderRefunded
	stockMsg    event.StockMoved
	at          event.StoreTime

	lines   []*event.OrderLine
	changes []*event.StockChange
	byStore []int32
}

func (e *encoder) reset() { e.packet, e.err = e.packet[:0], nil }

// frame appends an event of a store. What it is given was checked on the way in, so an event that does
// not encode is a bug; the batch then fails instead of committing without its event.
func (e *encoder) frame(kind event.Kind, store retail.StoreID, m event.Message) {
	wire, err := event.Append(e.wire[:0], m)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.wire = wire
	if e.mark.Traced() {
		e.packet = event.AppendTrace(e.packet, e.mark)
	}
	e.packet = event.AppendFrame(e.packet, event.Frame{Kind: kind, Key: int64(store), Wire: wire})
}

// room returns n reusable lines.
func (e *encoder) room(n int) []*event.OrderLine {
	for len(e.lines) < n {
		e.lines = append(e.lines, new(event.OrderLine))
	}
	return e.lines[:n]
}

func (e *encoder) line(i int, l *retail.Line) {
	m := e.lines[i]
	m.LineNo, m.SkuId, m.CategoryId = int32(l.No), int64(l.SKU), int32(l.Category)
	m.Kind, m.Qty = event.LineKind(l.Kind), l.Qty
	m.UnitPriceFen, m.GrossFen, m.DiscountFen = int64(l.UnitPrice), int64(l.Gross), int64(l.Discount)
	m.NetFen, m.CouponDiscountFen, m.CostFen = int64(l.Net), int64(l.CouponDiscount), int64(l.Cost)
}

func (e *encoder) placed(p *placing) {
	o, m := &p.order, &e.placedMsg
	m.Lines = e.room(len(o.Lines))
	for i := range o.Lines {
		e.line(i, &o.Lines[i])
	}
	p.at.fill(&e.at)
	m.OrderId, m.StoreId, m.MemberId = int64(o.ID), int32(o.Store), int64(o.Member)
	m.Channel, m.Fulfilment = event.Channel(o.Channel), event.Fulfilment(o.Fulfilment)
	m.PlacedAt = &e.at
	m.GrossFen, m.DiscountFen, m.NetFen = int64(p.gross), int64(p.disc), int64(p.gross-p.disc)
	m.Paid, m.PaymentMethod, m.State = p.paid, o.PaymentMethod, event.OrderState(p.state)
	m.ExternalRef, m.Simulated, m.CampaignId = o.ExternalRef, o.Simulated, int32(o.Campaign)
	e.frame(event.KindOrderPlaced, o.Store, m)
}

// advanced writes the event of a step that an order has just taken.
func (e *encoder) advanced(a *advancing, o *Standing, at moment, wasPaid bool) {
	at.fill(&e.at)
	net := int64(o.Gross - o.Discount)
	channel, fulfilment := event.Channel(o.Channel), event.Fulfilment(o.Fulfilment)
	switch a.step.Kind {
	case Pay:
		e.paid(o)
	case Cancel, Expire:
		e.cancelled(o, at, a.step.Reason, wasPaid)
	case Pick:
		e.frame(event.KindOrderPicking, o.Store, &event.OrderPicking{
			OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member), Channel: channel,
			Fulfilment: fulfilment, PickingAt: &e.at, PlacedUnixUs: o.PlacedUS, NetFen: net,
			Simulated: o.Simulated,
		})
	case MakeReady:
		e.frame(event.KindOrderReady, o.Store, &event.OrderReady{
			OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member), Channel: channel,
			Fulfilment: fulfilment, ReadyAt: &e.at, PlacedUnixUs: o.PlacedUS, NetFen: net,
			Simulated: o.Simulated,
		})
	case Deliver:
		e.frame(event.KindOrderDelivering, o.Store, &event.OrderDelivering{
			OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member), Channel: channel,
			Fulfilment: fulfilment, DeliveringAt: &e.at, PlacedUnixUs: o.PlacedUS, NetFen: net,
			Simulated: o.Simulated,
		})
	case Ship:
		e.frame(event.KindOrderShipped, o.Store, &event.OrderShipped{
			OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member), Channel: channel,
			Fulfilment: fulfilment, ShippedAt: &e.at, PlacedUnixUs: o.PlacedUS, NetFen: net,
			Simulated: o.Simulated,
		})
	case Complete:
		e.frame(event.KindOrderCompleted, o.Store, &event.OrderCompleted{
			OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member), Channel: channel,
			Fulfilment: fulfilment, CompletedAt: &e.at, PlacedUnixUs: o.PlacedUS, NetFen: net,
			Simulated: o.Simulated,
		})
	}
}

func (e *encoder) cancelled(o *Standing, at moment, reason string, wasPaid bool) {
	at.fill(&e.at)
	e.frame(event.KindOrderCancelled, o.Store, &event.OrderCancelled{
		OrderId: int64(o.ID), StoreId: int32(o.Store), MemberId: int64(o.Member),
		Channel: event.Channel(o.Channel), CancelledAt: &e.at, Reason: reason,
		NetFen: int64(o.Gross - o.Discount), Simulated: o.Simulated, Paid: wasPaid,
	})
}

func (e *encoder) paid(o *Standing) {
	m := &e.paidMsg
	m.Lines = e.room(len(o.lines))
	for i := range o.lines {
		e.line(i, &o.lines[i].Line)
	}
	m.OrderId, m.StoreId, m.MemberId = int64(o.ID), int32(o.Store), int64(o.Member)
	m.Channel, m.Fulfilment = event.Channel(o.Channel), event.Fulfilment(o.Fulfilment)
	m.PaidAt, m.PlacedUnixUs = &e.at, o.PlacedUS
	m.GrossFen, m.DiscountFen, m.NetFen = int64(o.Gross), int64(o.Discount), int64(o.Gross-o.Discount)
	m.PaymentMethod, m.ExternalRef = o.PaymentMethod, o.ExternalRef
	m.Simulated, m.CampaignId = o.Simulated, int32(o.Campaign)
	e.frame(event.KindOrderPaid, o.Store, m)
}

func (e *encoder) refunded(r *refunding, o *Standing, at moment) {
	m := &e.refundedMsg
	m.Lines = e.room(len(r.back))
	for i := range r.back {
		e.line(i, &r.back[i])
	}
	at.fill(&e.at)
	m.RefundId, m.OrderId = int64(r.result.ID), int64(o.ID)
	m.StoreId, m.MemberId, m.Channel = int32(o.Store), int64(o.Member), event.Channel(o.Channel)
	m.RefundedAt = &e.at
	m.GrossFen, m.DiscountFen = int64(r.result.Gross), int64(r.result.Discount)
	m.NetFen, m.Reason, m.State = int64(r.result.Net), r.refund.Reason, event.OrderState(o.State)
	m.ExternalRef, m.Simulated = r.refund.ExternalRef, o.Simulated
	m.CampaignId, m.Fulfilment = int32(o.Campaign), event.Fulfilment(o.Fulfilment)
	e.frame(event.KindOrderRefunded, o.Store, m)
}

// stock writes the ledger entries, store by store and within a store in their order.
func (e *encoder) stock(s *shelf) {
	e.byStore = e.byStore[:0]
	for i := range s.entries {
		e.byStore = append(e.byStore, int32(i))
	}
	group := func(i int32) (retail.StoreID, int64) {
		return s.slots[s.entries[i].slot].Store, flag(s.entries[i].simulated)
	}
	slices.SortStableFunc(e.byStore, func(i, j int32) int {
		si, mi := group(i)
		sj, mj := group(j)
		return cmp.Or(cmp.Compare(si, sj), cmp.Compare(mi, mj), cmp.Compare(i, j))
	})
	for from := 0; from < len(e.byStore); {
		store, simulated := group(e.byStore[from])
		to := from
		for to < len(e.byStore) && to-from < maxChanges {
			if st, sim := group(e.byStore[to]); st != store || sim != simulated {
				break
			}
			e.change(to-from, s, e.byStore[to])
			to++
		}
		e.stockMsg.StoreId, e.stockMsg.Simulated = int32(store), simulated == 1
		e.stockMsg.Changes = e.changes[:to-from]
		e.frame(event.KindStockMoved, store, &e.stockMsg)
		from = to
	}
}

func (e *encoder) change(n int, s *shelf, i int32) {
	if n == len(e.changes) {
		e.changes = append(e.changes, &event.StockChange{MovedAt: new(event.StoreTime)})
	}
	in, m := &s.entries[i], e.changes[n]
	in.at.fill(m.MovedAt)
	m.SkuId, m.CategoryId = int64(s.slots[in.slot].SKU), int32(in.category)
	m.Kind = event.StockMoveKind(in.kind)
	m.OnHandDelta, m.ReservedDelta = in.onHandDelta, in.resDelta
	m.OnHand, m.Reserved, m.Version = in.onHand, in.reserved, in.version
	m.RefId, m.Reason = int64(in.ref), in.reason
}
