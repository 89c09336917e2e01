package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) transferRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "draft-transfer", Method: http.MethodPost,
			Path: "/v1/transfers", Tags: []string{"transfers"}, Summary: "Draft a transfer",
			Description: "Asks for goods to move from one store to another. Nothing moves until the " +
				"transfer is approved and shipped. Either store may ask. Answers 201, or 200 when " +
				"the same request had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.TransferView](), statuses: []int{201, 200}, may: staff.MoveStock,
	}, a.draftTransfer)
	decide := func(name string, to transfer.State, may staff.Action, end transferEnd, summary, text string) {
		handle(a, transferStep(name, may, summary, text), func(c *call, b *wire.Decision) {
			a.stepTransfer(c, end, transfer.Order{To: to, Reason: b.Reason})
		})
	}
	decide("approve", transfer.Approved, staff.ApproveTransfers, bothEnds, "Approve a transfer",
		"Whoever approves sees both stores.")
	decide("reject", transfer.Rejected, staff.ApproveTransfers, bothEnds, "Reject a transfer",
		"Whoever rejects sees both stores, and gives a reason.")
	decide("cancel", transfer.Cancelled, staff.MoveStock, eitherEnd, "Cancel a transfer",
		"Possible until it is shipped.")
	handle(a, transferStep("ship", staff.MoveStock, "Ship a transfer",
		"The goods leave the donor's stock and are in transit. What is promised to customers cannot leave."),
		func(c *call, b *wire.Shipment) {
			o := transfer.Order{To: transfer.Shipped, At: b.At}
			for _, l := range b.Lines {
				o.Sent = append(o.Sent, transfer.Sending{Line: l.Line, Qty: l.Qty})
			}
			a.stepTransfer(c, donorEnd, o)
		})
	handle(a, transferStep("receive", staff.MoveStock, "Receive a transfer",
		"The goods are the receiver's. What is missing is written off or claimed, with a reason."),
		func(c *call, b *wire.Receipt) {
			o := transfer.Order{To: transfer.Received, At: b.At}
			for _, l := range b.Lines {
				o.Arrived = append(o.Arrived, transfer.Arrival{Line: l.Line, Received: l.Received,
					Claimed: l.Claimed, Reason: l.Reason})
			}
			a.stepTransfer(c, receiverEnd, o)
		})
	huma.Register(a.huma, huma.Operation{OperationID: "transfer", Method: http.MethodGet,
		Path: "/v1/transfers/{id}", Tags: []string{"transfers"}, Summary: "Show a transfer",
		Responses: a.reads(reflect.TypeFor[wire.TransferView]()),
	}, a.showTransfer)
	huma.Register(a.huma, huma.Operation{OperationID: "list-transfers", Method: http.MethodGet,
		Path: "/v1/transfers", Tags: []string{"transfers"}, Summary: "List transfers",
		Description: "From or to your stores, newest first, a page at a time.",
		Responses:   a.reads(reflect.TypeFor[wire.Page[wire.TransferView]]()),
	}, a.listTransfers)
}

func transferStep(name string, may staff.Action, summary, text string) route {
	id := idParam()
	id.Description = "Number of the transfer."
	return route{
		Operation: huma.Operation{OperationID: name + "-transfer", Method: http.MethodPost,
			Path: "/v1/transfers/{id}/" + name, Tags: []string{"transfers"}, Summary: summary,
			Description: text + " Sending it again is harmless: a transfer that already stands there " +
				"answers with replayed.",
			Parameters: []*huma.Param{id}, Errors: []int{http.StatusNotFound, http.StatusConflict}},
		answer: reflect.TypeFor[wire.TransferView](), statuses: []int{200}, may: may,
	}
}

// transferEnd says which store of a transfer a step needs to be one's own.
type transferEnd uint8

const (
	eitherEnd transferEnd = iota
	bothEnds
	donorEnd
	receiverEnd
)

func (e transferEnd) within(scope retail.Scope, t *transfer.Transfer) bool {
	from, to := scope.Sees(t.From), scope.Sees(t.To)
	switch e {
	case bothEnds:
		return from && to
	case donorEnd:
		return from
	case receiverEnd:
		return to
	}
	return from || to
}

