package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const rulesPath = "/v1/merchandising-rules"

func (a *API) ruleRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "add-merchandising-rule", Method: http.MethodPost,
			Path: rulesPath, Tags: []string{"catalogue"}, Summary: "Add a merchandising rule",
			Description: "Recommendations obey it within a second. Headquarters makes rules for the chain " +
				"and for any store, managers for their own stores. Answers 201, or 200 when the same " +
				"request had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.RuleView](), statuses: []int{201, 200}, may: staff.Merchandise,
	}, a.addRule)
	handle(a, route{
		Operation: huma.Operation{OperationID: "change-merchandising-rule", Method: http.MethodPut,
			Path: rulesPath + "/{id}", Tags: []string{"catalogue"}, Summary: "Change a merchandising rule",
			Description: "Puts another rule in its place, unless somebody else did meanwhile. Sending it " +
				"again is harmless.",
			Parameters: []*huma.Param{ruleParam(), matchHeader()},
			Errors:     []int{http.StatusNotFound, http.StatusConflict, 412, 428}},
		answer: reflect.TypeFor[wire.RuleView](), statuses: []int{200}, may: staff.Merchandise,
	}, a.changeRule)
	gone := a.reads(reflect.TypeFor[wire.RuleView]())
	delete(gone, "200")
	gone["204"] = &huma.Response{Description: http.StatusText(http.StatusNoContent)}
	for _, status := range []int{412, 428} {
		gone[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status),
			Content: gone["404"].Content}
	}
	huma.Register(a.huma, huma.Operation{OperationID: "delete-merchandising-rule",
		Method: http.MethodDelete, Path: rulesPath + "/{id}", Tags: []string{"catalogue"},
		Summary: "Delete a merchandising rule", DefaultStatus: http.StatusNoContent,
		Description: "Unless somebody else changed it meanwhile. Who deleted it stays on record.",
		Responses:   gone,
	}, a.deleteRule)
	huma.Register(a.huma, huma.Operation{OperationID: "merchandising-rule", Method: http.MethodGet,
		Path: rulesPath + "/{id}", Tags: []string{"catalogue"}, Summary: "Show a merchandising rule",
		Description: "Its ETag goes into If-Match.", Responses: a.reads(reflect.TypeFor[wire.RuleView]()),
	}, a.showRule)
	huma.Register(a.huma, huma.Operation{OperationID: "list-merchandising-rules", Method: http.MethodGet,
		Path: rulesPath, Tags: []string{"catalogue"}, Summary: "List merchandising rules",
		Description: "The newest first, a page at a time. Whoever is bound to stores sees theirs.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.RuleView]]()),
	}, a.listRules)
}

func ruleParam() *huma.Param {
	p := idParam()
	p.Description = "Number of the rule."
	return p
}

