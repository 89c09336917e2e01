package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) listingRoutes() {
	op := putRoute("listings", "A listing takes a SKU out of a store, or gives it a price of its own there, "+
		"for a time; without one, a store sells every SKU at the SKU's price.")
	op.may = staff.SetPrices
	handle(a, op, func(c *call, b *wire.Listings) {
		wanted := &codes{}
		for i := range b.Listings {
			wanted.add(b.Listings[i].Store, "")
			wanted.sku(b.Listings[i].SKU)
		}
		if problem := a.prefetch(c.r.Context(), wanted); problem != nil {
			c.refuse(problem)
			return
		}
		merge(a, c, "listings", b.Listings, listingRow,
			func(ctx context.Context, rows []retail.Listing) ([]catalogue.Result, error) {
				return a.cfg.Shelves.PutListings(ctx, c.who.Scope, rows)
			})
	})
	huma.Register(a.huma, huma.Operation{OperationID: "store-products", Method: http.MethodGet,
		Path: "/v1/stores/{store}/products", Tags: []string{"catalogue"},
		Summary: "List what a store sells",
		Description: "What customers can buy there now through a channel, and for how much, in ascending " +
			"order of code, a page at a time.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.Offer]]()),
	}, a.listOffers)
}

func listingRow(t *translation, w *wire.Listing) (string, retail.Listing) {
	l := retail.Listing{Listed: !w.Unlisted, Price: w.Price.Money, Priced: w.Price.Given,
		Window: retail.Window{From: w.From, Until: w.Until}}
	l.Store = t.store("store", w.Store)
	if s := t.sku("sku", w.SKU); s != nil {
		l.SKU = s.ID
	}
	return w.Store + "/" + w.SKU, l
}

type offersQuery struct {
	PageQuery
	Store   string `path:"store" maxLength:"64" doc:"Code of the store."`
	Channel string `query:"channel" enum:"till,mini_program,web,phone" default:"till" doc:"Where customers buy."`
}

func (a *API) listOffers(ctx context.Context, q *offersQuery) (*pageAnswer[wire.Offer], error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadCatalogue) && !who.May(staff.Sell) {
		return nil, forbidden("The role " + string(who.Role) + " does not list what stores sell.")
	}
	if problem := readable("store", q.Store); problem != nil {
		return nil, problem
	}
	store, _, known := a.cfg.Lookup.Store(q.Store)
	if !known || !who.Serves(store) {
		return nil, notFound("Store " + q.Store)
	}
	name := "offers " + q.Store
	after, problem := a.cursors.after(name, q.Cursor)
	if problem != nil {
		return nil, problem
	}
	channel, _ := retail.ParseChannel(q.Channel)
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := a.cfg.Shelves.Offers(ctx, store, channel, a.cfg.Now(), after, n+1)
	if err != nil {
		return nil, a.outage(err, true)
	}
	return &pageAnswer[wire.Offer]{Body: pageOf(a, name, who, rows, n, offerShown)}, nil
}

func offerShown(who *staff.Principal, o *catalogue.Offer) (string, wire.Offer) {
	code, shown := productShown(who, &o.SKU)
	out := wire.Offer{ShownProduct: shown}
	if o.Own {
		out.StorePrice = wire.Of(o.Price)
	}
	return code, out
}
