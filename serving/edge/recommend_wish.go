package edge

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// wish holds the parameters of a request, decoded; nil for those that it does not have.
type wish struct {
	scene, store, member, session, personalized, items, exclude, category, brand, tag, priceMin, priceMax,
	fulfilment, lat, lon, limit, again, lang []byte
}

func (w *wish) field(name []byte) *[]byte {
	switch string(name) {
	case "scene":
		return &w.scene
	case "store":
		return &w.store
	case "member":
		return &w.member
	case "session":
		return &w.session
	case "personalized":
		return &w.personalized
	case "items":
		return &w.items
	case "exclude":
		return &w.exclude
	case "category":
		return &w.category
	case "brand":
		return &w.brand
	case "tag":
		return &w.tag
	case "price_min":
		return &w.priceMin
	case "price_max":
		return &w.priceMax
	case "fulfilment":
		return &w.fulfilment
	case "lat":
		return &w.lat
	case "lon":
		return &w.lon
	case "limit":
		return &w.limit
	case "again":
		return &w.again
	case "lang":
		return &w.lang
	}
	return nil
}

// read splits and decodes the query string. An unknown name is refused: a filter with a typing error must
// not pass as no filter.
func (d *desk) read(query []byte) bool {
	d.wish = wish{}
	if cap(d.plain) < len(query) {
		d.plain = make([]byte, 0, 2*len(query))
	}
	d.plain = d.plain[:0] // what is decoded is never longer, so slices of it stay where they are
	for pair, rest, more := []byte(nil), query, len(query) > 0; more; {
		pair, rest, more = cut(rest, '&')
		name, value, _ := cut(pair, '=')
		into := d.field(name)
		switch {
		case len(pair) == 0:
			continue
		case into == nil:
			return d.wrong(fasthttp.StatusUnprocessableEntity, "query", name, "there is no such parameter")
		case *into != nil:
			return d.wrong(fasthttp.StatusUnprocessableEntity, string(name), value, "it is given twice")
		}
		at := len(d.plain)
		d.plain = appendPlain(d.plain, value)
		*into = d.plain[at:len(d.plain):len(d.plain)]
	}
	return true
}

// appendPlain decodes percent-encoding and plus signs; what is wrongly encoded stays as it is.
func appendPlain(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+':
			dst = append(dst, ' ')
		case c == '%' && i+2 < len(b) && digit(b[i+1]) < 16 && digit(b[i+2]) < 16:
			dst = append(dst, digit(b[i+1])<<4|digit(b[i+2]))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// digit is the value of a hexadecimal digit, 16 for what is none.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return (c | 0x20) - 'a' + 10
	}
	return 16
}

// want translates the parameters that an answer from the cache does not need.
func (s *Server) want(d *desk) bool {
	q := &d.query
	v := d.split.Variant(d.variant)
	q.Blend, q.Filter = &v.Blend, recommend.FilterNone()
	q.HeldOut = d.heldOut
	if !d.readLimit() || !d.readChoices() || !d.readFilter() || !d.readPrices() ||
		!d.readWay(s.advice.RadiusMetres) {
		return false
	}
	if len(d.items) == 0 && (q.Scene == recommend.Product ||
		q.Scene == recommend.Cart ||
		q.Scene == recommend.AfterPayment) {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "items", nil,
			"want the SKU codes that this scene is about, separated by commas")
	}
	var ok bool
	if d.exclude, ok = s.list(d, d.exclude[:0], "exclude", d.wish.exclude); !ok {
		return false
	}
	q.Exclude = d.exclude
	return true
}

func (d *desk) readScene() (ok bool) {
	if d.query.Scene, ok = retail.ParseScene(d.scene); ok || d.scene == nil {
		return true
	}
	return d.wrong(fasthttp.StatusUnprocessableEntity, "scene", d.scene,
		"want home, product, cart, after_payment or guide")
}

func (d *desk) readLimit() bool {
	d.query.Limit = 10
	if d.limit == nil {
		return true
	}
	n, err := strconv.Atoi(string(d.limit))
	if err != nil || n < 1 || n > recommend.MaxLimit {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "limit", d.limit,
			"want 1 to "+strconv.Itoa(recommend.MaxLimit))
	}
	d.query.Limit = n
	return true
}

func (d *desk) readChoices() (ok bool) {
	switch string(d.again) {
	case "", "due":
		d.query.Again = recommend.DueAgain
	case "never":
		d.query.Again = recommend.NotAgain
	case "any":
		d.query.Again = recommend.AnyAgain
	default:
		return d.wrong(fasthttp.StatusUnprocessableEntity, "again", d.again, "want due, never or any")
	}
	if d.language, ok = recommend.ParseLanguage(d.lang); !ok && d.lang != nil {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "lang", d.lang, "want zh-CN or en")
	}
	return true
}

