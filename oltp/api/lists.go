package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

type pageQuery struct {
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
	list(a, "categories", staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.Category, error) {
			return a.cfg.Lister.Categories(ctx, after, n)
		}, func(_ *staff.Principal, r *retail.Category) (string, wire.Category) {
			return r.Code, wire.Category{Code: r.Code, Name: r.Name, NameEN: r.NameEN}
		})
	list(a, "products", staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.SKU, error) {
			return a.cfg.Lister.Products(ctx, after, n)
		}, productShown)
	list(a, "members", staff.ReadMembers,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.Member, error) {
			return a.cfg.Lister.Members(ctx, after, n)
		}, a.memberShown)
}

// list registers a list in pages, in ascending order of code.
func list[R, W any](a *API, name string, may staff.Action,
	read func(context.Context, *staff.Principal, string, int) ([]R, error),
	show func(*staff.Principal, *R) (code string, shown W)) {

	huma.Register(a.huma, huma.Operation{OperationID: "list-" + name, Method: http.MethodGet,
		Path: "/v1/" + name, Tags: []string{"catalogue"}, Summary: "List " + name,
		Description: "In ascending order of code, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[W]]()),
	}, func(ctx context.Context, q *pageQuery) (*pageAnswer[W], error) {
		who := staff.From(ctx)
		if !who.May(may) {
			return nil, forbidden("The role " + string(who.Role) + " does not list " + name + ".")
		}
		after, problem := a.cursors.after(name, q.Cursor)
		if problem != nil {
			return nil, problem
		}
		n := min(q.Limit, a.cfg.Limits.Page)
		rows, err := read(ctx, who, after, n+1)
		if err != nil {
			return nil, a.outage(err, true)
		}
		page := &wire.Page[W]{Items: make([]W, 0, min(n, len(rows)))}
		last := ""
		for i := range rows[:min(n, len(rows))] {
			code, shown := show(who, &rows[i])
			last, page.Items = code, append(page.Items, shown)
		}
		if len(rows) > n {
			page.Next = a.cursors.next(name, last)
		}
		return &pageAnswer[W]{Body: page}, nil
	})
}

// productShown leaves the cost to headquarters.
func productShown(who *staff.Principal, s *retail.SKU) (string, wire.Product) {
	p := wire.Product{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Category: s.Category.Code,
		Brand: s.Brand, Price: s.Price, Inactive: !s.Active, Simulated: s.Simulated}
	if who.Role.Chainwide() {
		p.Cost = s.Cost
	}
	return s.Code, p
}

func (a *API) memberShown(_ *staff.Principal, m *retail.Member) (string, wire.Member) {
	w := wire.Member{Code: m.Code, OptOut: !m.Personalized, Simulated: m.Simulated}
	if m.Origin != 0 {
		w.Origin = a.storeCode(m.Origin)
	}
	return m.Code, w
}
