package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) stockRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "move-stock", Method: http.MethodPost,
			Path: "/v1/stock/moves", Tags: []string{"stock"}, Summary: "Move stock",
			Description: "Receives, adjusts with a reason, and writes off. Each row succeeds or fails " +
				"alone, under its own key. The answer lists them in the order of the request."},
		answer: reflect.TypeFor[wire.StockRows](), statuses: []int{200}, may: staff.MoveStock,
		list: "moves",
	}, a.moveStock)
	huma.Register(a.huma, huma.Operation{OperationID: "stock", Method: http.MethodGet,
		Path: "/v1/stock/{store}/{sku}", Tags: []string{"stock"}, Summary: "Show what a store has",
		Description: "As the transactional store knows it. Screens ask the edge instead, which is " +
			"milliseconds behind and far faster.",
		Responses: a.reads(reflect.TypeFor[wire.StockLevel]()),
	}, a.showStock)
}

func (a *API) moveStock(c *call, b *wire.StockMoves) {
	if problem := a.admitStock(c, len(b.Moves), func(i int) (store, sku string) {
		return b.Moves[i].Store, b.Moves[i].SKU
	}); problem != nil {
		c.refuse(problem)
		return
	}
	rows := newRows[stock.Move](c, "moves", len(b.Moves))
	for i := range b.Moves {
		if rows.bad(i) {
			continue
		}
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{"moves", i}}
		move := t.move(&b.Moves[i])
		move.Request = staff.RequestOf(c.r.Context())
		rows.add(i, move, t.problem())
	}
	c.reply(http.StatusOK, a.answerMoves(rows, a.cfg.Intake.Move(c.r.Context(), rows.requests)))
}

// admitStock spends the rate of a bulk of levels, and makes their codes known.
func (a *API) admitStock(c *call, n int, row func(int) (store, sku string)) *wire.Problem {
	if problem := a.admit(c, n); problem != nil {
		return problem
	}
	wanted := &codes{}
	for i := range n {
		store, sku := row(i)
		wanted.add(store, "")
		wanted.sku(sku)
	}
	return a.prefetch(c.r.Context(), wanted)
}

func (t *translation) move(m *wire.StockMove) stock.Move {
	kind, _ := wire.ParseMoveKind(m.Kind)
	out := stock.Move{Key: requestKey(t.who, m.Key), Kind: kind, Qty: m.Qty, At: m.At,
		Reason: m.Reason, By: t.who.User, Simulated: m.Simulated}
	out.Store = t.store("store", m.Store)
	if sku := t.sku("sku", m.SKU); sku != nil {
		out.SKU = sku.ID
		if m.WholePacks {
			t.wholePacks("qty", sku, m.Qty)
		}
	}
	want := ""
	switch {
	case kind == retail.Receive && m.Qty <= 0:
		want = "must be positive for receive"
	case (kind == retail.StockLoss || kind == retail.Damage) && m.Qty >= 0:
		want = "must be negative for " + kind.String()
	case m.Qty == 0:
		want = "must not be 0"
	}
	if want != "" {
		t.fault(http.StatusUnprocessableEntity, "qty", m.Qty, want)
	}
	return out
}

func (a *API) answerMoves(r *rows[stock.Move], results []stock.Result) *wire.StockRows {
	out := &wire.StockRows{Results: make([]wire.StockRow, len(r.problems))}
	for k, res := range results {
		i := r.indexes[k]
		if res.Err != nil {
			r.problems[i] = a.refusal(res.Err, spot{r.list, i}, true)
			continue
		}
		out.Results[i] = wire.StockRow{Status: http.StatusOK, Level: a.level(res.Level),
			Replayed: res.Replayed}
	}
	for i, p := range r.problems {
		if p != nil {
			out.Results[i] = wire.StockRow{Status: p.Status, Problem: p}
			out.Failed++
		}
	}
	return out
}

type stockPath struct {
	Store string `path:"store" maxLength:"64" doc:"Code of the store." example:"367"`
	SKU   string `path:"sku" maxLength:"64" doc:"Code of the SKU." example:"1085604"`
}

type stockAnswer struct{ Body *wire.StockLevel }

func (a *API) showStock(ctx context.Context, in *stockPath) (*stockAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadStock) {
		return nil, forbidden("The role " + string(who.Role) + " does not read stock.")
	}
	store, _, known := a.cfg.Lookup.Store(in.Store)
	if !known || !who.Serves(store) {
		return nil, notFound("Store " + in.Store)
	}
	sku, known := a.cfg.Lookup.SKU(in.SKU)
	if !known {
		return nil, notFound("SKU " + in.SKU)
	}
	l, err := a.cfg.Levels.Level(ctx, who.Reach(), retail.StockKey{Store: store, SKU: sku})
	if err != nil {
		return nil, a.outage(err, true)
	}
	l.StockKey = retail.StockKey{Store: store, SKU: sku}
	return &stockAnswer{Body: a.level(l)}, nil
}
