package edge

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// guidePath is where a shop guide looks at a member.
const guidePath = "/v1/guide/members/"

// maxGuideItems bounds what is proposed to one member, maxFavourites what is shown of the favourites.
const (
	maxGuideItems = 10
	maxFavourites = 20
	// favouritesWithin bounds the waiting for favourites: the rest of the view does without them.
	favouritesWithin = time.Second
)

// Favourites knows what members put among their favourites.
type Favourites interface {
	// Favourites returns them, put there in a store in scope, the newest first. It is asked for members
	// alone who agreed to be recognised.
	Favourites(ctx context.Context, scope retail.Scope, member retail.MemberID, most int) ([]retail.SKUID,
		error)
}

// visit is one look of a guide at a member.
type visit struct {
	counter
	member   string
	personal bool
	limit    int
	steps    []live.Step
	chances  []chance
	// favourites are items of the offer; unread says that they cannot be read now.
	favourites []int32
	unread     bool
	fits       []outfit.Fit
	// size guesses which size of a system the member wears in a slot, nil without consent.
	size func(system string, slot outfit.Slot) (outfit.Guess, bool)
}

// chance is something to offer a member now, and the item that it follows from.
type chance struct {
	item, from int32
	size, code string
	reason     intent.Label
}

// guide answers /v1/guide/members/{code}: what a member of one's own stores looked at lately, the
// favourites and sizes, and what of it the store can offer now. Of a member who opted out of personal
// recommendations nothing is read.
func (s *Server) guide(ctx *fasthttp.RequestCtx, code []byte) {
	g, ok := s.allow(ctx)
	if !ok {
		return
	}
	var v visit
	if v.offer, ok = s.current(ctx, "guide"); !ok {
		return
	}
	if p := s.readVisit(ctx, &v, &g, code); p != nil {
		s.fail(ctx, *p)
		return
	}
	v.find()
	ctx.SetContentType("application/json")
	ctx.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	ctx.SetBody(v.append(nil))
}

func (s *Server) readVisit(ctx *fasthttp.RequestCtx, v *visit, g *grant, code []byte) *problem {
	if !g.viewer {
		return wrong(fasthttp.StatusForbidden, "member", code, "this is for staff who may see members")
	}
	given, p := parameters(ctx, "store", "limit", "lang")
	if p != nil {
		return p
	}
	if _, p = s.findCounter(&v.counter, given, g); p != nil {
		return p
	}
	if v.limit, p = readCount(given["limit"], 5, maxGuideItems); p != nil {
		return p
	}
	m, foreign := s.memberFor(g, code)
	if m == nil || foreign {
		return wrong(fasthttp.StatusNotFound, "member", code, noSuchMember)
	}
	v.member, v.personal = string(code), m.Personalized
	if v.personal {
		s.know(v, m.ID, g)
	}
	return nil
}

// know reads what is known of a member who agreed.
func (s *Server) know(v *visit, m retail.MemberID, g *grant) {
	now := s.cfg.Now()
	v.steps, _ = s.advice.Trails.Read(nil, live.MemberVisitor(m), now.Unix())
	if s.advice.Fits != nil {
		v.fits = s.advice.Fits.Worn(m, now)
		v.size = func(system string, slot outfit.Slot) (outfit.Guess, bool) {
			return s.advice.Fits.Guess(m, system, slot, now)
		}
	}
	if s.advice.Favourites == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), favouritesWithin)
	defer cancel()
	list, err := s.advice.Favourites.Favourites(ctx, g.scope, m, maxFavourites)
	if v.unread = err != nil; v.unread {
		s.cfg.Logger.Warn("a guide's view goes without favourites", "error", err)
	}
	for _, sku := range list {
		if item := v.offer.Item(sku); item >= 0 && v.offer.Sells(v.store, item) {
			v.favourites = append(v.favourites, item)
		}
	}
}

// find looks, for each style among the favourites and then for each that the member touched, the newest
// first, for what there is to say: a colour of it that is new and there, else that it is there at all. What
// was bought is not offered again, nor what is there in sizes alone that the member does not wear.
func (v *visit) find() {
	bought, about := map[int32]bool{}, slices.Clone(v.favourites)
	for _, step := range v.steps {
		item := v.offer.Item(step.SKU)
		if item < 0 {
			continue
		}
		if about = append(about, item); step.Act == recommend.Bought {
			bought[v.family(item)] = true
		}
	}
	seen := map[int32]bool{}
	for _, item := range about {
		if seen[v.family(item)] || len(v.chances) == v.limit {
			continue
		}
		seen[v.family(item)] = true
		if fresh, size := v.newColour(item); fresh >= 0 {
			v.propose(fresh, item, "new_colour", size)
		} else if there, size := v.fitting(item); there >= 0 && !bought[v.family(item)] {
			v.propose(there, item, "in_stock", size)
		}
	}
}

