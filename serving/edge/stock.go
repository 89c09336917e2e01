package edge

import (
	"bytes"
	"net/url"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
)

// stockPath cuts the prefix of the stock routes off.
func stockPath(path []byte) (rest []byte, ok bool) {
	const prefix = "/v1/stock/"
	if len(path) < len(prefix) || string(path[:len(prefix)]) != prefix {
		return nil, false
	}
	return path[len(prefix):], true
}

// cut splits b at the first separator; found is false without one, and then before is all of b.
func cut(b []byte, separator byte) (before, after []byte, found bool) {
	if i := bytes.IndexByte(b, separator); i >= 0 {
		return b[:i], b[i+1:], true
	}
	return b, nil, false
}

// stock answers /v1/stock/{store}/{sku} and /v1/stock/{store}?skus=a,b.
func (s *Server) stock(ctx *fasthttp.RequestCtx, rest []byte) {
	g, ok := s.allow(ctx)
	if !ok {
		return
	}
	store, sku, one := cut(rest, '/')
	store, sku = unescape(store), unescape(sku)
	at, known := s.codes.store(store)
	if !known || !g.scope.Sees(at.id) {
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "store", value: string(store),
			reason: "there is no such store, or it is not yours to see"})
		return
	}
	if one {
		s.one(ctx, at.id, store, sku)
		return
	}
	s.many(ctx, at.id, store)
}

// unescape decodes percent-encoding. Fast path: there is none.
func unescape(b []byte) []byte {
	if bytes.IndexByte(b, '%') < 0 {
		return b
	}
	plain, err := url.PathUnescape(string(b))
	if err != nil {
		return b
	}
	return []byte(plain)
}

func (s *Server) one(ctx *fasthttp.RequestCtx, store retail.StoreID, code, sku []byte) {
	id, known := s.codes.sku(sku)
	if !known {
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "sku", value: string(sku),
			reason: "there is no such SKU"})
		return
	}
	b := s.scratch.Get().(*sheet)
	defer s.scratch.Put(b)
	if !s.level(retail.StockKey{Store: store, SKU: id}, &b.level) {
		s.loading(ctx)
		return
	}
	etag := appendETag(b.text[:0], b.level.Version)
	ctx.Response.Header.SetBytesV(fasthttp.HeaderETag, etag)
	if bytes.Equal(ctx.Request.Header.Peek(fasthttp.HeaderIfNoneMatch), etag) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	b.text = append(s.appendLevel(b.text[:0], code, sku, &b.level), '\n')
	answer(ctx, b.text)
}

func (s *Server) many(ctx *fasthttp.RequestCtx, store retail.StoreID, code []byte) {
	list := ctx.QueryArgs().Peek("skus")
	if n := commas(list) + 1; len(list) == 0 || n > s.cfg.MaxSKUs {
		s.fail(ctx, problem{status: fasthttp.StatusUnprocessableEntity, field: "skus",
			value: clip(list), reason: "want 1 to " + strconv.Itoa(s.cfg.MaxSKUs) +
				" SKU codes separated by commas"})
		return
	}
	b := s.scratch.Get().(*sheet)
	defer s.scratch.Put(b)
	dst := append(b.text[:0], `{"store":`...)
	dst = appendText(dst, code)
	dst = append(dst, `,"levels":[`...)
	var unknown [][]byte
	first := true
	for sku, rest, more := []byte(nil), list, true; more; {
		sku, rest, more = cut(rest, ',')
		id, known := s.codes.sku(sku)
		if !known {
			unknown = append(unknown, sku)
			continue
		}
		if !s.level(retail.StockKey{Store: store, SKU: id}, &b.level) {
			s.loading(ctx)
			return
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = s.appendLevel(dst, code, sku, &b.level)
	}
	dst = append(dst, `],"unknown":[`...)
	for i, sku := range unknown {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, sku)
	}
	b.text = append(dst, "]}\n"...)
	answer(ctx, b.text)
}

// level reads a level; a known SKU without one has none in stock, but only once all are loaded.
func (s *Server) level(key retail.StockKey, level *live.Level) bool {
	s.counts.lookups.Add(1)
	if s.cfg.Levels.Read(key, level) {
		return true
	}
	if s.cfg.Ready() != nil {
		return false
	}
	*level = live.Level{CommittedUS: s.cfg.Now().UnixMicro()}
	level.StockKey = key
	return true
}

func (s *Server) loading(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, "1")
	s.fail(ctx, problem{status: fasthttp.StatusServiceUnavailable, field: "stock",
		reason: "stock levels are loading"})
}

func commas(list []byte) int {
	n := 0
	for _, c := range list {
		if c == ',' {
			n++
		}
	}
	return n
}

func answer(ctx *fasthttp.RequestCtx, body []byte) {
	ctx.SetContentType("application/json")
	ctx.Response.Header.Set(fasthttp.HeaderCacheControl, "no-cache")
	ctx.SetBody(body)
}

func appendETag(dst []byte, version int64) []byte {
	dst = append(dst, `W/"v`...)
	dst = strconv.AppendInt(dst, version, 10)
	return append(dst, '"')
}

func (s *Server) appendLevel(dst, store, sku []byte, l *live.Level) []byte {
	dst = append(dst, `{"store":`...)
	dst = appendText(dst, store)
	dst = append(dst, `,"sku":`...)
	dst = appendText(dst, sku)
	dst = append(dst, `,"on_hand":`...)
	dst = strconv.AppendInt(dst, int64(l.OnHand), 10)
	dst = append(dst, `,"reserved":`...)
	dst = strconv.AppendInt(dst, int64(l.Reserved), 10)
	dst = append(dst, `,"available":`...)
	dst = strconv.AppendInt(dst, int64(l.Available()), 10)
	dst = append(dst, `,"version":`...)
	dst = strconv.AppendInt(dst, l.Version, 10)
	dst = append(dst, `,"as_of":"`...)
	dst = time.UnixMicro(l.CommittedUS).UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, `"}`...)
}
