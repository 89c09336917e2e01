package api

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

type categoryQuery struct {
	PageQuery
	Parent string `query:"parent" maxLength:"64" doc:"Code of a category: only those right below it."`
}

// StyleQuery narrows a list of styles.
type StyleQuery struct {
	PageQuery
	Category string `query:"category" maxLength:"64" doc:"Code of a category, with all below it."`
	Brand    string `query:"brand" maxLength:"256" doc:"A brand, exactly."`
	Season   string `query:"season" maxLength:"32" doc:"A season, exactly."`
}

type goodsQuery struct {
	StyleQuery
	Style   string `query:"style" maxLength:"64" doc:"Code of a style: its SKUs."`
	Barcode string `query:"barcode" maxLength:"32" doc:"A barcode: the SKU that bears it."`
	Tag     string `query:"tag" enum:"hot,new,limited" doc:"A tag that holds now."`
	Text    string `query:"q" maxLength:"64" doc:"A part of the code or a name, of at least 2 letters."`
}

func (a *API) goodsLists() {
	listBy(a, "categories", byCode, staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, q *categoryQuery, after string, n int) (
			[]retail.Category, error) {
			if problem := readable("parent", q.Parent); problem != nil {
				return nil, problem
			}
			return a.cfg.Lister.Categories(ctx, q.Parent, after, n)
		}, func(_ *staff.Principal, r *retail.Category) (string, wire.Category) {
			return r.Code, wire.Category{Code: r.Code, Name: r.Name, NameEN: r.NameEN, Parent: r.Parent}
		})
	listBy(a, "styles", byCode+" Filters narrow it together.", staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, q *StyleQuery, after string, n int) (
			[]retail.Style, error) {
			f, problem := q.filter()
			if problem != nil {
				return nil, problem
			}
			return a.cfg.Lister.Styles(ctx, f, after, n)
		}, styleShown)
	listBy(a, "products", byCode+" Filters narrow it together.", staff.ReadCatalogue,
		func(ctx context.Context, _ *staff.Principal, q *goodsQuery, after string, n int) (
			[]retail.SKU, error) {
			f, problem := q.filter(a)
			if problem != nil {
				return nil, problem
			}
			return a.cfg.Lister.Products(ctx, f, after, n)
		}, productShown)
}

// filter is what the query lets through.
func (q *StyleQuery) filter() (catalogue.Filter, *wire.Problem) {
	return catalogue.Filter{Category: q.Category, Brand: q.Brand, Season: q.Season},
		readable("category", q.Category, "brand", q.Brand, "season", q.Season)
}

func (q *goodsQuery) filter(a *API) (catalogue.Filter, *wire.Problem) {
	f, problem := q.StyleQuery.filter()
	f.Style, f.Barcode, f.Text, f.At = q.Style, q.Barcode, q.Text, a.cfg.Now()
	if q.Tag != "" {
		f.Tag, _ = retail.ParseTag(q.Tag)
	}
	if problem == nil {
		problem = readable("style", q.Style, "barcode", q.Barcode, "q", q.Text)
	}
	if problem == nil && q.Text != "" && utf8.RuneCountInString(q.Text) < catalogue.MinText {
		problem = invalid(wire.Fault{Location: "query.q", Value: value(q.Text),
			Reason: fmt.Sprintf("has less than %d letters", catalogue.MinText)})
	}
	return f, problem
}

// readable refuses texts of a query, given as pairs of name and text, that no database can look for.
func readable(pairs ...string) *wire.Problem {
	for i := 0; i+1 < len(pairs); i += 2 {
		if text := pairs[i+1]; !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return invalid(wire.Fault{Location: "query." + pairs[i],
				Reason: "holds invalid UTF-8 or a zero byte"})
		}
	}
	return nil
}

func categoryRow(_ *translation, w *wire.Category) (string, retail.Category) {
	return w.Code, retail.Category{Code: w.Code, Name: w.Name, NameEN: w.NameEN, Parent: w.Parent}
}

func styleRow(_ *translation, w *wire.Style) (string, retail.Style) {
	return w.Code, retail.Style{Code: w.Code, Name: w.Name, NameEN: w.NameEN,
		Category: retail.Category{Code: w.Category}, Brand: w.Brand, Season: w.Season,
		Active: !w.Inactive, Simulated: w.Simulated}
}

func productRow(_ *translation, w *wire.Product) (string, retail.SKU) {
	s := retail.SKU{Code: w.Code, Name: w.Name, NameEN: w.NameEN,
		Category: retail.Category{Code: w.Category}, Brand: w.Brand, Price: w.Price, Cost: w.Cost,
		Active: !w.Inactive, Simulated: w.Simulated, Style: w.Style, Colour: w.Colour, Size: w.Size,
		SizeSystem: w.SizeSystem, SizeOrder: w.SizeOrder, Season: w.Season, OnlineOnly: w.OnlineOnly,
		OffSeason: w.OffSeason, Pack: w.Pack, Barcode: w.Barcode}
	for _, t := range w.Tags {
		tag, _ := retail.ParseTag(t.Tag)
		s.Tags = append(s.Tags, retail.TimedTag{Tag: tag,
			Window: retail.Window{From: t.From, Until: t.Until}})
	}
	return w.Code, s
}
