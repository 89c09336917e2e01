package edge

import (
	"bytes"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// guidePath is where a shop guide looks at a member.
const guidePath = "/v1/guide/members/"

// maxGuideItems bounds what is proposed to one member.
const maxGuideItems = 10

// visit is one look of a guide at a member.
type visit struct {
	counter
	member   string
	personal bool
	limit    int
	steps    []live.Step
	chances  []chance
}

// chance is something to offer a member now, and the item that it follows from.
type chance struct {
	item, from int32
	code       string
	reason     intent.Label
}

// guide answers /v1/guide/members/{code}: what a member of one's own stores looked at lately, and
// what of it the store can offer now. Of a member who opted out of personal recommendations nothing
// is read.
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
		v.steps, _ = s.advice.Trails.Read(nil, live.MemberVisitor(m.ID), s.cfg.Now().Unix())
	}
	return nil
}

// find looks, for each style that the member touched, the newest touch first, for what there is to say: a
// colour of it that is new and there, else that it is there at all. What was bought is not offered again.
func (v *visit) find() {
	seen := map[int32]bool{}
	bought := map[int32]bool{}
	for _, step := range v.steps {
		if item := v.offer.Item(step.SKU); item >= 0 && step.Act == recommend.Bought {
			bought[v.family(item)] = true
		}
	}
	for _, step := range v.steps {
		item := v.offer.Item(step.SKU)
		if item < 0 || seen[v.family(item)] || len(v.chances) == v.limit {
			continue
		}
		seen[v.family(item)] = true
		name := intent.Label{ZH: v.offer.Items.Name[item], EN: v.offer.Items.NameEN[item]}
		if fresh := v.newColour(item); fresh >= 0 {
			v.chances = append(v.chances, chance{item: fresh, from: item, code: "new_colour",
				reason: intent.Label{ZH: "您关注的" + name.ZH + "有新色号到店: " + v.offer.Colours[fresh],
					EN: name.EN + ", which you looked at, is here in a new colour: " +
						v.offer.Colours[fresh]}})
		} else if v.there(item) && !bought[v.family(item)] {
			v.chances = append(v.chances, chance{item: item, from: item, code: "in_stock",
				reason: intent.Label{ZH: "您关注的" + name.ZH + "本店有货",
					EN: name.EN + ", which you looked at, is here"}})
		}
	}
}

// family tells styles apart; an item without one is its own, below every style.
func (v *visit) family(item int32) int32 {
	if style := v.offer.Items.Style[item]; style >= 0 {
		return style
	}
	return -2 - item
}

func (v *visit) there(item int32) bool { return v.shelf.Has(item) && v.offer.Sold(item, 0) }

// newColour finds the newest item of the same style that is there, new, and of another colour.
func (v *visit) newColour(item int32) int32 {
	style, colour := v.offer.Items.Style[item], v.offer.Colours[item]
	if style < 0 || colour == "" {
		return -1
	}
	for _, other := range v.offer.Newest {
		if v.offer.Items.Style[other] == style && v.offer.Items.Tags[other]>>retail.New&1 == 1 &&
			v.offer.Colours[other] != "" && v.offer.Colours[other] != colour && v.there(other) {
			return other
		}
	}
	return -1
}

var actNames = [...]string{"", "viewed", "clicked", "carted", "bought"}

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
	dst = append(dst, `],"offers":[`...)
	for k := range v.chances {
		c := &v.chances[k]
		dst = v.appendGood(comma(dst, k), c.item)
		dst = appendText(append(dst, `,"after":`...), v.offer.Items.Code[c.from])
		dst = appendText(append(dst, `,"reason":{"code":`...), c.code)
		dst = append(appendText(append(dst, `,"text":`...), v.text(c.reason)), "}}"...)
	}
	return append(dst, "]}\n"...)
}

// guideMember returns the code of a member in a path.
func guideMember(path []byte) (code []byte, ok bool) {
	rest, ok := bytes.CutPrefix(path, []byte(guidePath))
	if !ok || len(rest) == 0 || bytes.IndexByte(rest, '/') >= 0 {
		return nil, false
	}
	return appendPlain(nil, bytes.ReplaceAll(rest, []byte("+"), []byte("%2B"))), true
}
