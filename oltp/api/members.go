package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) memberRoutes() {
	handle(a, memberRoute("register-member", http.MethodPost, "/v1/members", "Register a member",
		"Makes a member of a person, once for each unionid: whoever is a member already is answered "+
			"with 200 and stays as it is. Names, numbers, birthdays and measures are stored sealed "+
			"under a key of the member's own.", staff.RegisterMembers, 201, 200), a.registerMember)
	handle(a, memberRoute("change-member", http.MethodPatch, "/v1/members/{code}", "Change a member",
		"Changes the fields that are given; null or an empty text clears one.", staff.RegisterMembers,
		200), a.changeMember)
	find := memberRoute("find-members", http.MethodPost, "/v1/members/find", "Find members",
		"Finds members by phone or unionid, which are looked up by keyed hash. How often a principal may "+
			"ask is limited.", staff.ViewMembers, 200)
	find.answer = reflect.TypeFor[wire.MembersFound]()
	handle(a, find, a.findMembers)
	consent := memberRoute("consent", http.MethodPost, "/v1/members/{code}/consents",
		"Record what a member decided", "Every decision stays on record; of several for one purpose the "+
			"newest counts. A refusal of personalisation ends personal recommendations, a withdrawn "+
			"consent to body_data removes the measures.", staff.RegisterMembers, 201, 200)
	consent.answer = reflect.TypeFor[wire.ConsentTaken]()
	consent.Parameters = append(consent.Parameters, keyHeader()...)
	handle(a, consent, a.recordConsent)
	a.memberReads()
}

func memberRoute(id, method, path, summary, text string, may staff.Action, statuses ...int) route {
	r := route{Operation: huma.Operation{OperationID: id, Method: method, Path: path,
		Tags: []string{"members"}, Summary: summary, Description: text,
		Errors: []int{http.StatusNotFound, http.StatusConflict}},
		answer: reflect.TypeFor[wire.MemberView](), statuses: statuses, may: may}
	if path != "/v1/members" && path != "/v1/members/find" {
		limit := wire.MaxCode
		r.Parameters = []*huma.Param{{Name: "code", In: "path", Required: true, Example: "M0000042",
			Description: "The chain's own member number.",
			Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: &limit}}}
	}
	return r
}

