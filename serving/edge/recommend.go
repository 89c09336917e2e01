package edge

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Members translates the codes of members and knows who agreed to be recognised.
type Members interface {
	// Member finds a member by its code.
	Member(code string) (retail.MemberID, bool)
	// MemberByID returns a member.
	MemberByID(id retail.MemberID) (*retail.Member, bool)
}

// RecommendConfig says what recommendations are made of.
type RecommendConfig struct {
	// Offers and Trails are what is offered and what visitors did. Required.
	Offers *live.Offers
	Trails *live.Trails
	// Tills knows what is bought together these hours. Default: nothing is.
	Tills *live.Tills
	// Members knows the chain's members. Required.
	Members Members
	// Signer seals attributions. Default: one whose key dies with the process, so that no other process
	// can read them.
	Signer *recommend.Signer
	// Split returns the experiment in force. Default: one variant, nobody held out.
	Split func() *recommend.Split
	// Session translates the session of a request to that of events. Default: it is a number in
	// hexadecimal.
	Session func([]byte) (uint64, bool)
	// Wishes reads texts for bundles. Default: the built-in dictionaries do.
	Wishes Wishes
	// Fits knows the sizes of members. Default: nobody's are known.
	Fits Fits
	// Favourites knows those of members, for shop guides. Default: nobody has any.
	Favourites Favourites
	// CacheBytes bounds the encoded answers that are kept. Default 64 MB; below 0 none is.
	CacheBytes int64
	// MaxList bounds the codes in items and exclude, 200 each by default; a code costs a look-up.
	MaxList int
	// RadiusMetres is how far a store delivers that does not say it. Default that of routing.
	RadiusMetres int32
}

// adviser is a RecommendConfig with what it needs at work.
type adviser struct {
	RecommendConfig
	reasons *recommend.Reasons
	cache   *answerCache
	// requests numbers answers; it begins anywhere, so that two processes do not give the same numbers.
	requests atomic.Uint64
	counts   adviceCounts
}

type adviceCounts struct{ answers, cached, empty, items, impersonal, bundles, outfits atomic.Int64 }

func newAdviser(cfg *RecommendConfig) (*adviser, error) {
	if cfg.Offers == nil || cfg.Trails == nil || cfg.Members == nil {
		return nil, errors.New("cannot make edge: Offers, Trails and Members are required to recommend")
	}
	a := &adviser{RecommendConfig: *cfg}
	a.MaxList = cmp.Or(a.MaxList, 200)
	a.RadiusMetres = cmp.Or(a.RadiusMetres, routing.DefaultRadiusMetres)
	if a.Session == nil {
		a.Session = hexadecimal
	}
	var seed [24]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return nil, fmt.Errorf("cannot make edge: %w", err)
	}
	a.requests.Store(binary.NativeEndian.Uint64(seed[16:]))
	var err error
	if a.Signer == nil {
		if a.Signer, err = recommend.NewSigner(seed[:16]); err != nil {
			return nil, err
		}
	}
	if a.Split == nil {
		none, err := recommend.NewSplit(recommend.Experiment{})
		if err != nil {
			return nil, err
		}
		a.Split = func() *recommend.Split { return none }
	}
	if a.reasons, err = recommend.NewReasons(); err != nil {
		return nil, err
	}
	a.cache, err = newAnswerCache(cmp.Or(a.CacheBytes, 64<<20))
	return a, err
}

func hexadecimal(text []byte) (uint64, bool) {
	id, err := strconv.ParseUint(string(text), 16, 64)
	return id, err == nil
}

