package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) stocktakeRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "open-stocktake", Method: http.MethodPost,
			Path: "/v1/stocktakes", Tags: []string{"stock"}, Summary: "Open a stocktake",
			Description: "Counts may come with it or follow; the store goes on trading. Answers 201, or " +
				"200 when the same request had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.StocktakeView](), statuses: []int{201, 200}, may: staff.MoveStock,
	}, a.openStocktake)
	handle(a, stocktakeStep("counts", "Count", "Adds counts. A later count of a SKU replaces the earlier."),
		func(c *call, b *wire.Counts) {
			a.stepStocktake(c, b.Lines, func(ctx context.Context, id int64, lines []stocktake.Count) (
				*stocktake.Stocktake, bool, error) {
				s, err := a.cfg.Stocktakes.Count(ctx, id, c.who.User, lines)
				return s, false, err
			})
		})
	handle(a, stocktakeStep("close", "Close a stocktake", "Compares each count with what the books say "+
		"now, moves the differences, and answers the report. A count below what is promised to "+
		"customers is refused."),
		func(c *call, b *wire.Decision) {
			a.stepStocktake(c, nil, func(ctx context.Context, id int64, _ []stocktake.Count) (
				*stocktake.Stocktake, bool, error) {
				return a.cfg.Stocktakes.Close(ctx, id, c.who.User, b.Reason)
			})
		})
	handle(a, stocktakeStep("cancel", "Cancel a stocktake", "Nothing moves."),
		func(c *call, b *wire.Decision) {
			a.stepStocktake(c, nil, func(ctx context.Context, id int64, _ []stocktake.Count) (
				*stocktake.Stocktake, bool, error) {
				s, err := a.cfg.Stocktakes.Cancel(ctx, id, c.who.User, b.Reason)
				return s, false, err
			})
		})
	huma.Register(a.huma, huma.Operation{OperationID: "stocktake", Method: http.MethodGet,
		Path: "/v1/stocktakes/{id}", Tags: []string{"stock"}, Summary: "Show a stocktake",
		Responses: a.reads(reflect.TypeFor[wire.StocktakeView]()),
	}, a.showStocktake)
	huma.Register(a.huma, huma.Operation{OperationID: "list-stocktakes", Method: http.MethodGet,
		Path: "/v1/stocktakes", Tags: []string{"stock"}, Summary: "List stocktakes",
		Description: "Newest first, without lines, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.StocktakeView]]()),
	}, a.listStocktakes)
}

func stocktakeStep(name, summary, text string) route {
	id := idParam()
	id.Description = "Number of the stocktake."
	return route{
		Operation: huma.Operation{OperationID: "stocktake-" + name, Method: http.MethodPost,
			Path: "/v1/stocktakes/{id}/" + name, Tags: []string{"stock"}, Summary: summary,
			Description: text, Parameters: []*huma.Param{id},
			Errors: []int{http.StatusNotFound, http.StatusConflict}},
		answer: reflect.TypeFor[wire.StocktakeView](), statuses: []int{200}, may: staff.MoveStock,
	}
}

// countLines translates counts.
func (a *API) countLines(c *call, t *translation, in []wire.CountLine) ([]stocktake.Count, *wire.Problem) {
	wanted := &codes{}
	for i := range in {
		wanted.sku(in[i].SKU)
	}
	if problem := a.prefetch(c.r.Context(), wanted); problem != nil {
		return nil, problem
	}
	out := make([]stocktake.Count, 0, len(in))
	for i := range in {
		if sku := t.sku(linePath(i, "sku"), in[i].SKU); sku != nil {
			out = append(out, stocktake.Count{SKU: sku.ID, Counted: in[i].Counted})
		}
	}
	return out, t.problem()
}

func (a *API) openStocktake(c *call, b *wire.Stocktake) {
	key, problem := c.key()
	if problem != nil {
		c.refuse(problem)
		return
	}
	t := translation{look: a.cfg.Lookup, who: c.who}
	req := stocktake.Request{Key: requestKey(c.who, key), Store: t.store("store", b.Store), Note: b.Note,
		Who: c.who.User, Simulated: b.Simulated}
	if req.Lines, problem = a.countLines(c, &t, b.Lines); problem != nil {
		c.refuse(problem)
		return
	}
	s, replayed, err := a.cfg.Stocktakes.Open(c.r.Context(), req)
	if err != nil {
		c.refuse(a.paperRefusal(err, key != ""))
		return
	}
	status := http.StatusCreated
	if replayed {
		status = http.StatusOK
	}
	c.reply(status, a.stocktakeView(s, replayed))
}