func (a *API) memberReads() {
	huma.Register(a.huma, huma.Operation{OperationID: "member", Method: http.MethodGet,
		Path: "/v1/members/{code}", Tags: []string{"members"}, Summary: "Show a member",
		Description: "The name is masked and of the phone only the last four digits are shown. With " +
			"reveal, headquarters sees everything; each such look is on record.",
		Responses: a.reads(reflect.TypeFor[wire.MemberView]())}, a.showMember)
	huma.Register(a.huma, huma.Operation{OperationID: "list-consents", Method: http.MethodGet,
		Path: "/v1/members/{code}/consents", Tags: []string{"members"},
		Summary: "List what a member decided", Description: "Newest first, a page at a time.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.Consent]]())}, a.listConsents)
	huma.Register(a.huma, huma.Operation{OperationID: "list-looks", Method: http.MethodGet,
		Path: "/v1/members/{code}/looks", Tags: []string{"members"},
		Summary: "List who saw everything of a member", Description: "Newest first, a page at a time.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.Look]]())}, a.listLooks)
	huma.Register(a.huma, huma.Operation{OperationID: "erase-member", Method: http.MethodDelete,
		Path: "/v1/members/{code}", Tags: []string{"members"}, Summary: "Erase a member",
		Description: "Destroys the member's key and all that is personal, for ever. Orders stay under a " +
			"pseudonym, and nobody gets the code again. Erasing again answers as the first time.",
		Responses: a.reads(reflect.TypeFor[wire.Erasure]())}, a.eraseMember)
}

// memberScope is whose members a principal deals with. A channel serves those of every store.
func memberScope(who *staff.Principal) retail.Scope {
	if who.Role == staff.Storefront {
		return retail.HQScope()
	}
	return who.Scope
}

func (a *API) registerMember(c *call, b *wire.Registration) {
	t := translation{look: a.cfg.Lookup, who: c.who}
	g := &member.Registration{UnionID: b.UnionID, Code: b.Code, OptOut: b.OptOut, Simulated: b.Simulated,
		Person: person(&b.Person), By: c.who.User}
	if b.Origin != "" {
		g.Origin = t.store("origin", b.Origin)
	} else if c.who.Role != staff.Storefront && !c.who.Scope.All() {
		t.fault(http.StatusUnprocessableEntity, "origin", "",
			"is missing: name the store that wins the member")
	}
	for i := range b.Consents {
		g.Consents = append(g.Consents,
			t.consent("consents["+strconv.Itoa(i)+"].purpose", &b.Consents[i], c.who.User))
	}
	if problem := t.problem(); problem != nil {
		c.refuse(problem)
		return
	}
	m, created, err := a.cfg.Members.Register(c.r.Context(), g)
	if err != nil {
		c.refuse(a.memberRefused(err, b.Code))
		return
	}
	v := a.memberView(m)
	v.Replayed = !created
	if !created && !memberScope(c.who).Sees(m.Origin) {
		v = &wire.MemberView{Code: v.Code, Consents: []wire.Consent{}, Version: v.Version, Replayed: true}
	}
	c.reply(map[bool]int{true: http.StatusCreated, false: http.StatusOK}[created], v)
}

func person(p *wire.Person) member.Person {
	out := member.Person{Name: p.Name, Phone: p.Phone, Birthday: p.Birthday, Gender: p.Gender}
	if p.Body != nil {
		out.Body = member.Body(*p.Body)
	}
	return out
}

func (t *translation) consent(path string, c *wire.NewConsent, by string) member.Consent {
	purpose, known := member.ParsePurpose(c.Purpose)
	if !known {
		t.fault(http.StatusUnprocessableEntity, path, c.Purpose, "must be one of "+member.PurposeNames)
	}
	channel, _ := retail.ParseChannel(c.Channel)
	return member.Consent{Purpose: purpose, Granted: c.Granted, Version: c.Version, Channel: channel,
		At: c.At, By: by}
}

func (a *API) changeMember(c *call, b *wire.MemberChange) {
	change := &member.Change{UnionID: b.UnionID, Name: b.Name, Phone: b.Phone, Birthday: b.Birthday,
		Gender: b.Gender}
	if b.Body != nil {
		body := member.Body(*b.Body)
		change.Body = &body
	}
	if b.Origin != nil {
		t := translation{look: a.cfg.Lookup, who: c.who}
		origin := retail.StoreID(0)
		switch {
		case !c.who.Scope.All():
			t.fault(http.StatusForbidden, "origin", *b.Origin, "is for headquarters to change")
		case *b.Origin != "":
			origin = t.store("origin", *b.Origin)
		}
		if problem := t.problem(); problem != nil {
			c.refuse(problem)
			return
		}
		change.Origin = &origin
	}
	code := c.r.PathValue("code")
	m, err := a.cfg.Members.Change(c.r.Context(), memberScope(c.who), code, change, c.who.User)
	if err != nil {
		c.refuse(a.memberRefused(err, code))
		return
	}
	c.reply(http.StatusOK, a.memberView(m))
}

func (a *API) findMembers(c *call, b *wire.MemberQuery) {
	if problem := a.lookups.take(c.who.User, 1); problem != nil {
		c.refuse(problem)
		return
	}
	var found []member.Member
	var err error
	if b.Phone != "" {
		found, err = a.cfg.Members.FindByPhone(c.r.Context(), memberScope(c.who), b.Phone)
	} else {
		found, err = a.cfg.Members.FindByUnion(c.r.Context(), memberScope(c.who), b.UnionID)
	}
	if err != nil {
		c.refuse(a.memberRefused(err, ""))
		return
	}
	out := wire.MembersFound{Members: make([]wire.MemberView, 0, len(found))}
	for i := range found {
		out.Members = append(out.Members, *a.memberView(&found[i]))
	}
	c.reply(http.StatusOK, &out)
}

func (a *API) recordConsent(c *call, b *wire.NewConsent) {
	key, problem := c.key()
	t := translation{look: a.cfg.Lookup, who: c.who}
	k := t.consent("purpose", b, c.who.User)
	if problem == nil {
		problem = t.problem()
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	code := c.r.PathValue("code")
	replayed, err := a.cfg.Members.Consent(c.r.Context(), memberScope(c.who), code,
		requestKey(c.who, key), &k)
	if err != nil {
		c.refuse(a.memberRefused(err, code))
		return
	}
	c.reply(statusOf(order.Result{Replayed: replayed}), &wire.ConsentTaken{Replayed: replayed})
}

// memberRefused says why a request about members had no effect. Personal values are never repeated.
func (a *API) memberRefused(err error, code string) *wire.Problem {
	var bad *member.Invalid
	var taken *member.Taken
	var erased *member.ErasedCode
	switch {
	case errors.As(err, &bad):
		return invalid(wire.Fault{Location: "body." + bad.Field, Reason: bad.Reason})
	case errors.As(err, &taken):
		return conflict("taken", "Another member has that", "",
			wire.Fault{Location: "body." + taken.Field, Reason: "belongs to another member"})
	case errors.As(err, &erased):
		return conflict("erased", "The member was erased", "",
			wire.Fault{Location: "body.code", Value: value(code), Reason: member.ReasonErased})
	case errors.Is(err, member.ErrKeyReused):
		return a.refusal(order.ErrKeyReused, spot{}, true)
	case errors.Is(err, member.ErrNotFound):
		return notFound("Member " + code)
	}
	return a.outage(err, true)
}

type memberPath struct {
	Code   string `path:"code" maxLength:"64" doc:"The chain's own member number." example:"M0000042"`
	Reveal bool   `query:"reveal" doc:"Show everything personal. Needs a role that may, and is put on record."`
}

type memberAnswer struct{ Body *wire.MemberView }

func (a *API) showMember(ctx context.Context, in *memberPath) (*memberAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.ViewMembers) || in.Reveal && !who.May(staff.RevealMembers) {
		return nil, forbidden("The role " + string(who.Role) + " does not see that of members.")
	}
	var m *member.Member
	var err error
	if in.Reveal {
		m, err = a.cfg.Members.Reveal(ctx, memberScope(who), in.Code, who.User)
	} else {
		m, err = a.cfg.Members.Show(ctx, memberScope(who), in.Code)
	}
	if err != nil {
		return nil, a.memberRefused(err, in.Code)
	}
	return &memberAnswer{Body: a.memberView(m)}, nil
}

func (a *API) memberView(m *member.Member) *wire.MemberView {
	v := &wire.MemberView{Code: m.Code, PhoneLastFour: m.LastFour, OptOut: !m.Personalized,
		Person:   wire.Person{Name: m.Name, Phone: m.Phone, Birthday: m.Birthday, Gender: m.Gender},
		Consents: make([]wire.Consent, 0, len(m.Agrees)), RegisteredAt: m.RegisteredAt,
		Simulated: m.Simulated, Version: m.Version}
	if m.Origin != 0 {
		v.Origin = a.storeCode(m.Origin)
	}
	if m.Body != (member.Body{}) {
		body := wire.Body(m.Body)
		v.Body = &body
	}
	for i := range m.Agrees {
		v.Consents = append(v.Consents, consentView(&m.Agrees[i]))
	}
	return v
}

func consentView(c *member.Consent) wire.Consent {
	return wire.Consent{Purpose: c.Purpose.String(), Granted: c.Granted, Version: c.Version,
		Channel: c.Channel.String(), At: c.At, By: c.By}
}

type erasePath struct {
	Code string `path:"code" maxLength:"64" doc:"The chain's own member number." example:"M0000042"`
}

type erasureAnswer struct{ Body *wire.Erasure }

func (a *API) eraseMember(ctx context.Context, in *erasePath) (*erasureAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.EraseMembers) {
		return nil, forbidden("The role " + string(who.Role) + " does not erase members.")
	}
	gone, err := a.cfg.Members.Erase(ctx, in.Code, who.User)
	if err != nil {
		return nil, a.memberRefused(err, in.Code)
	}
	a.cfg.Lookup.Forget(catalogue.Change{Kind: "members", IDs: []int64{int64(gone.ID)}})
	return &erasureAnswer{Body: &wire.Erasure{Pseudonym: gone.Pseudonym, ErasedAt: gone.At.UTC()}}, nil
}
