package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

func (a *API) stockListRoutes() {
	huma.Register(a.huma, huma.Operation{OperationID: "list-stock", Method: http.MethodGet,
		Path: "/v1/stock", Tags: []string{"stock"}, Summary: "List what stores have",
		Description: "In ascending order of store and SKU as they were created, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.HeldStock]]()),
	}, a.listStock)
	huma.Register(a.huma, huma.Operation{OperationID: "list-stock-moves", Method: http.MethodGet,
		Path: "/v1/stock/moves", Tags: []string{"stock"}, Summary: "Read the stock ledger",
		Description: "Newest entries first. A page looks at a bounded part of the ledger and may hold " +
			"fewer entries than asked for, even none: go on while there is a next one.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.StockEntry]]()),
	}, a.listMoves)
	huma.Register(a.huma, huma.Operation{OperationID: "list-in-transit", Method: http.MethodGet,
		Path: "/v1/stock/in-transit", Tags: []string{"stock"}, Summary: "List what is on the road",
		Description: "By destination and SKU, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.InTransit]]()),
	}, a.listInTransit)
	handle(a, route{
		Operation: huma.Operation{OperationID: "put-safety-stock", Method: http.MethodPut,
			Path: "/v1/stock/safety", Tags: []string{"stock"}, Summary: "Set safety stocks",
			Description: "At or below its safety stock a SKU runs low, which is told. 0 takes a safety " +
				"stock away. Each row succeeds or fails alone."},
		answer: reflect.TypeFor[wire.StockRows](), statuses: []int{200}, may: staff.MoveStock,
		list: "safeties",
	}, a.putSafeties)
}

type stockQuery struct {
	PageQuery
	Store string `query:"store" maxLength:"64" doc:"Stock of this store."`
	SKU   string `query:"sku" maxLength:"64" doc:"Stock of this SKU."`
	Below int32  `query:"below" minimum:"-1" default:"-1" doc:"Less than that is available. -1 means any."`
	Low   bool   `query:"low" doc:"Only what is at or below its safety stock."`
}

// stockFilter reads what the lists of stock have in common.
func (a *API) stockFilter(ctx context.Context, store, sku, list, cursor string) (scope retail.Scope,
	id retail.SKUID, after string, problem *wire.Problem) {
	who := staff.From(ctx)
	if problem = readsStock(who); problem != nil {
		return scope, id, after, problem
	}
	if scope, problem = a.narrowed(who, store); problem != nil {
		return scope, id, after, problem
	}
	if sku != "" {
		var known bool
		if id, known = a.cfg.Lookup.SKU(sku); !known {
			return scope, id, after, notFound("SKU " + sku)
		}
	}
	after, problem = a.cursors.after(list, cursor)
	return scope, id, after, problem
}

// A cursor of a list by store and SKU is their ids.

func keyText(k retail.StockKey) string { return fmt.Sprintf("%d/%d", k.Store, k.SKU) }

func parseKey(text string) (k retail.StockKey) {
	_, _ = fmt.Sscanf(text, "%d/%d", &k.Store, &k.SKU) // signed, so it is a key or empty
	return k
}

func (a *API) listStock(ctx context.Context, q *stockQuery) (*pageAnswer[wire.HeldStock], error) {
	scope, sku, after, problem := a.stockFilter(ctx, q.Store, q.SKU, "stock", q.Cursor)
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := a.cfg.StockLists.Levels(ctx, stock.LevelFilter{Scope: scope, SKU: sku, Below: q.Below,
		Low: q.Low, After: parseKey(after), Limit: n + 1})
	if err != nil {
		return nil, a.outage(err, true)
	}
	return answerPage(a, "stock", rows, n, func(h *stock.Held) (string, wire.HeldStock) {
		return keyText(h.StockKey), wire.HeldStock{StockLevel: *a.level(h.StockLevel), Safety: h.Safety,
			InTransit: h.InTransit}
	}), nil
}

type moveQuery struct {
	PageQuery
	Store string `query:"store" maxLength:"64" doc:"Entries of this store."`
	SKU   string `query:"sku" maxLength:"64" doc:"Entries of this SKU."`
	Kind  string `query:"kind" maxLength:"32" doc:"Entries of this kind, such as transfer_in."`
}

func (a *API) listMoves(ctx context.Context, q *moveQuery) (*pageAnswer[wire.StockEntry], error) {
	scope, sku, after, problem := a.stockFilter(ctx, q.Store, q.SKU, "moves", q.Cursor)
	if problem != nil {
		return nil, problem
	}
	kind, known := retail.ParseStockMoveKind(q.Kind)
	if q.Kind != "" && !known {
		return nil, invalid(wire.Fault{Location: "query.kind", Value: value(q.Kind),
			Reason: "is not a kind of stock move"})
	}
	entries, next, err := a.cfg.StockLists.Moves(ctx, stock.MoveFilter{Scope: scope, SKU: sku, Kind: kind,
		Before: after, Limit: min(q.Limit, a.cfg.Limits.Page)})
	if err != nil {
		return nil, a.outage(err, true)
	}
	page := &wire.Page[wire.StockEntry]{Items: make([]wire.StockEntry, len(entries))}
	for i := range entries {
		page.Items[i] = a.entry(&entries[i])
	}
	if next != "" {
		page.Next = a.cursors.next("moves", next)
	}
	return &pageAnswer[wire.StockEntry]{Body: page}, nil
}