// desk is what one recommendation needs, reused.
type desk struct {
	wish
	ranker recommend.Ranker
	slate  recommend.Slate
	query  recommend.Query
	offer  *live.Offer
	sheet  recommend.Sheet
	point  retail.Point
	// plain holds the decoded query string, key what an answer is kept under, text the answer, reason a
	// reason before it is quoted, with the names in it.
	plain, key, text, reason, with []byte
	anchors, exclude               []int32
	steps                          []live.Step
	recent                         []recommend.Touch
	shelfEpoch                     uint64
	// split is the experiment, whose number is 0 for who takes no part; variant and heldOut are the
	// visitor's, byMember says who was drawn; trail is the version of what the visitor did.
	split             *recommend.Split
	experiment        uint16
	variant           int
	heldOut, byMember bool
	trail             [2]uint64
	// lately is another number whenever what is bought with the goods at hand these hours is.
	lately   uint64
	language recommend.Language
	problem  problem
}

// wrong sets what is wrong with the request, and reports false.
func (d *desk) wrong(status int, field string, value []byte, reason string) bool {
	d.problem = problem{status: status, field: field, value: clip(value), reason: reason}
	return false
}

// recommendations answers /v1/recommendations.
func (s *Server) recommendations(ctx *fasthttp.RequestCtx) {
	g, ok := s.allow(ctx)
	if !ok {
		return
	}
	offer := s.advice.Offers.Current()
	if offer == nil || s.cfg.Ready() != nil {
		ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, "1")
		s.fail(ctx, problem{status: fasthttp.StatusServiceUnavailable, field: "recommendations",
			reason: "the catalogue and the stock levels are loading"})
		return
	}
	d := s.desks.Get().(*desk)
	defer s.desks.Put(d)
	d.offer = offer
	if !s.advise(ctx, d, &g) {
		s.fail(ctx, d.problem)
	}
	d.offer, d.query.Stock, d.query.Rules, d.query.Lately, d.wish = nil, nil, nil, nil, wish{}
}

// advise writes the answer, or reports false with a problem on the desk.
func (s *Server) advise(ctx *fasthttp.RequestCtx, d *desk, g *grant) bool {
	a, now := s.advice, s.cfg.Now()
	if !d.read(ctx.URI().QueryString()) || !s.place(d, g, now) || !s.visitor(d, g, now) || !d.readScene() ||
		!s.goods(d) {
		return false
	}
	kept := a.cache != nil
	if kept {
		d.key = d.appendKey(d.key[:0], ctx.URI().QueryString(), g)
		if body := a.cache.find(d.key); body != nil {
			a.counts.cached.Add(1)
			s.finish(ctx, d, body)
			return true
		}
	}
	if !s.want(d) {
		return false
	}
	d.ranker.Rank(d.offer.Snapshot, &d.query, &d.slate)
	d.text = s.appendSlate(d.text[:0], d)
	a.counts.items.Add(int64(len(d.slate.Picks)))
	if len(d.slate.Picks) == 0 {
		a.counts.empty.Add(1)
	}
	if kept {
		a.cache.keep(d.key, d.text)
	}
	s.finish(ctx, d, d.text)
	return true
}

// place finds the store and what it can sell at this hour.
func (s *Server) place(d *desk, g *grant, now time.Time) bool {
	if len(d.store) == 0 {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "store", nil, "want the code of a store")
	}
	at, known := s.codes.store(d.store)
	if !known || !g.scope.Sees(at.id) {
		return d.wrong(fasthttp.StatusNotFound, "store", d.store,
			"there is no such store, or it is not yours to see")
	}
	store := d.offer.Store(at.id)
	if store < 0 {
		return d.wrong(fasthttp.StatusNotFound, "store", d.store,
			"the store is newer than what recommendations are made of")
	}
	q := &d.query
	*q = recommend.Query{Store: store, Rules: d.offer.Rules, Member: -1, NowS: now.Unix() / 60 * 60}
	q.Stock, d.shelfEpoch = d.offer.Shelf(store)
	if slots := d.offer.HourSlots; slots > 0 {
		q.Slot = int32(now.In(at.zone).Hour()) * slots / 24
	}
	return true
}