func (a *API) draftTransfer(c *call, b *wire.Transfer) {
	key, problem := c.key()
	if problem == nil {
		wanted := &codes{}
		wanted.add(b.From, "")
		wanted.add(b.To, "")
		for i := range b.Lines {
			wanted.sku(b.Lines[i].SKU)
		}
		problem = a.prefetch(c.r.Context(), wanted)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	t := translation{look: a.cfg.Lookup, who: c.who}
	req := t.transfer(b)
	if problem := t.problem(); problem != nil {
		c.refuse(problem)
		return
	}
	req.Key, req.Who = requestKey(c.who, key), c.who.User
	made, replayed, err := a.cfg.Transfers.Draft(c.r.Context(), req)
	if err != nil {
		c.refuse(a.paperRefusal(err, key != ""))
		return
	}
	status := http.StatusCreated
	if replayed {
		status = http.StatusOK
	}
	c.reply(status, a.transferView(made, replayed))
}

// transfer translates a draft. One end must be a store that the principal acts for; the other may be any
// store of the chain.
func (t *translation) transfer(b *wire.Transfer) transfer.Request {
	out := transfer.Request{Freight: b.Freight, Reason: b.Reason, Simulated: b.Simulated}
	from, _, knownFrom := t.look.Store(b.From)
	to, _, knownTo := t.look.Store(b.To)
	switch {
	case knownFrom && t.who.Scope.Sees(from):
		out.From = from
		if out.To = to; !knownTo {
			t.fault(http.StatusUnprocessableEntity, "to", b.To, "is not a known store")
		}
	case knownTo && t.who.Scope.Sees(to):
		out.To = to
		if out.From = from; !knownFrom {
			t.fault(http.StatusUnprocessableEntity, "from", b.From, "is not a known store")
		}
	default:
		t.store("from", b.From)
	}
	for i := range b.Lines {
		l := &b.Lines[i]
		sku := t.sku(linePath(i, "sku"), l.SKU)
		if sku == nil {
			continue
		}
		if b.WholePacks {
			t.wholePacks(linePath(i, "qty"), sku, l.Qty)
		}
		out.Lines = append(out.Lines, transfer.RequestLine{SKU: sku.ID, Qty: l.Qty})
	}
	return out
}

// wholePacks refuses a quantity that breaks a pack.
func (t *translation) wholePacks(path string, sku *retail.SKU, qty int32) {
	if sku.Pack > 1 && qty%sku.Pack != 0 {
		t.fault(http.StatusUnprocessableEntity, path, qty, "breaks a pack of "+strconv.Itoa(int(sku.Pack)))
	}
}

func (a *API) stepTransfer(c *call, end transferEnd, o transfer.Order) {
	t, problem := a.pathTransfer(c.r.Context(), c.who, c.r.PathValue("id"))
	if problem == nil && !end.within(c.who.Scope, t) {
		problem = forbidden("The step is for the other store, or for somebody who sees both.")
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	o.ID, o.Who = t.ID, c.who.User
	t, replayed, err := a.cfg.Transfers.Step(c.r.Context(), o)
	if err != nil {
		c.refuse(a.paperRefusal(err, true))
		return
	}
	c.reply(http.StatusOK, a.transferView(t, replayed))
}

func (a *API) pathTransfer(ctx context.Context, who *staff.Principal, text string) (*transfer.Transfer,
	*wire.Problem) {
	id, problem := pathID(text)
	if problem != nil {
		return nil, problem
	}
	t, err := a.cfg.Transfers.Book.Transfer(ctx, who.Scope, id)
	switch {
	case errors.Is(err, transfer.ErrNoSuchTransfer):
		return nil, notFound("The transfer")
	case err != nil:
		return nil, a.outage(err, true)
	}
	return t, nil
}

// pathID reads the number that a path names.
func pathID(text string) (int64, *wire.Problem) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, invalid(wire.Fault{Location: "path.id", Value: value(text),
			Reason: "must be a positive integer"})
	}
	return id, nil
}

type idPath struct {
	ID int64 `path:"id" minimum:"1" doc:"Number of the document." example:"4711"`
}

type transferAnswer struct{ Body *wire.TransferView }

func (a *API) showTransfer(ctx context.Context, in *idPath) (*transferAnswer, error) {
	who := staff.From(ctx)
	if problem := readsStock(who); problem != nil {
		return nil, problem
	}
	t, problem := a.pathTransfer(ctx, who, strconv.FormatInt(in.ID, 10))
	if problem != nil {
		return nil, problem
	}
	return &transferAnswer{Body: a.transferView(t, false)}, nil
}

type transferQuery struct {
	PageQuery
	Store string `query:"store" maxLength:"64" doc:"Transfers from or to this store."`
	State string `query:"state" enum:"draft,approved,shipped,received,cancelled,rejected" doc:"State."`
}

func (a *API) listTransfers(ctx context.Context, q *transferQuery) (*pageAnswer[wire.TransferView], error) {
	state, _ := transfer.ParseState(q.State)
	return papers(ctx, a, "transfers", &q.PageQuery, q.Store,
		func(scope retail.Scope, before int64, n int) ([]transfer.Transfer, error) {
			return a.cfg.Transfers.Book.List(ctx, transfer.Filter{Scope: scope, State: state,
				Before: before, Limit: n})
		}, func(t *transfer.Transfer) (int64, *wire.TransferView) { return t.ID, a.transferView(t, false) })
}

func (a *API) transferView(t *transfer.Transfer, replayed bool) *wire.TransferView {
	utc := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.UTC()
	}
	v := &wire.TransferView{ID: t.ID, From: a.storeCode(t.From), To: a.storeCode(t.To),
		State: t.State.String(), Freight: t.Freight, Reason: t.Reason, CreatedAt: t.CreatedAt.UTC(),
		ShippedAt: utc(t.ShippedAt), ReceivedAt: utc(t.ReceivedAt), Simulated: t.Simulated,
		Lines: make([]wire.TransferViewLine, len(t.Lines)), Replayed: replayed}
	for i := range t.Lines {
		l := &t.Lines[i]
		v.Cost += l.Cost
		v.Lines[i] = wire.TransferViewLine{Line: l.No, SKU: a.skuCode(l.SKU), Qty: l.Qty, Shipped: l.Shipped,
			Received: l.Received, Lost: l.Lost, Claimed: l.Claimed, Reason: l.Reason}
	}
	for _, s := range t.Steps {
		v.Steps = append(v.Steps, wire.TransferStep{State: s.State.String(), At: s.At.UTC(), Who: s.Who,
			Reason: s.Reason})
	}
	return v
}