func (a *API) entry(e *stock.Entry) wire.StockEntry {
	from, to := e.Kind.Accounts()
	if e.Kind == retail.Adjust && e.OnHandDelta < 0 {
		from, to = to, from
	}
	return wire.StockEntry{Store: a.storeCode(e.Store), SKU: a.skuCode(e.SKU), Kind: e.Kind.String(),
		From: from.String(), To: to.String(), OnHandDelta: e.OnHandDelta, ReservedDelta: e.ReservedDelta,
		OnHand: e.Level.OnHand, Reserved: e.Level.Reserved, Version: e.Level.Version, Ref: int64(e.Ref),
		At: e.At.UTC(), Reason: e.Reason, Simulated: e.Simulated}
}

type transitQuery struct {
	PageQuery
	Store string `query:"store" maxLength:"64" doc:"On the way to this store."`
}

func (a *API) listInTransit(ctx context.Context, q *transitQuery) (*pageAnswer[wire.InTransit], error) {
	scope, _, after, problem := a.stockFilter(ctx, q.Store, "", "in-transit", q.Cursor)
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := a.cfg.Transfers.Book.InTransit(ctx, scope, parseKey(after), n+1)
	if err != nil {
		return nil, a.outage(err, true)
	}
	return answerPage(a, "in-transit", rows, n, func(t *transfer.InTransit) (string, wire.InTransit) {
		return keyText(t.StockKey), wire.InTransit{Store: a.storeCode(t.Store), SKU: a.skuCode(t.SKU),
			Qty: t.Qty}
	}), nil
}

func (a *API) putSafeties(c *call, b *wire.Safeties) {
	if problem := a.admitStock(c, len(b.Safeties), func(i int) (store, sku string) {
		return b.Safeties[i].Store, b.Safeties[i].SKU
	}); problem != nil {
		c.refuse(problem)
		return
	}
	rows := newRows[stock.Safety](c, "safeties", len(b.Safeties))
	seen := map[retail.StockKey]bool{}
	for i := range b.Safeties {
		if rows.bad(i) {
			continue
		}
		in := &b.Safeties[i]
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{"safeties", i}}
		out := stock.Safety{StockKey: retail.StockKey{Store: t.store("store", in.Store)}, Qty: in.Safety}
		if sku := t.sku("sku", in.SKU); sku != nil {
			out.SKU = sku.ID
		}
		if seen[out.StockKey] {
			t.fault(http.StatusUnprocessableEntity, "sku", in.SKU, "stands twice for this store")
		}
		seen[out.StockKey] = true
		rows.add(i, out, t.problem())
	}
	if len(rows.requests) > 0 {
		if err := a.cfg.Safeties.Put(c.r.Context(), rows.requests, a.tellLow); err != nil {
			c.refuse(a.outage(err, true))
			return
		}
	}
	c.reply(http.StatusOK, answerSafeties(rows))
}

func answerSafeties(r *rows[stock.Safety]) *wire.StockRows {
	out := &wire.StockRows{Results: make([]wire.StockRow, len(r.problems))}
	for i, p := range r.problems {
		out.Results[i] = wire.StockRow{Status: http.StatusOK}
		if p != nil {
			out.Results[i] = wire.StockRow{Status: p.Status, Problem: p}
			out.Failed++
		}
	}
	return out
}

// tellLow makes the events of levels that a new safety stock finds too low.
func (a *API) tellLow(low []stock.Low) (packet []byte, err error) {
	var wire []byte
	for _, l := range low {
		store, ok := a.cfg.Lookup.StoreByID(l.Store)
		if !ok {
			return nil, fmt.Errorf("cannot look up store %d", l.Store)
		}
		wire, err = event.Append(wire[:0], &event.StockAlert{StoreId: int32(l.Store), SkuId: int64(l.SKU),
			CategoryId: int32(l.Category), Kind: event.StockAlertKind_STOCK_ALERT_KIND_LOW,
			OnHand: l.OnHand, Reserved: l.Reserved, Safety: l.Safety, Version: l.Version,
			At: event.At(a.cfg.Now(), store.Zone)})
		if err != nil {
			return nil, fmt.Errorf("cannot tell of stock that runs low: %w", err)
		}
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindStockAlert, Key: int64(l.Store),
			Wire: wire})
	}
	return packet, nil
}
