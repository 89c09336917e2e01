package build

import (
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// act is the part of a behaviour row in which the kinds differ.
type act struct {
	sku, coupon, order, discount  int64
	qty, results, place, campaign int32
	slot, query, attribution      string
}

func behaviour(b *fact.Batch, p Place, kind event.Kind, m event.Message) (int, int64) {
	switch m := m.(type) {
	case *event.View:
		return visited(b, p, kind, m.Visit, act{sku: m.SkuId})
	case *event.Search:
		return visited(b, p, kind, m.Visit, act{query: m.Query, results: m.Results})
	case *event.AddToCart:
		return visited(b, p, kind, m.Visit, act{sku: m.SkuId, qty: m.Qty})
	case *event.Click:
		return visited(b, p, kind, m.Visit, act{
			sku: m.SkuId, slot: m.Slot, place: m.Position, attribution: m.AttributionId,
		})
	case *event.Impression:
		return shown(b, p, kind, m)
	case *event.CouponIssued:
		return visited(b, p, kind, m.Visit, act{coupon: m.CouponId, campaign: m.CampaignId})
	case *event.CouponRedeemed:
		return visited(b, p, kind, m.Visit, act{
			coupon: m.CouponId, campaign: m.CampaignId, order: m.OrderId, discount: m.DiscountFen,
		})
	}
	return 0, 0
}

// shown gives one row for each product; their places count from 1.
func shown(b *fact.Batch, p Place, kind event.Kind, m *event.Impression) (int, int64) {
	a := act{slot: m.Slot, attribution: m.AttributionId}
	if len(m.SkuIds) == 0 {
		return visited(b, p, kind, m.Visit, a)
	}
	for i, sku := range m.SkuIds {
		a.sku, a.place = sku, int32(i+1)
		row(&b.Behaviours, p, i, kind, m.Visit, a)
	}
	return len(m.SkuIds), m.Visit.At.UnixUs
}

func visited(b *fact.Batch, p Place, kind event.Kind, v *event.Visit, a act) (int, int64) {
	row(&b.Behaviours, p, 0, kind, v, a)
	return 1, v.At.UnixUs
}

func row(t *fact.Behaviours, p Place, i int, kind event.Kind, v *event.Visit, a act) {
	p.origin(&t.Origin, i)
	first := uint8(0)
	if i == 0 {
		first = 1
	}
	t.Kind = append(t.Kind, uint8(kind))
	t.First = append(t.First, first)
	t.Store = append(t.Store, v.StoreId)
	t.SKU = append(t.SKU, a.sku)
	t.Visitor = append(t.Visitor, v.VisitorId)
	t.Session = append(t.Session, v.SessionId)
	t.Member = append(t.Member, v.MemberId)
	t.Channel = append(t.Channel, octet(v.Channel))
	t.At = append(t.At, v.At.UnixUs)
	t.Day = append(t.Day, v.At.BusinessDay)
	t.LocalHour = append(t.LocalHour, uint8(v.At.LocalHour()))
	t.Qty = append(t.Qty, a.qty)
	t.Results = append(t.Results, a.results)
	t.Position = append(t.Position, a.place)
	t.Slot = append(t.Slot, a.slot)
	t.Query = append(t.Query, a.query)
	t.Attribution = append(t.Attribution, a.attribution)
	t.Campaign = append(t.Campaign, a.campaign)
	t.Coupon = append(t.Coupon, a.coupon)
	t.Order = append(t.Order, a.order)
	t.Discount = append(t.Discount, a.discount)
	t.Simulated = append(t.Simulated, v.Simulated)
}
