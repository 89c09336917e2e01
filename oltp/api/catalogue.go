package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) catalogueRoutes() {
	handle(a, putRoute("regions", ""), func(c *call, b *wire.Regions) {
		merge(a, c, "regions", b.Regions, regionRow, a.cfg.Editor.PutRegions)
	})
	stores := putRoute("stores", "Their regions must exist. Whoever runs regions changes the stores of "+
		"these, and opens stores in them.")
	stores.may = staff.EditStores
	handle(a, stores, func(c *call, b *wire.Stores) {
		wanted := &codes{}
		for i := range b.Stores {
			wanted.add(b.Stores[i].Code, "")
		}
		if problem := a.prefetch(c.r.Context(), wanted); problem != nil {
			c.refuse(problem)
			return
		}
		merge(a, c, "stores", b.Stores, storeRow, a.cfg.Editor.PutStores)
	})
	handle(a, putRoute("categories", "A parent exists or stands in the same request; the tree has no "+
		"cycles and at most 8 levels."), func(c *call, b *wire.Categories) {
		merge(a, c, "categories", b.Categories, categoryRow, a.cfg.Editor.PutCategories)
	})
	handle(a, putRoute("styles", "Their categories must exist."), func(c *call, b *wire.Styles) {
		merge(a, c, "styles", b.Styles, styleRow, a.cfg.Editor.PutStyles)
	})
	handle(a, putRoute("products", "Their categories and styles must exist. Each barcode belongs to one "+
		"SKU."),
		func(c *call, b *wire.Products) {
			merge(a, c, "products", b.Products, productRow, a.cfg.Editor.PutProducts)
		})
	handle(a, putRoute("members", "Phone numbers are kept as a keyed hash."),
		func(c *call, b *wire.Members) {
			wanted := &codes{}
			for i := range b.Members {
				wanted.add(b.Members[i].Origin, "")
			}
			if problem := a.prefetch(c.r.Context(), wanted); problem != nil {
				c.refuse(problem)
				return
			}
			merge(a, c, "members", b.Members, memberRow, a.cfg.Editor.PutMembers)
		})
	a.importRoute()
	a.exportRoute()
	a.nearestRoutes()
	a.listRoutes()
}

func putRoute(list, text string) route {
	return route{
		Operation: huma.Operation{OperationID: "put-" + list, Method: http.MethodPut,
			Path: "/v1/" + list, Tags: []string{"catalogue"}, Summary: "Merge " + list,
			Description: "Merges rows by code: a new code is created, a known one updated, an equal " +
				"row left alone. Each row succeeds or fails alone; the answer lists them in the " +
				"order of the request. " + text},
		answer: reflect.TypeFor[wire.MergedRows](), statuses: []int{200}, may: staff.EditCatalogue,
		list: list,
	}
}

// merge translates the rows of a bulk, merges those that are sound, and answers all of them.
func merge[W, R any](a *API, c *call, list string, in []W, translate func(*translation, *W) (string, R),
	put func(context.Context, []R) ([]catalogue.Result, error)) {

	if problem := a.admit(c, len(in)); problem != nil {
		c.refuse(problem)
		return
	}
	rows := newRows[R](c, list, len(in))
	out := wire.MergedRows{Results: make([]wire.Merged, len(in))}
	for i := range in {
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{list, i}}
		code, row := translate(&t, &in[i])
		if out.Results[i].Code = code; !rows.bad(i) {
			rows.add(i, row, t.problem())
		}
	}
	var results []catalogue.Result
	if len(rows.requests) > 0 {
		var err error
		if results, err = put(c.r.Context(), rows.requests); err != nil {
			c.refuse(a.outage(err, true))
			return
		}
	}
	for k, res := range results {
		m := &out.Results[rows.indexes[k]]
		m.Outcome, m.Version = res.Outcome.String(), res.Version
		if res.Err != nil {
			rows.problems[rows.indexes[k]] = a.rowRefused(res.Err, spot{list, rows.indexes[k]})
		}
	}
	for i, p := range rows.problems {
		if p != nil {
			out.Results[i].Outcome, out.Results[i].Problem = catalogue.Refused.String(), p
			out.Failed++
		}
	}
	c.reply(http.StatusOK, &out)
}

func (a *API) rowRefused(err error, s spot) *wire.Problem {
	var last *staff.LastAdmin
	if errors.As(err, &last) {
		return lastAdmin(last, wire.Fault{Location: s.at("name"), Value: value(last.Name),
			Reason: "is the last HQ admin"})
	}
	var bad *catalogue.Invalid
	if errors.As(err, &bad) {
		f := wire.Fault{Location: s.at(bad.Field), Reason: bad.Reason}
		if bad.Value != "" {
			f.Value = value(bad.Value)
		}
		return invalid(f)
	}
	return a.outage(fmt.Errorf("cannot merge %s: %w", s.at(""), err), true)
}

func regionRow(_ *translation, w *wire.Region) (string, retail.Region) {
	return w.Code, retail.Region{Code: w.Code, Name: w.Name, NameEN: w.NameEN}
}

func memberRow(t *translation, w *wire.Member) (string, catalogue.Member) {
	m := catalogue.Member{Phone: w.Phone, Member: retail.Member{Code: w.Code,
		Personalized: !w.OptOut, Simulated: w.Simulated}}
	if w.Origin != "" {
		m.Origin = t.store("origin", w.Origin)
	}
	return w.Code, m
}
