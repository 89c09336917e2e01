package edge

import (
	"context"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Wishes reads what a text wishes. serving/wish implements it with a language model and without.
type Wishes interface {
	// Read returns the wish, or the error of a text that cannot be read.
	Read(ctx context.Context, p *intent.Parser, text string) (intent.Wish, error)
}

// MaxBundleItems bounds the items of a bundle.
const MaxBundleItems = 10

// basket is one request for a bundle.
type basket struct {
	counter
	way    retail.Fulfilment
	wish   intent.Wish
	bundle intent.Bundle
	// sells is how well items sell at the store in this part of the day, 0 to 1.
	sells map[int32]float64
	items int
}

// bundles answers /v1/bundles: what to buy for a wish. Nothing of the visitor is read, so that there is
// nothing to opt out of.
func (s *Server) bundles(ctx *fasthttp.RequestCtx) {
	g, ok := s.allow(ctx)
	if !ok {
		return
	}
	var b basket
	if b.offer, ok = s.current(ctx, "bundles"); !ok {
		return
	}
	if p := s.readBundle(ctx, &b, &g); p != nil {
		s.fail(ctx, *p)
		return
	}
	b.bundle = b.offer.Shop.Bundle(&b.wish, intent.Ask{MaxItems: b.items,
		Available: func(item, units int32) bool { return s.available(&b, item, units) },
		PriceFen:  func(item int32) int64 { return int64(b.offer.Price(b.store, item)) },
		Score:     func(item int32) float64 { return b.sells[item] }})
	s.advice.counts.bundles.Add(1)
	ctx.SetContentType("application/json")
	ctx.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	ctx.SetBody(b.append(nil))
}

// available asks the shelf, and the level where more than one unit is wanted.
func (s *Server) available(b *basket, item, units int32) bool {
	if !b.shelf.Has(item) || !b.offer.Sold(item, b.way) {
		return false
	}
	if units <= 1 {
		return true
	}
	var level live.Level
	key := retail.StockKey{Store: b.at, SKU: retail.SKUID(b.offer.Items.SKU[item])}
	return s.cfg.Levels.Read(key, &level) && int64(level.Available()) >= int64(units)
}

// readBundle reads the request, or says what is wrong with it.
func (s *Server) readBundle(ctx *fasthttp.RequestCtx, b *basket, g *grant) *problem {
	given, p := parameters(ctx, "q", "store", "limit", "fulfilment", "lang")
	if p != nil {
		return p
	}
	zone, p := s.findCounter(&b.counter, given, g)
	if p != nil {
		return p
	}
	if b.items, p = readCount(given["limit"], 0, MaxBundleItems); p != nil {
		return p
	}
	if way := given["fulfilment"]; len(way) > 0 {
		ok := true
		if b.way, ok = retail.ParseFulfilment(string(way)); !ok ||
			!b.offer.Reaches(b.store, b.way, nil, s.advice.RadiusMetres) {
			return wrong(fasthttp.StatusUnprocessableEntity, "fulfilment", way,
				"want carry_out, pickup, same_city or express, as far as the store offers it")
		}
	}
	q := given["q"]
	if len(q) == 0 {
		return wrong(fasthttp.StatusUnprocessableEntity, "q", nil,
			"want what is wished, such as 给孩子买生日礼物 200元以内")
	}
	var err error
	if b.wish, err = s.readWish(b.offer.Shop.Parser, string(q)); err != nil {
		return wrong(fasthttp.StatusUnprocessableEntity, "q", q, err.Error())
	}
	slot := int32(0)
	if slots := b.offer.HourSlots; slots > 0 {
		slot = int32(s.cfg.Now().In(zone).Hour()) * slots / 24
	}
	b.learn(slot)
	return nil
}

func (s *Server) readWish(p *intent.Parser, text string) (intent.Wish, error) {
	if s.advice.Wishes == nil {
		return p.Parse(text)
	}
	// The request's own context is used again for another request while a slow dial may still hold it; the
	// reader bounds itself.
	return s.advice.Wishes.Read(context.Background(), p, text)
}

// learn takes what sells at the store at this hour, else in the chain.
func (b *basket) learn(slot int32) {
	const enough = 500
	b.sells = map[int32]float64{}
	for _, row := range [][]recommend.Edge{b.offer.Chain.Row(slot, enough),
		b.offer.Here.Row(b.store*b.offer.HourSlots+slot, enough)} {
		for k := range row {
			b.sells[row[k].Item] = max(b.sells[row[k].Item], float64(row[k].Score))
		}
	}
}