// goods finds what the scene is about, and what is bought with it and with the last touches these hours.
func (s *Server) goods(d *desk) (ok bool) {
	if d.anchors, ok = s.list(d, d.anchors[:0], "items", d.items); !ok {
		return false
	}
	d.query.Anchors, d.query.Lately, d.lately = d.anchors, s.advice.Tills.Pairs(), 0
	if d.query.Lately == nil {
		return true
	}
	note := func(item int32) {
		d.lately = d.lately*0x100000001B3 ^ d.query.Lately.Version(d.offer.Items.SKU[item])
	}
	for _, item := range d.anchors {
		note(item)
	}
	for k := range d.recent {
		note(d.recent[k].Item)
	}
	return true
}

// visitor finds who asks. Without consent nothing of the visitor is looked at.
func (s *Server) visitor(d *desk, g *grant, now time.Time) bool {
	a, q := s.advice, &d.query
	d.split, d.experiment, d.variant, d.heldOut, d.byMember = a.Split(), 0, 0, false, false
	d.trail, d.recent = [2]uint64{}, d.recent[:0]
	q.Personal = true
	switch string(d.personalized) {
	case "", "true":
	case "false":
		q.Personal = false
	default:
		return d.wrong(fasthttp.StatusUnprocessableEntity, "personalized", d.personalized,
			"want true or false")
	}
	if len(d.member) > 0 && !g.members {
		return d.wrong(fasthttp.StatusForbidden, "member", d.member, "you may not see what members like")
	}
	session, ok := uint64(0), true
	if len(d.session) > 0 {
		session, ok = a.Session(d.session)
	}
	if !ok {
		return d.wrong(fasthttp.StatusUnprocessableEntity, "session", d.session, "this is no session")
	}
	var member retail.MemberID
	if q.Personal && len(d.member) > 0 {
		// Of a member who cannot be told apart now nothing is known, consent least of all.
		m, foreign := s.memberFor(g, d.member)
		if foreign {
			return d.wrong(fasthttp.StatusNotFound, "member", d.member, noSuchMember)
		}
		if q.Personal = m != nil && m.Personalized; q.Personal {
			member = m.ID
		}
	}
	if !q.Personal {
		a.counts.impersonal.Add(1)
		return true
	}
	unit := session
	if member != 0 {
		q.Member = d.offer.Member(member)
		unit, d.byMember = uint64(member), true
		d.follow(a.Trails, 0, live.MemberVisitor(member), now)
	}
	if session != 0 {
		d.follow(a.Trails, 1, live.SessionVisitor(session), now)
	}
	if unit != 0 {
		d.experiment = d.split.ID()
		d.variant, d.heldOut = d.split.Of(unit)
	}
	return true
}

// follow adds what a visitor did last.
func (d *desk) follow(trails *live.Trails, which int, v live.Visitor, now time.Time) {
	d.steps, d.trail[which] = trails.Read(d.steps[:0], v, now.Unix())
	for _, step := range d.steps {
		item := d.offer.Item(step.SKU)
		if item < 0 || d.knows(item, step.Act) {
			continue
		}
		d.recent = append(d.recent, recommend.Touch{Item: item, Act: step.Act})
	}
	d.query.Recent = d.recent
}

// knows joins touches of one item: the newest place counts, and the strongest act.
func (d *desk) knows(item int32, act recommend.Act) bool {
	for k := range d.recent {
		if d.recent[k].Item == item {
			d.recent[k].Act = max(d.recent[k].Act, act)
			return true
		}
	}
	return false
}

// finish sends an answer under an attribution of its own: an answer from the cache is a new request too.
func (s *Server) finish(ctx *fasthttp.RequestCtx, d *desk, body []byte) {
	a := s.advice
	a.counts.answers.Add(1)
	ctx.SetContentType("application/json")
	ctx.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	ctx.SetBody(body)
	d.reason = a.Signer.Append(d.reason[:0], &d.sheet, recommend.Attribution{
		Model: uint32(d.offer.Version), Request: a.requests.Add(1) & recommend.MaxRequest,
		Experiment: d.experiment, Variant: uint8(d.variant), Scene: d.query.Scene, HeldOut: d.heldOut,
		ByMember: d.byMember})
	copy(ctx.Response.Body()[len(answerHead):], d.reason)
}
