package api

import (
	"context"
	"math"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) orderListRoutes() {
	huma.Register(a.huma, huma.Operation{OperationID: "list-orders", Method: http.MethodGet,
		Path: "/v1/stores/{store}/orders", Tags: []string{"orders"}, Summary: "List a store's orders",
		Description: "The highest numbers first, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.OrderBrief]]()),
	}, a.listOrders)
}

type ordersQuery struct {
	Store string `path:"store" maxLength:"64" doc:"Code of the store." example:"367"`
	// The rest is a pageQuery, which huma cannot fill as an embedded type of this package's own.
	Cursor string `query:"cursor" maxLength:"200" doc:"What next of the page before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Rows of one page."`
}

func (a *API) listOrders(ctx context.Context, q *ordersQuery) (*pageAnswer[wire.OrderBrief], error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadOrders) {
		return nil, forbidden("The role " + string(who.Role) + " does not read orders.")
	}
	store, _, known := a.cfg.Lookup.Store(q.Store)
	if !known || !who.Serves(store) {
		return nil, notFound("Store " + q.Store)
	}
	list := "orders of " + q.Store
	below, problem := a.cursors.number(list, q.Cursor, math.MaxInt64)
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := a.cfg.Orders.OrdersOf(ctx, who.Reach(), store, retail.OrderID(below), n+1)
	if err != nil {
		return nil, a.outage(err, true)
	}
	page := &wire.Page[wire.OrderBrief]{Items: make([]wire.OrderBrief, 0, min(n, len(rows)))}
	for i := range rows[:min(n, len(rows))] {
		page.Items = append(page.Items, brief(&rows[i]))
	}
	if len(rows) > n {
		page.Next = a.cursors.next(list, strconv.FormatInt(int64(rows[n-1].ID), 10))
	}
	return &pageAnswer[wire.OrderBrief]{Body: page}, nil
}

func brief(o *order.Brief) wire.OrderBrief {
	return wire.OrderBrief{ID: int64(o.ID), Member: o.Member, Channel: o.Channel.String(),
		Fulfilment: o.Fulfilment.String(), State: o.State.String(), PlacedAt: o.PlacedAt, PaidAt: o.PaidAt,
		ExternalRef: o.ExternalRef, Simulated: o.Simulated, Gross: o.Gross, Discount: o.Discount,
		Net: o.Gross - o.Discount}
}