// propose says why an item is offered: it follows from another, and fits by a size, "" for what has none.
func (v *visit) propose(item, from int32, code, size string) {
	x := &v.offer.Items
	zh, en := "您关注的"+x.Name[from], x.NameEN[from]+", which you looked at, is here"
	if code == "new_colour" {
		zh, en = zh+"有新色号到店: "+v.offer.Colours[item], en+" in a new colour: "+v.offer.Colours[item]
	} else {
		zh += "本店有货"
	}
	if size != "" {
		zh, en = zh+", 有您的 "+size+" 码", en+", in your size "+size
	}
	v.chances = append(v.chances, chance{item, from, size, code, intent.Label{ZH: zh, EN: en}})
}

// family tells styles apart; an item without one is its own, below every style.
func (v *visit) family(item int32) int32 {
	if style := v.offer.Items.Style[item]; style >= 0 {
		return style
	}
	return -2 - item
}

func (v *visit) there(item int32) bool { return v.shelf.Has(item) && v.offer.Sold(item, 0) }

// newColour finds the newest item of the same style that is there, new, of another colour, and fits.
func (v *visit) newColour(item int32) (fresh int32, size string) {
	style, colour := v.offer.Items.Style[item], v.offer.Colours[item]
	if style < 0 || colour == "" {
		return -1, ""
	}
	for _, other := range v.offer.Newest {
		if v.offer.Items.Style[other] == style && v.offer.Items.Tags[other]>>retail.New&1 == 1 &&
			v.offer.Colours[other] != "" && v.offer.Colours[other] != colour {
			if fresh, size = v.fitting(other); fresh >= 0 {
				return fresh, size
			}
		}
	}
	return -1, ""
}

// fitting finds the item of the same look that is there in the member's size, and the size; without a size
// that is known, the item itself if it is there; -1 for nothing.
func (v *visit) fitting(item int32) (there int32, size string) {
	sku := int64(v.offer.Items.SKU[item])
	look, _, worn := v.offer.Stylist.Look(sku)
	if worn && v.size != nil {
		for _, p := range v.offer.Stylist.Pieces(look) {
			g, ok := v.size(p.System, v.offer.Stylist.Slot(sku))
			if !ok || p.System == "" {
				continue
			}
			size = g.Size
			other := v.offer.Item(retail.SKUID(p.SKU))
			if p.Order == g.Order && other >= 0 && v.there(other) {
				return other, p.Size
			}
		}
	}
	if size == "" && v.there(item) {
		return item, ""
	}
	return -1, ""
}

var actNames = [...]string{"", "viewed", "clicked", "favourite", "carted", "bought"}

// append appends the answer as JSON.
func (v *visit) append(dst []byte) []byte {
	dst = appendText(append(dst, `{"member":`...), v.member)
	dst = appendText(append(dst, `,"store":`...), v.code)
	dst = strconv.AppendBool(append(dst, `,"personalized":`...), v.personal)
	dst = append(dst, `,"recent":[`...)
	n := 0
	for _, step := range v.steps {
		item := v.offer.Item(step.SKU)
		if item < 0 || !v.offer.Sells(v.store, item) {
			continue
		}
		dst = v.appendGood(comma(dst, n), item)
		dst = strconv.AppendBool(append(dst, `,"in_stock":`...), v.there(item))
		dst = append(appendText(append(dst, `,"act":`...), actNames[step.Act]), '}')
		n++
	}
	dst = v.appendKnown(append(dst, ']'))
	dst = append(dst, `,"offers":[`...)
	for k := range v.chances {
		c := &v.chances[k]
		dst = v.appendGood(comma(dst, k), c.item)
		dst = appendText(append(dst, `,"after":`...), v.offer.Items.Code[c.from])
		if c.size != "" {
			dst = appendText(append(dst, `,"size":`...), c.size)
		}
		dst = appendText(append(dst, `,"reason":{"code":`...), c.code)
		dst = append(appendText(append(dst, `,"text":`...), v.text(c.reason)), "}}"...)
	}
	return append(dst, "]}\n"...)
}

// appendKnown appends favourites, null where they cannot be read, and sizes.
func (v *visit) appendKnown(dst []byte) []byte {
	if v.unread {
		dst = append(dst, `,"favourites":null`...)
	} else {
		dst = append(dst, `,"favourites":[`...)
		for k, item := range v.favourites {
			dst = v.appendGood(comma(dst, k), item)
			dst = append(strconv.AppendBool(append(dst, `,"in_stock":`...), v.there(item)), '}')
		}
		dst = append(dst, ']')
	}
	dst = append(dst, `,"sizes":[`...)
	for k := range v.fits {
		f := &v.fits[k]
		why := f.Guess.Why()
		dst = appendText(append(comma(dst, k), `{"slot":`...), f.Slot.String())
		dst = appendText(append(dst, `,"system":`...), f.System)
		dst = appendText(append(dst, `,"size":`...), f.Guess.Size)
		dst = append(appendText(append(dst, `,"text":`...),
			v.text(intent.Label{ZH: why.ZH, EN: why.EN})), '}')
	}
	return append(dst, ']')
}

// guideMember returns the code of a member in a path.
func guideMember(path []byte) (code []byte, ok bool) {
	rest, ok := bytes.CutPrefix(path, []byte(guidePath))
	if !ok || len(rest) == 0 || bytes.IndexByte(rest, '/') >= 0 {
		return nil, false
	}
	return appendPlain(nil, bytes.ReplaceAll(rest, []byte("+"), []byte("%2B"))), true
}