func matchHeader() *huma.Param {
	return &huma.Param{Name: "If-Match", In: "header", Required: true, Example: `"3"`,
		Description: `The version that you have seen, as the ETag of the rule: "3"; or * for any.`,
		Schema:      &huma.Schema{Type: huma.TypeString}}
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// match reads an If-Match header: a version, 0 for any.
func match(header string) (int64, *wire.Problem) {
	if header == "" {
		return 0, &wire.Problem{Type: "/problems/precondition-required",
			Title: "The request must say which version it is about", Status: http.StatusPreconditionRequired,
			Errors: []wire.Fault{{Location: "header.If-Match",
				Reason: `is missing: send the version that you have seen, such as "3"`}}}
	}
	if header == "*" {
		return 0, nil
	}
	text := strings.TrimSuffix(strings.TrimPrefix(header, `"`), `"`)
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 1 {
		return 0, invalid(wire.Fault{Location: "header.If-Match", Value: value(clipText(header)),
			Reason: `must be a version such as "3", or *`})
	}
	return version, nil
}

// clipText keeps what is shown of a text short.
func clipText(text string) string {
	if len(text) <= wire.MaxCode {
		return text
	}
	return strings.ToValidUTF8(text[:wire.MaxCode], "") + "…"
}

// rule translates a body.
func (a *API) rule(c *call, b *wire.Rule) (r retail.MerchandisingRule, problem *wire.Problem) {
	wanted := &codes{}
	wanted.add(b.Store, "")
	wanted.sku(b.SKU)
	if problem = a.prefetch(c.r.Context(), wanted); problem != nil {
		return r, problem
	}
	t := translation{look: a.cfg.Lookup, who: c.who}
	r = retail.MerchandisingRule{Category: b.Category, Brand: b.Brand, Factor: b.Factor, Place: b.Place,
		Quota: b.Quota, Note: b.Note, ChangedBy: c.who.User, ChangedAt: a.cfg.Now(),
		Window: retail.Window{From: b.From.UTC().Truncate(time.Microsecond),
			Until: b.Until.UTC().Truncate(time.Microsecond)}}
	r.Kind, _ = retail.ParseRuleKind(b.Kind)
	switch {
	case b.Store != "":
		r.Store = t.store("store", b.Store)
	case !c.who.Scope.All():
		t.fault(http.StatusForbidden, "store", "", "is missing: you make rules for your own stores")
	}
	if b.SKU != "" {
		if sku := t.sku("sku", b.SKU); sku != nil {
			r.SKU = sku.ID
		}
	}
	for _, name := range b.Scenes {
		if s, ok := retail.ParseScene(name); ok {
			r.Scenes |= 1 << s
		}
	}
	for _, name := range b.Tags {
		if tag, ok := retail.ParseTag(name); ok {
			r.Tags |= 1 << tag
		}
	}
	if problem = t.problem(); problem == nil {
		if err := catalogue.CheckRule(&r); err != nil {
			problem = a.ruleRefused(err)
		}
	}
	return r, problem
}

func (a *API) addRule(c *call, b *wire.Rule) {
	text, problem := c.key()
	r, wrong := a.rule(c, b)
	if problem == nil {
		problem = wrong
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	added, replayed, err := a.cfg.Merchandiser.AddRule(c.r.Context(), c.who.Scope, &catalogue.NewRule{
		MerchandisingRule: r, Key: requestKey(c.who, text)})
	if err != nil {
		c.refuse(a.ruleRefused(err))
		return
	}
	status := http.StatusCreated
	if replayed {
		status = http.StatusOK
	}
	a.replyRule(c, status, &added, replayed)
}

func (a *API) replyRule(c *call, status int, r *retail.MerchandisingRule, replayed bool) {
	v := a.ruleView(r)
	v.Replayed = replayed
	c.w.Header().Set("ETag", etag(r.Version))
	c.reply(status, v)
}

func (a *API) changeRule(c *call, b *wire.Rule) {
	id, problem := pathID(c.r.PathValue("id"))
	have, unmatched := match(c.r.Header.Get("If-Match"))
	if problem == nil {
		problem = unmatched
	}
	var r retail.MerchandisingRule
	if problem == nil {
		r, problem = a.rule(c, b)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	r.ID = retail.RuleID(id)
	now, err := a.cfg.Merchandiser.ChangeRule(c.r.Context(), c.who.Scope, &r, have)
	if err != nil {
		c.refuse(a.ruleRefused(err))
		return
	}
	a.replyRule(c, http.StatusOK, &now, false)
}

type ruleAtVersion struct {
	ID      int64  `path:"id" minimum:"1" doc:"Number of the rule." example:"17"`
	IfMatch string `header:"If-Match" doc:"The version that you have seen, as the ETag of the rule; or *." example:"\"3\""`
}

func (a *API) deleteRule(ctx context.Context, in *ruleAtVersion) (*struct{}, error) {
	who := staff.From(ctx)
	if !who.May(staff.Merchandise) {
		return nil, forbidden("The role " + string(who.Role) + " does not cover this.")
	}
	have, problem := match(in.IfMatch)
	if problem != nil {
		return nil, problem
	}
	err := a.cfg.Merchandiser.DeleteRule(ctx, who.Scope, retail.RuleID(in.ID), who.User, have)
	if err != nil {
		return nil, a.ruleRefused(err)
	}
	return nil, nil
}

type ruleAnswer struct {
	ETag string `header:"ETag"`
	Body *wire.RuleView
}

// readsRules refuses whoever may not see rules.
func readsRules(who *staff.Principal) *wire.Problem {
	if !who.May(staff.ReadKPIs) {
		return forbidden("The role " + string(who.Role) + " does not read merchandising rules.")
	}
	return nil
}

func (a *API) showRule(ctx context.Context, in *idPath) (*ruleAnswer, error) {
	who := staff.From(ctx)
	if problem := readsRules(who); problem != nil {
		return nil, problem
	}
	r, err := a.cfg.Merchandiser.Rule(ctx, who.Scope, retail.RuleID(in.ID))
	if err != nil {
		return nil, a.ruleRefused(err)
	}
	return &ruleAnswer{ETag: etag(r.Version), Body: a.ruleView(&r)}, nil
}

type rulesQuery struct {
	PageQuery
	Store   string `query:"store" maxLength:"64" doc:"Rules of this store alone, by its code."`
	Current bool   `query:"current" doc:"Leave out the rules that have ended."`
}

func (a *API) listRules(ctx context.Context, q *rulesQuery) (*pageAnswer[wire.RuleView], error) {
	const list = "merchandising rules"
	who := staff.From(ctx)
	problem := readsRules(who)
	f := catalogue.RuleFilter{Current: q.Current}
	if problem == nil {
		problem = readable("store", q.Store)
	}
	if problem == nil && q.Store != "" {
		id, _, known := a.cfg.Lookup.Store(q.Store)
		if f.Store = id; !known || !who.Scope.Sees(id) {
			problem = notFound("Store " + q.Store)
		}
	}
	before, unknown := a.cursors.number(list, q.Cursor, 0)
	if problem == nil {
		problem = unknown
	}
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	f.Before, f.Limit = retail.RuleID(before), n+1
	rows, err := a.cfg.Merchandiser.Rules(ctx, who.Scope, f)
	if err != nil {
		return nil, a.outage(err, true)
	}
	return answerPage(a, list, rows, n, func(r *retail.MerchandisingRule) (string, wire.RuleView) {
		return strconv.FormatInt(int64(r.ID), 10), *a.ruleView(r)
	}), nil
}

func (a *API) ruleView(r *retail.MerchandisingRule) *wire.RuleView {
	v := &wire.RuleView{ID: int64(r.ID), Version: r.Version, ChangedBy: r.ChangedBy,
		ChangedAt: r.ChangedAt.UTC(), Rule: wire.Rule{Kind: r.Kind.String(), Scenes: r.SceneNames(),
			Category: r.Category, Brand: r.Brand, Tags: r.TagNames(), Factor: r.Factor, Place: r.Place,
			Quota: r.Quota, From: r.From, Until: r.Until, Note: r.Note}}
	if r.Store != 0 {
		v.Store = a.storeCode(r.Store)
	}
	if r.SKU != 0 {
		v.SKU = a.skuCode(r.SKU)
	}
	return v
}

// ruleRefused says why a change of a rule had no effect.
func (a *API) ruleRefused(err error) *wire.Problem {
	var moved *catalogue.RuleMoved
	var full *catalogue.TooManyRules
	switch {
	case errors.Is(err, catalogue.ErrNoRule):
		return notFound("The rule")
	case errors.As(err, &moved):
		return &wire.Problem{Type: "/problems/changed", Title: "The rule has changed meanwhile",
			Status: http.StatusPreconditionFailed,
			Detail: fmt.Sprintf("It has version %d now. Read it and decide again.", moved.Is),
			Errors: []wire.Fault{{Location: "header.If-Match", Value: value(moved.Have),
				Reason: "is not the version of the rule"}}}
	case errors.As(err, &full):
		return conflict("too-many-rules", "There is no room for a rule",
			full.Error()+", the most there may be. Delete one first, or let one end.")
	case errors.Is(err, catalogue.ErrKeyReused):
		return conflict("key-reused", "The Idempotency-Key was used before",
			"The key was used for a rule with another content, which stands.")
	}
	return a.goodsRefusal(err, "The rule")
}
