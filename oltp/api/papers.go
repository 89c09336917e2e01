package api

import (
	"context"
	"strconv"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// papers answers one page of a list of documents of stores, newest first.
func papers[R, W any](ctx context.Context, a *API, list string, q *PageQuery, store string,
	read func(scope retail.Scope, before int64, n int) ([]R, error),
	show func(*R) (id int64, shown *W)) (*pageAnswer[W], error) {

	who := staff.From(ctx)
	if problem := readsStock(who); problem != nil {
		return nil, problem
	}
	scope, problem := a.narrowed(who, store)
	if problem != nil {
		return nil, problem
	}
	before, problem := a.cursors.number(list, q.Cursor, 0)
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := read(scope, before, n+1)
	if err != nil {
		return nil, a.outage(err, true)
	}
	return answerPage(a, list, rows, n, func(r *R) (string, W) {
		id, shown := show(r)
		return strconv.FormatInt(id, 10), *shown
	}), nil
}

// readsStock refuses whoever may not read a store's books; a storefront may not.
func readsStock(who *staff.Principal) *wire.Problem {
	if !who.May(staff.ReadStock) || who.Role == staff.Storefront {
		return forbidden("The role " + string(who.Role) + " does not read the books of stores.")
	}
	return nil
}

// narrowed is the principal's scope, narrowed to the store that a query names.
func (a *API) narrowed(who *staff.Principal, store string) (retail.Scope, *wire.Problem) {
	if store == "" {
		return who.Scope, nil
	}
	id, _, known := a.cfg.Lookup.Store(store)
	if !known || !who.Scope.Sees(id) {
		return retail.Scope{}, notFound("Store " + store)
	}
	return who.Scope.Narrow([]retail.StoreID{id}), nil
}

// answerPage answers a page of rows, of which one more than n were read.
func answerPage[R, W any](a *API, list string, rows []R, n int, show func(*R) (string, W)) *pageAnswer[W] {
	page := pageOf(a, list, nil, rows, n, func(_ *staff.Principal, r *R) (string, W) { return show(r) })
	return &pageAnswer[W]{Body: page}
}
