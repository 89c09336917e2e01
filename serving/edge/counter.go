package edge

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// counter is where bundles and outfits are asked for: a store, what it offers, and in which language.
type counter struct {
	offer    *live.Offer
	shelf    recommend.Bits
	store    int32
	at       retail.StoreID
	code     string
	language recommend.Language
}

func wrong(status int, field string, value []byte, reason string) *problem {
	return &problem{status: status, field: field, value: clip(value), reason: reason}
}

// current returns the offer to answer from; it has answered the request when it reports false.
func (s *Server) current(ctx *fasthttp.RequestCtx, what string) (*live.Offer, bool) {
	if s.advice == nil {
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "path", value: "/v1/" + what,
			reason: "this edge makes no " + what})
		return nil, false
	}
	offer := s.advice.Offers.Current()
	if offer == nil || offer.Shop == nil || s.cfg.Ready() != nil {
		ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, "1")
		s.fail(ctx, problem{status: fasthttp.StatusServiceUnavailable, field: what,
			reason: "the catalogue and the stock levels are loading"})
		return nil, false
	}
	return offer, true
}

// parameters reads the query string. An unknown name is refused: a wish with a typing error must
// not pass as none. The path is not hot, so that it may allocate.
func parameters(ctx *fasthttp.RequestCtx, names ...string) (map[string][]byte, *problem) {
	given := map[string][]byte{}
	for name, value := range ctx.QueryArgs().All() {
		if !slices.Contains(names, string(name)) {
			return nil, wrong(fasthttp.StatusUnprocessableEntity, "query", name,
				"there is no such parameter; want "+strings.Join(names, ", "))
		}
		if _, twice := given[string(name)]; twice {
			return nil, wrong(fasthttp.StatusUnprocessableEntity, string(name), value, "it is given twice")
		}
		given[string(name)] = append([]byte{}, value...)
	}
	return given, nil
}

// findCounter finds store and language.
func (s *Server) findCounter(c *counter, given map[string][]byte, g *grant) (*time.Location, *problem) {
	store, lang := given["store"], given["lang"]
	if len(store) == 0 {
		return nil, wrong(fasthttp.StatusUnprocessableEntity, "store", nil, "want the code of a store")
	}
	at, found := s.codes.store(store)
	if !found || !g.scope.Sees(at.id) {
		return nil, wrong(fasthttp.StatusNotFound, "store", store,
			"there is no such store, or it is not yours to see")
	}
	if c.store = c.offer.Store(at.id); c.store < 0 {
		return nil, wrong(fasthttp.StatusNotFound, "store", store,
			"the store is newer than what is offered")
	}
	c.at, c.code = at.id, string(store)
	c.shelf, _ = c.offer.Shelf(c.store)
	var ok bool
	if c.language, ok = recommend.ParseLanguage(lang); !ok && lang != nil {
		return nil, wrong(fasthttp.StatusUnprocessableEntity, "lang", lang, "want zh-CN or en")
	}
	return at.zone, nil
}

// readCount reads a number of items.
func readCount(text []byte, without, most int) (int, *problem) {
	if text == nil {
		return without, nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > most {
		return 0, wrong(fasthttp.StatusUnprocessableEntity, "limit", text, "want 1 to "+strconv.Itoa(most))
	}
	return n, nil
}