func (a *API) stepStocktake(c *call, in []wire.CountLine, step func(context.Context, int64,
	[]stocktake.Count) (*stocktake.Stocktake, bool, error)) {
	id, problem := pathID(c.r.PathValue("id"))
	if problem == nil {
		_, problem = a.stocktakeInScope(c.r.Context(), c.who, id)
	}
	var lines []stocktake.Count
	if problem == nil {
		lines, problem = a.countLines(c, &translation{look: a.cfg.Lookup, who: c.who}, in)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	s, replayed, err := step(c.r.Context(), id, lines)
	if err != nil {
		c.refuse(a.paperRefusal(err, true))
		return
	}
	c.reply(http.StatusOK, a.stocktakeView(s, replayed))
}

func (a *API) stocktakeInScope(ctx context.Context, who *staff.Principal, id int64) (*stocktake.Stocktake,
	*wire.Problem) {
	s, err := a.cfg.Stocktakes.Book.Stocktake(ctx, who.Scope, id)
	switch {
	case errors.Is(err, stocktake.ErrNoSuchStocktake):
		return nil, notFound("The stocktake")
	case err != nil:
		return nil, a.outage(err, true)
	}
	return s, nil
}

type stocktakeAnswer struct{ Body *wire.StocktakeView }

func (a *API) showStocktake(ctx context.Context, in *idPath) (*stocktakeAnswer, error) {
	who := staff.From(ctx)
	if problem := readsStock(who); problem != nil {
		return nil, problem
	}
	s, problem := a.stocktakeInScope(ctx, who, in.ID)
	if problem != nil {
		return nil, problem
	}
	return &stocktakeAnswer{Body: a.stocktakeView(s, false)}, nil
}

type stocktakeQuery struct {
	PageQuery
	Store string `query:"store" maxLength:"64" doc:"Stocktakes of this store."`
}

func (a *API) listStocktakes(ctx context.Context, q *stocktakeQuery) (*pageAnswer[wire.StocktakeView],
	error) {
	return papers(ctx, a, "stocktakes", &q.PageQuery, q.Store,
		func(scope retail.Scope, before int64, n int) ([]stocktake.Stocktake, error) {
			return a.cfg.Stocktakes.Book.List(ctx, stocktake.Filter{Scope: scope, Before: before, Limit: n})
		}, func(s *stocktake.Stocktake) (int64, *wire.StocktakeView) {
			return s.ID, a.stocktakeView(s, false)
		})
}

func (a *API) stocktakeView(s *stocktake.Stocktake, replayed bool) *wire.StocktakeView {
	v := &wire.StocktakeView{ID: s.ID, Store: a.storeCode(s.Store), State: s.State.String(), Note: s.Note,
		OpenedAt: s.OpenedAt.UTC(), OpenedBy: s.OpenedBy, ClosedBy: s.ClosedBy, Reason: s.Reason,
		Value: s.Value, Simulated: s.Simulated, Replayed: replayed}
	if !s.ClosedAt.IsZero() {
		v.ClosedAt = s.ClosedAt.UTC()
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		shown := wire.StocktakeViewLine{SKU: a.skuCode(l.SKU), Counted: l.Counted, CountedAt: l.At.UTC(),
			CountedBy: l.Who, Expected: l.Expected, Value: l.Value}
		if s.State == stocktake.Closed {
			shown.Difference = l.Counted - l.Expected
		}
		v.Lines = append(v.Lines, shown)
	}
	return v
}

// paperRefusal says why a step of a transfer or a stocktake had no effect.
func (a *API) paperRefusal(err error, keyed bool) *wire.Problem {
	var moved *transfer.WrongState
	var over *stocktake.WrongState
	var long *stocktake.TooLong
	switch {
	case errors.As(err, &moved):
		return conflict("wrong-state", "The transfer stands elsewhere", moved.Error())
	case errors.As(err, &over):
		return conflict("wrong-state", "The stocktake stands elsewhere", over.Error())
	case errors.As(err, &long):
		return invalid(wire.Fault{Location: "body.lines", Reason: long.Error()})
	case errors.Is(err, stock.ErrPaperChanged):
		return conflict("changed", "The document has changed meanwhile",
			"Somebody else was faster, again and again. Read it and try again.")
	case errors.Is(err, order.ErrNoSuchOrder), errors.Is(err, transfer.ErrNoSuchTransfer),
		errors.Is(err, stocktake.ErrNoSuchStocktake), errors.Is(err, stock.ErrNoSuchPaper):
		return notFound("The document")
	}
	return a.refusal(err, spot{}, keyed)
}
