package edge

import (
	"slices"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/retail"
)

// Fits knows the sizes of members.
type Fits interface {
	// Guess says which size of a system fits a member in a slot. It is asked for members alone who agreed
	// to be recognised.
	Guess(member retail.MemberID, system string, slot outfit.Slot, now time.Time) (outfit.Guess, bool)
	// Worn lists the sizes of such a member where he has bought before.
	Worn(member retail.MemberID, now time.Time) []outfit.Fit
}

// maxOutfitItems bounds the goods of one slot.
const maxOutfitItems = 10

// fitting is one request for an outfit.
type fitting struct {
	counter
	member   retail.MemberID
	personal bool
	ask      outfit.Ask
	parts    []outfit.Part
}

// outfits answers /v1/outfits: what goes with an item or a cart, in stock and in size.
func (s *Server) outfits(ctx *fasthttp.RequestCtx) {
	g, ok := s.allow(ctx)
	if !ok {
		return
	}
	var f fitting
	if f.offer, ok = s.current(ctx, "outfits"); !ok {
		return
	}
	if p := s.readOutfit(ctx, &f, &g); p != nil {
		s.fail(ctx, *p)
		return
	}
	f.parts = f.offer.Stylist.Complete(f.ask)
	s.advice.counts.outfits.Add(1)
	ctx.SetContentType("application/json")
	ctx.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	ctx.SetBody(f.append(nil))
}

func (s *Server) readOutfit(ctx *fasthttp.RequestCtx, f *fitting, g *grant) *problem {
	given, p := parameters(ctx, "items", "store", "member", "personalized", "slots", "limit", "lang")
	if p != nil {
		return p
	}
	if _, p = s.findCounter(&f.counter, given, g); p != nil {
		return p
	}
	if f.ask.Limit, p = readCount(given["limit"], 3, maxOutfitItems); p != nil {
		return p
	}
	if p = s.readWorn(f, given["items"]); p != nil {
		return p
	}
	for name, rest, more := []byte(nil), given["slots"], len(given["slots"]) > 0; more; {
		name, rest, more = cut(rest, ',')
		slot, ok := outfit.ParseSlot(string(name))
		if !ok {
			return wrong(fasthttp.StatusUnprocessableEntity, "slots", name,
				"want top, bottom, dress, outer, shoes, bag or accessory")
		}
		f.ask.Slots = append(f.ask.Slots, slot)
	}
	f.ask.Available = func(sku int64) bool {
		item := f.offer.Item(retail.SKUID(sku))
		return item >= 0 && f.shelf.Has(item) && f.offer.Sold(item, 0)
	}
	return s.readWearer(f, given, g)
}

// readWorn reads what the outfit is completed to.
func (s *Server) readWorn(f *fitting, items []byte) *problem {
	if len(items) == 0 || commas(items)+1 > s.advice.MaxList {
		return wrong(fasthttp.StatusUnprocessableEntity, "items", items,
			"want 1 to "+strconv.Itoa(s.advice.MaxList)+" SKU codes, separated by commas")
	}
	for code, rest, more := []byte(nil), items, true; more; {
		code, rest, more = cut(rest, ',')
		id, known := s.codes.sku(code)
		if !known {
			return wrong(fasthttp.StatusNotFound, "items", code, "there is no such SKU")
		}
		f.ask.Have = append(f.ask.Have, int64(id))
	}
	return nil
}

// readWearer finds whose sizes may be looked at: nobody's without a member who agreed.
func (s *Server) readWearer(f *fitting, given map[string][]byte, g *grant) *problem {
	f.personal = true
	switch text := given["personalized"]; string(text) {
	case "", "true":
	case "false":
		f.personal = false
	default:
		return wrong(fasthttp.StatusUnprocessableEntity, "personalized", text, "want true or false")
	}
	code := given["member"]
	if len(code) == 0 {
		f.personal = false
		return nil
	}
	if !g.members {
		return wrong(fasthttp.StatusForbidden, "member", code, "you may not see what members like")
	}
	if !f.personal {
		return nil
	}
	m, foreign := s.memberFor(g, code)
	if foreign {
		return wrong(fasthttp.StatusNotFound, "member", code, noSuchMember)
	}
	if m == nil || !m.Personalized {
		f.personal = false
		return nil
	}
	id := m.ID
	if f.member = id; s.advice.Fits != nil {
		f.ask.Personal = true
		f.ask.Size = func(system string, slot outfit.Slot) (outfit.Guess, bool) {
			return s.advice.Fits.Guess(id, system, slot, s.cfg.Now())
		}
	}
	return nil
}

// append appends the answer as JSON.
func (f *fitting) append(dst []byte) []byte {
	dst = appendText(append(dst, `{"store":`...), f.code)
	dst = strconv.AppendBool(append(dst, `,"personalized":`...), f.personal)
	dst = append(dst, `,"slots":[`...)
	for k := range f.parts {
		p := &f.parts[k]
		dst = appendText(append(comma(dst, k), `{"slot":`...), p.Slot.String())
		dst = append(dst, `,"items":[`...)
		for n := range p.Offers {
			dst = f.appendOffer(comma(dst, n), &p.Offers[n])
		}
		dst = append(dst, "]}"...)
	}
	return append(dst, "]}\n"...)
}

func (f *fitting) appendOffer(dst []byte, o *outfit.Offer) []byte {
	dst = f.appendGood(dst, f.offer.Item(retail.SKUID(o.SKU)))
	if o.Size != "" {
		dst = appendText(append(dst, `,"size":`...), o.Size)
		dst = strconv.AppendBool(append(dst, `,"sized":`...), o.Sized)
	}
	dst = strconv.AppendFloat(append(dst, `,"score":`...), o.Score, 'f', 3, 64)
	// Of the colours and sizes of a look, the one that was asked about is named.
	if with := f.offer.Item(retail.SKUID(f.with(o.With))); with >= 0 {
		dst = appendText(append(dst, `,"with":`...), f.offer.Items.Code[with])
	}
	dst = append(dst, `,"reasons":[`...)
	for k := range o.Why {
		why := &o.Why[k]
		dst = appendText(append(comma(dst, k), `{"code":`...), why.Code)
		dst = append(appendText(append(dst, `,"text":`...), f.text(intent.Label{ZH: why.ZH, EN: why.EN})), '}')
	}
	return append(dst, "]}"...)
}

func (f *fitting) with(sku int64) int64 {
	if k := slices.IndexFunc(f.ask.Have, func(have int64) bool {
		return f.offer.Stylist.SameLook(have, sku)
	}); k >= 0 {
		return f.ask.Have[k]
	}
	return sku
}
