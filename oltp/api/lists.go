package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// PageQuery asks for one page of a list.
type PageQuery struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"What next of the page before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Rows of one page."`
}

type pageAnswer[W any] struct{ Body *wire.Page[W] }

func (a *API) listRoutes() {
	list(a, "regions", staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.Region, error) {
			return a.cfg.Lister.Regions(ctx, after, n)
		}, func(_ *staff.Principal, r *retail.Region) (string, wire.Region) {
			return r.Code, wire.Region{Code: r.Code, Name: r.Name, NameEN: r.NameEN}
		})
	list(a, "stores", staff.ReadCatalogue,
		func(ctx context.Context, who *staff.Principal, after string, n int) ([]retail.Store, error) {
			return a.cfg.Lister.Stores(ctx, who.Scope, after, n)
		}, storeShown)
	a.goodsLists()
	list(a, "members", staff.ReadMembers,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.Member, error) {
			return a.cfg.Lister.Members(ctx, after, n)
		}, a.memberShown)
}

// byCode describes a list that goes by code.
const byCode = "In ascending order of code, a page at a time."

// list registers a list in pages, in ascending order of code.
func list[R, W any](a *API, name string, may staff.Action,
	read func(context.Context, *staff.Principal, string, int) ([]R, error),
	show func(*staff.Principal, *R) (code string, shown W)) {

	listBy(a, name, byCode, may,
		func(ctx context.Context, who *staff.Principal, _ *PageQuery, after string, n int) ([]R, error) {
			return read(ctx, who, after, n)
		}, show)
}

// paged is the query of a list: PageQuery, or a struct that embeds it beside filters.
type paged[Q any] interface {
	*Q
	page() *PageQuery
}

func (q *PageQuery) page() *PageQuery { return q }

// listBy is list with filters in the query.
func listBy[Q any, P paged[Q], R, W any](a *API, name, text string, may staff.Action,
	read func(context.Context, *staff.Principal, P, string, int) ([]R, error),
	show func(*staff.Principal, *R) (code string, shown W)) {

	huma.Register(a.huma, huma.Operation{OperationID: "list-" + name, Method: http.MethodGet,
		Path: "/v1/" + name, Tags: []string{"catalogue"}, Summary: "List " + name,
		Description: text,
		Responses:   a.reads(reflect.TypeFor[wire.Page[W]]()),
	}, func(ctx context.Context, in *Q) (*pageAnswer[W], error) {
		q := P(in)
		who := staff.From(ctx)
		if !who.May(may) {
			return nil, forbidden("The role " + string(who.Role) + " does not list " + name + ".")
		}
		after, problem := a.cursors.after(name, q.page().Cursor)
		if problem != nil {
			return nil, problem
		}
		n := min(q.page().Limit, a.cfg.Limits.Page)
		rows, err := read(ctx, who, q, after, n+1)
		if err != nil {
			var known *wire.Problem
			if errors.As(err, &known) {
				return nil, known
			}
			return nil, a.outage(err, true)
		}
		return &pageAnswer[W]{Body: pageOf(a, name, who, rows, n, show)}, nil
	})
}

// pageOf shows the first n rows, with a cursor where there are more.
func pageOf[R, W any](a *API, name string, who *staff.Principal, rows []R, n int,
	show func(*staff.Principal, *R) (code string, shown W)) *wire.Page[W] {
	page := &wire.Page[W]{Items: make([]W, 0, min(n, len(rows)))}
	last := ""
	for i := range rows[:min(n, len(rows))] {
		code, shown := show(who, &rows[i])
		last, page.Items = code, append(page.Items, shown)
	}
	if len(rows) > n {
		page.Next = a.cursors.next(name, last)
	}
	return page
}

func (a *API) memberShown(_ *staff.Principal, m *retail.Member) (string, wire.Member) {
	w := wire.Member{Code: m.Code, OptOut: !m.Personalized, Simulated: m.Simulated}
	if m.Origin != 0 {
		w.Origin = a.storeCode(m.Origin)
	}
	return m.Code, w
}
