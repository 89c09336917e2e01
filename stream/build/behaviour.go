package build

import (
	"unsafe"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// AppendAct appends the rows that a behaviour event gives, and returns how many and when it happened, in
// microseconds since 1970. An impression gives one row for each product; their places count from 1. Texts
// in the rows alias the event's wire form, which must not change before the batch is reset.
func AppendAct(b *fact.Batch, p Place, a *event.Act) (rows int, atUS int64) {
	t := &b.Behaviours
	if len(a.SKUs) == 0 {
		act(t, p, 0, a, a.SKU, a.Position)
		return 1, a.At.UnixUS
	}
	for i, sku := range a.SKUs {
		act(t, p, i, a, sku, int32(i+1))
	}
	return len(a.SKUs), a.At.UnixUS
}

func act(t *fact.Behaviours, p Place, i int, a *event.Act, sku int64, place int32) {
	p.origin(&t.Origin, i)
	first := uint8(0)
	if i == 0 {
		first = 1
	}
	t.Kind = append(t.Kind, uint8(a.Kind))
	t.First = append(t.First, first)
	t.Store = append(t.Store, a.Store)
	t.SKU = append(t.SKU, sku)
	t.Visitor = append(t.Visitor, a.Visitor)
	t.Session = append(t.Session, a.Session)
	t.Member = append(t.Member, a.Member)
	t.Channel = append(t.Channel, octet(a.Channel))
	t.At = append(t.At, a.At.UnixUS)
	t.Day = append(t.Day, a.At.BusinessDay)
	t.LocalHour = append(t.LocalHour, uint8(a.At.LocalHour()))
	t.Qty = append(t.Qty, quantity(a))
	t.Results = append(t.Results, a.Results)
	t.Position = append(t.Position, place)
	t.Slot = append(t.Slot, alias(a.Slot))
	t.Query = append(t.Query, alias(a.Query))
	t.Attribution = append(t.Attribution, alias(a.Attribution))
	t.Shown.Add(a.Shown)
	t.Campaign = append(t.Campaign, a.Campaign)
	t.Coupon = append(t.Coupon, a.Coupon)
	t.Order = append(t.Order, a.Order)
	t.Discount = append(t.Discount, a.DiscountFen)
	t.Simulated = append(t.Simulated, a.Simulated)
}

// quantity of a favourite is 1, or -1 for one that is none any more.
func quantity(a *event.Act) int32 {
	switch {
	case a.Kind != event.KindFavourite:
		return a.Qty
	case a.Removed:
		return -1
	}
	return 1
}

// alias is the text without a copy.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
