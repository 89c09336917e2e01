package build

import (
	"math"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

func lines(t *fact.OrderLines, d document) int {
	hour := uint8(d.at.LocalHour())
	for i, l := range d.lines {
		d.originPlace.origin(&t.Origin, i)
		first := uint8(0)
		if i == 0 {
			first = 1
		}
		t.Doc = append(t.Doc, d.doc)
		t.Order = append(t.Order, d.order)
		t.Document = append(t.Document, d.id)
		t.First = append(t.First, first)
		t.Line = append(t.Line, lineNo(l, i))
		t.Kind = append(t.Kind, octet(l.Kind))
		t.Store = append(t.Store, d.store)
		t.SKU = append(t.SKU, l.SkuId)
		t.Category = append(t.Category, l.CategoryId)
		t.Member = append(t.Member, d.member)
		t.Channel = append(t.Channel, d.channel)
		t.Fulfilment = append(t.Fulfilment, d.fulfilment)
		t.Campaign = append(t.Campaign, d.campaign)
		t.At = append(t.At, d.at.UnixUs)
		t.Day = append(t.Day, d.at.BusinessDay)
		t.LocalHour = append(t.LocalHour, hour)
		t.Qty = append(t.Qty, l.Qty)
		t.Gross = append(t.Gross, l.GrossFen)
		t.Discount = append(t.Discount, l.DiscountFen)
		t.Net = append(t.Net, l.NetFen)
		t.CouponDiscount = append(t.CouponDiscount, l.CouponDiscountFen)
		t.Cost = append(t.Cost, l.CostFen)
		t.Simulated = append(t.Simulated, d.simulated)
	}
	return len(d.lines)
}

// lineNo returns the line's own number or, where a producer gave none that fits, its place.
func lineNo(l *event.OrderLine, i int) uint16 {
	if l.LineNo < 1 || l.LineNo > math.MaxUint16 {
		return uint16(i + 1)
	}
	return uint16(l.LineNo)
}

type stepRow struct {
	kind          event.Kind
	state         uint8
	order, refund int64
	store         int32
	member        int64
	channel       uint8
	fulfilment    uint8
	campaign      int32
	at            *event.StoreTime
	placedUS      int64
	paid          bool
	lines         []*event.OrderLine
	net           int64
	ref, reason   string
	simulated     bool
}

func step(t *fact.OrderSteps, p Place, r stepRow) {
	p.origin(&t.Origin, 0)
	t.Order = append(t.Order, r.order)
	t.Refund = append(t.Refund, r.refund)
	t.Step = append(t.Step, uint8(r.kind))
	t.State = append(t.State, r.state)
	t.Store = append(t.Store, r.store)
	t.Member = append(t.Member, r.member)
	t.Channel = append(t.Channel, r.channel)
	t.Fulfilment = append(t.Fulfilment, r.fulfilment)
	t.Campaign = append(t.Campaign, r.campaign)
	t.At = append(t.At, r.at.UnixUs)
	t.Day = append(t.Day, r.at.BusinessDay)
	t.LocalHour = append(t.LocalHour, uint8(r.at.LocalHour()))
	t.Placed = append(t.Placed, r.placedUS)
	t.Paid = append(t.Paid, r.paid)
	t.Units = append(t.Units, units(r.lines))
	t.Lines = append(t.Lines, uint16(len(r.lines)))
	t.Net = append(t.Net, r.net)
	t.Ref = append(t.Ref, r.ref)
	t.Reason = append(t.Reason, r.reason)
	t.Simulated = append(t.Simulated, r.simulated)
}

// units counts the goods sold; adjustments and write-offs are no goods that a customer took.
func units(lines []*event.OrderLine) int32 {
	var n int64
	for _, l := range lines {
		if l.Kind == event.LineKind_LINE_KIND_SALE {
			n += int64(l.Qty)
		}
	}
	return int32(min(max(n, math.MinInt32), math.MaxInt32))
}
