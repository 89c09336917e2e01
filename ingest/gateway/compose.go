package gateway

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail/event"
)

// futureSlack is how far a client's clock may be ahead.
const futureSlack = 5 * time.Minute

// compose makes the fact of a row, resolving its codes. What is unknown is refused.
func (g *Gateway) compose(b *batch, i int, visitor uint64, now time.Time) event.Message {
	e := &b.rows[i]
	at := func(field string) string { return "[" + strconv.Itoa(i) + "]." + field }
	store, zone, ok := g.cfg.Directory.Store(e.store)
	if !ok {
		b.refuse(i, at("store"), strconv.Quote(e.store), "is not a known store")
	}
	if e.at.IsZero() {
		e.at = now
	} else if e.at.After(now.Add(futureSlack)) {
		b.refuse(i, at("at"), strconv.Quote(e.at.Format(time.RFC3339)),
			"lies in the future: it is "+now.UTC().Format(time.RFC3339)+" now")
	}
	member := g.member(b, i)
	skus := make([]int64, 0, max(1, len(e.skus)))
	sku := func(field, code string) {
		id, ok := g.cfg.Directory.SKU(code)
		if !ok {
			b.refuse(i, at(field), strconv.Quote(code), "is not a known SKU")
		}
		skus = append(skus, int64(id))
	}
	if e.given&fieldSKU != 0 {
		sku("sku", e.sku)
	}
	for n, code := range e.skus {
		sku(fmt.Sprintf("skus[%d]", n), code)
	}
	if e.form.required&fieldSKUs != 0 && len(skus) == 0 {
		b.refuse(i, at("skus"), "[]", "must hold at least one SKU")
	}
	if len(b.faults[i]) > 0 {
		return nil
	}
	g.attribute(e)
	return e.fact(&event.Visit{
		EventId: e.id[:], VisitorId: visitor, SessionId: g.pseudonym(sessionDomain, e.session),
		MemberId: int64(member), StoreId: int32(store), Channel: event.Channel(e.channel),
		At: event.At(e.at, zone), Simulated: e.simulated,
	}, skus)
}

// attribute opens the attribution of an event. One that was not sealed by us is left out of the event, which
// is a fact without it, too.
func (g *Gateway) attribute(e *row) {
	if e.given&fieldAttribution == 0 || g.cfg.Attributions == nil {
		return
	}
	var err error
	if e.shown, err = g.cfg.Attributions.Open(e.attribution); err != nil {
		e.attribution, e.shown, e.strange = "", nil, true
		g.stats.strange.Add(1)
	}
}

// fact makes the message of the row's type.
func (e *row) fact(v *event.Visit, skus []int64) event.Message {
	switch e.form.kind {
	case event.KindView:
		return &event.View{Visit: v, SkuId: skus[0], DwellMs: e.dwell}
	case event.KindSearch:
		return &event.Search{Visit: v, Query: discreet(e.query), Results: e.results}
	case event.KindAddToCart:
		return &event.AddToCart{Visit: v, SkuId: skus[0], Qty: max(1, e.qty), AttributionId: e.attribution,
			Attribution: e.shown}
	case event.KindImpression:
		return &event.Impression{Visit: v, Slot: e.slot, SkuIds: skus, AttributionId: e.attribution,
			Attribution: e.shown}
	case event.KindClick:
		return &event.Click{Visit: v, SkuId: skus[0], Slot: e.slot, Position: e.position,
			AttributionId: e.attribution, Attribution: e.shown}
	case event.KindCouponIssued:
		return &event.CouponIssued{Visit: v, CouponId: e.coupon, CampaignId: e.campaign}
	case event.KindCouponRedeemed:
		return &event.CouponRedeemed{Visit: v, CouponId: e.coupon, CampaignId: e.campaign,
			OrderId: e.order, DiscountFen: int64(e.discount)}
	case event.KindFavourite:
		return &event.Favourite{Visit: v, SkuId: skus[0], Removed: e.removed}
	}
	panic("BUG: no fact for " + e.form.name)
}