func (d *desk) readFilter() (ok bool) {
	f := &d.query.Filter
	if len(d.category) > 0 {
		if f.From, ok = d.offer.Category(d.category); !ok {
			return d.wrong(fasthttp.StatusNotFound, "category", d.category, "there is no such category")
		}
		f.To = d.offer.Categories.End[f.From]
	}
	if len(d.brand) > 0 {
		if f.Brand, ok = d.offer.Brand(d.brand); !ok {
			return d.wrong(fasthttp.StatusNotFound, "brand", d.brand, "there is no such brand")
		}
	}
	for tag, rest, more := []byte(nil), d.tag, len(d.tag) > 0; more; {
		tag, rest, more = cut(rest, ',')
		t, known := retail.ParseTag(string(tag))
		if !known {
			return d.wrong(fasthttp.StatusUnprocessableEntity, "tag", tag, "want hot, new or limited")
		}
		f.Tags |= 1 << t
	}
	return true
}

func (d *desk) readPrices() bool {
	f := &d.query.Filter
	for _, p := range [...]struct {
		field string
		text  []byte
		into  *retail.Money
	}{{"price_min", d.priceMin, &f.MinFen}, {"price_max", d.priceMax, &f.MaxFen}} {
		if len(p.text) == 0 {
			continue
		}
		fen, ok := parsePrice(p.text)
		if !ok {
			return d.wrong(fasthttp.StatusUnprocessableEntity, p.field, p.text,
				"want an amount above 0 with at most two decimal places")
		}
		*p.into = fen
	}
	if f.MaxFen > 0 && f.MinFen > f.MaxFen {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "price_min", d.priceMin, "it is above price_max")
	}
	return true
}

// parsePrice reads a plain amount. retail.ParseMoney understands more and allocates for it.
func parsePrice(text []byte) (retail.Money, bool) {
	whole, fraction, _ := cut(text, '.')
	if len(whole) == 0 || len(whole) > 10 || len(fraction) > 2 {
		return 0, false
	}
	fen := int64(0)
	for _, part := range [...][]byte{whole, fraction} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return 0, false
			}
			fen = fen*10 + int64(c-'0')
		}
	}
	for range 2 - len(fraction) {
		fen *= 10
	}
	return retail.Money(fen), fen > 0
}

func (d *desk) readWay(radiusMetres int32) (ok bool) {
	var to *retail.Point
	if d.lat != nil || d.lon != nil {
		to = &d.point
		var okLat, okLon bool
		d.point.Latitude, okLat = degrees(d.lat)
		d.point.Longitude, okLon = degrees(d.lon)
		if !okLat || !okLon || math.Abs(d.point.Latitude) > 90 || math.Abs(d.point.Longitude) > 180 {
			field, value := "lat", d.lat
			if okLat && math.Abs(d.point.Latitude) <= 90 {
				field, value = "lon", d.lon
			}
			return d.wrong(fasthttp.StatusUnprocessableEntity, field, value,
				"want lat within ±90 and lon within ±180, in degrees of WGS 84")
		}
	}
	if len(d.fulfilment) == 0 {
		return true
	}
	q := &d.query
	if q.Way, ok = retail.ParseFulfilment(string(d.fulfilment)); !ok {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "fulfilment", d.fulfilment,
			"want carry_out, pickup, same_city or express")
	}
	if !d.offer.Reaches(q.Store, q.Way, to, radiusMetres) {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "fulfilment", d.fulfilment,
			"the store does not hand goods over like this, or not there")
	}
	return true
}

func degrees(text []byte) (float64, bool) {
	v, err := strconv.ParseFloat(string(text), 64)
	return v, err == nil && !math.IsNaN(v)
}

// list translates SKU codes. A SKU that is newer than the snapshot is none of its items and is left out.
func (s *Server) list(d *desk, dst []int32, field string, codes []byte) ([]int32, bool) {
	if len(codes) == 0 {
		return dst, true
	}
	if commas(codes)+1 > s.advice.MaxList {
		return dst, d.wrong(fasthttp.StatusUnprocessableEntity, field, codes,
			"want at most "+strconv.Itoa(s.advice.MaxList)+" SKU codes")
	}
	for code, rest, more := []byte(nil), codes, true; more; {
		code, rest, more = cut(rest, ',')
		id, known := s.codes.sku(code)
		if !known {
			return dst, d.wrong(fasthttp.StatusNotFound, field, code, "there is no such SKU")
		}
		if item := d.offer.Item(id); item >= 0 {
			dst = append(dst, item)
		}
	}
	return dst, true
}

// appendKey appends everything that an answer depends on: what was asked, who may see it, what it is made
// of and under which experiment, what the store has, what the visitor did, what the tills ring with it, and
// the minute. A change of any of them is another key.
func (d *desk) appendKey(dst, query []byte, g *grant) []byte {
	personal := uint64(0)
	if d.query.Personal {
		personal = 1
	}
	for _, n := range [...]uint64{d.offer.Epoch, uint64(d.query.Store), d.shelfEpoch, uint64(d.query.Slot),
		uint64(d.query.NowS), d.trail[0], d.trail[1], d.lately, personal, uint64(d.query.Member),
		d.split.Key()} {
		dst = binary.LittleEndian.AppendUint64(dst, n)
	}
	dst = append(dst, g.scopeKey...)
	dst = append(dst, '?')
	return append(dst, query...)
}
