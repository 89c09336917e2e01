package edge

import (
	"context"
	"strconv"

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
	offer    *live.Offer
	shelf    recommend.Bits
	store    int32
	at       retail.StoreID
	code     string
	language recommend.Language
	way      retail.Fulfilment
	wish     intent.Wish
	bundle   intent.Bundle
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
	if s.advice == nil {
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "path", value: "/v1/bundles",
			reason: "this edge makes no bundles"})
		return
	}
	b := basket{offer: s.advice.Offers.Current()}
	if b.offer == nil || b.offer.Shop == nil || s.cfg.Ready() != nil {
		ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, "1")
		s.fail(ctx, problem{status: fasthttp.StatusServiceUnavailable, field: "bundles",
			reason: "the catalogue and the stock levels are loading"})
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
	wrong := func(status int, field string, value []byte, reason string) *problem {
		return &problem{status: status, field: field, value: clip(value), reason: reason}
	}
	const unprocessable = fasthttp.StatusUnprocessableEntity
	var q, store, limit, way, lang []byte
	known := map[string]*[]byte{"q": &q, "store": &store, "limit": &limit, "fulfilment": &way, "lang": &lang}
	for name, value := range ctx.QueryArgs().All() {
		into := known[string(name)]
		if into == nil {
			return wrong(unprocessable, "query", name, "there is no such parameter; want q, store, limit, "+
				"fulfilment, lang")
		}
		if *into != nil {
			return wrong(unprocessable, string(name), value, "it is given twice")
		}
		*into = append([]byte{}, value...)
	}
	if len(store) == 0 {
		return wrong(unprocessable, "store", nil, "want the code of a store")
	}
	at, found := s.codes.store(store)
	if !found || !g.scope.Sees(at.id) {
		return wrong(fasthttp.StatusNotFound, "store", store,
			"there is no such store, or it is not yours to see")
	}
	if b.store = b.offer.Store(at.id); b.store < 0 {
		return wrong(fasthttp.StatusNotFound, "store", store,
			"the store is newer than what bundles are made of")
	}
	b.at, b.code = at.id, string(store)
	b.shelf, _ = b.offer.Shelf(b.store)
	if limit != nil {
		n, err := strconv.Atoi(string(limit))
		if err != nil || n < 1 || n > MaxBundleItems {
			return wrong(unprocessable, "limit", limit, "want 1 to "+strconv.Itoa(MaxBundleItems))
		}
		b.items = n
	}
	ok := true
	if b.language, ok = recommend.ParseLanguage(lang); !ok && lang != nil {
		return wrong(unprocessable, "lang", lang, "want zh-CN or en")
	}
	if len(way) > 0 {
		if b.way, ok = retail.ParseFulfilment(string(way)); !ok ||
			!b.offer.Reaches(b.store, b.way, nil, s.advice.RadiusMetres) {
			return wrong(unprocessable, "fulfilment", way,
				"want carry_out, pickup, same_city or express, as far as the store offers it")
		}
	}
	if len(q) == 0 {
		return wrong(unprocessable, "q", nil, "want what is wished, such as 给孩子买生日礼物 200元以内")
	}
	var err error
	if b.wish, err = s.readWish(ctx, b.offer.Shop.Parser, string(q)); err != nil {
		return wrong(unprocessable, "q", q, err.Error())
	}
	slot := int32(0)
	if slots := b.offer.HourSlots; slots > 0 {
		slot = int32(s.cfg.Now().In(at.zone).Hour()) * slots / 24
	}
	b.learn(slot)
	return nil
}

func (s *Server) readWish(ctx *fasthttp.RequestCtx, p *intent.Parser, text string) (intent.Wish, error) {
	if s.advice.Wishes == nil {
		return p.Parse(text)
	}
	return s.advice.Wishes.Read(ctx, p, text)
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
