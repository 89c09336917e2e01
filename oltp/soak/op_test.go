package soak_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/retail"
)

// opKind is what an operation does.
type opKind uint8

const (
	opPlace opKind = iota + 1
	opStep
	opRefund
	opMove
	opDraft
	opTransfer
	opCount
)

// op is one operation. It travels to the instance in the other process as it is.
type op struct {
	Kind  opKind
	Key   order.Key
	Store retail.StoreID
	Lines []opLine
	// Paid and Way are those of an order.
	Paid bool
	Way  retail.Fulfilment
	// Order, Step and Restock are those of a step or a refund.
	Order   retail.OrderID
	Step    order.StepKind
	Restock bool
	Move    retail.StockMoveKind
	// To, Transfer and State are those of a transfer.
	To       retail.StoreID
	Transfer int64
	State    transfer.State
}

// opLine is one line. Got and Claimed are what arrived of a transfer.
type opLine struct {
	No           int
	SKU          retail.SKUID
	Qty          int32
	Got, Claimed int32
}

// answer is what became of an operation.
type answer struct {
	ID       int64
	Replayed bool
	// Class is "" for success, else the kind of refusal; Text is its words.
	Class, Text string
	// Line, Wanted and Available are those of a shortage.
	Line              int
	Wanted, Available int32
}

// engine is one instance of the service.
type engine struct {
	db         *postgres.DB
	dir        *catalogue.Directory
	intake     *order.Writers
	transfers  transfer.Desk
	stocktakes stocktake.Desk
}

func openEngine(ctx context.Context, dsn string) (*engine, error) {
	db, err := postgres.Open(ctx, postgres.Config{DSN: dsn, IdentityKey: []byte("key")})
	if err != nil {
		return nil, err
	}
	e := &engine{db: db, dir: catalogue.Open(catalogue.DirectoryConfig{Source: db.Catalogue(),
		Editor: db.Catalogue()})}
	e.intake = order.Open(order.Config{Book: db.Orders(), Catalogue: e.dir, RetryFor: 20 * time.Second})
	e.transfers = transfer.Desk{Book: db.Transfers(), Intake: e.intake, Catalogue: e.dir}
	e.stocktakes = stocktake.Desk{Book: db.Stocktakes(), Intake: e.intake, Catalogue: e.dir}
	return e, nil
}

func (e *engine) close() {
	e.intake.Close()
	e.dir.Close()
	e.db.Close()
}

// run runs operations in their order; neighbours of one kind go in one call.
func (e *engine) run(ctx context.Context, ops []op) []answer {
	var answers []answer
	for from := 0; from < len(ops); {
		to := from + 1
		for to < len(ops) && ops[to].Kind == ops[from].Kind {
			to++
		}
		answers = append(answers, e.bulk(ctx, ops[from:to])...)
		from = to
	}
	return answers
}

func (e *engine) bulk(ctx context.Context, ops []op) []answer {
	switch ops[0].Kind {
	case opPlace:
		return each(e.intake.Place(ctx, convert(ops, op.request)), orderAnswer)
	case opStep:
		return each(e.intake.Advance(ctx, convert(ops, op.step)), orderAnswer)
	case opRefund:
		return each(e.intake.Refund(ctx, convert(ops, op.refund)), orderAnswer)
	case opMove:
		return each(e.intake.Move(ctx, convert(ops, op.move)), func(r stock.Result) answer {
			return answered(0, r.Replayed, r.Err)
		})
	}
	return each(ops, func(o op) answer {
		switch o.Kind {
		case opDraft:
			t, replayed, err := e.transfers.Draft(ctx, o.draft())
			if err != nil {
				return answered(0, false, err)
			}
			return answered(t.ID, replayed, nil)
		case opTransfer:
			_, replayed, err := e.transfers.Step(ctx, o.transferStep())
			return answered(o.Transfer, replayed, err)
		default:
			return e.count(ctx, o)
		}
	})
}

// count opens and closes a stocktake.
func (e *engine) count(ctx context.Context, o op) answer {
	r := stocktake.Request{Key: o.Key, Store: o.Store, Who: "soak"}
	for _, l := range o.Lines {
		r.Lines = append(r.Lines, stocktake.Count{SKU: l.SKU, Counted: l.Qty})
	}
	s, _, err := e.stocktakes.Open(ctx, r)
	if err != nil {
		return answered(0, false, err)
	}
	_, replayed, err := e.stocktakes.Close(ctx, s.ID, "soak", "soak")
	return answered(s.ID, replayed, err)
}

func convert[T any](ops []op, f func(op) T) []T {
	out := make([]T, len(ops))
	for i, o := range ops {
		out[i] = f(o)
	}
	return out
}

func each[T any](in []T, f func(T) answer) []answer {
	out := make([]answer, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

func orderAnswer(r order.Result) answer { return answered(int64(r.ID), r.Replayed, r.Err) }

func answered(id int64, replayed bool, err error) answer {
	a := answer{ID: id, Replayed: replayed}
	var short *order.Short
	switch {
	case err == nil:
		return a
	case errors.As(err, &short):
		a.Class, a.Line, a.Wanted, a.Available = "short", short.Line, short.Wanted, short.Available
	case errors.As(err, new(*order.Invalid)):
		a.Class = "invalid"
	case errors.As(err, new(*order.WrongState)), errors.As(err, new(*transfer.WrongState)):
		a.Class = "state"
	case errors.Is(err, order.ErrKeyReused):
		a.Class = "key"
	case errors.Is(err, order.ErrUnavailable), errors.Is(err, order.ErrBusy),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, catalogue.ErrUnavailable):
		a.Class = "down"
	default:
		a.Class = "other"
	}
	a.Text = err.Error()
	return a
}

func (o op) request() order.Request {
	r := order.Request{Key: o.Key, Store: o.Store, Paid: o.Paid, Fulfilment: o.Way, PaymentMethod: "soak"}
	for _, l := range o.Lines {
		r.Lines = append(r.Lines, order.Line{SKU: l.SKU, Qty: l.Qty, UnitPrice: 1000,
			Gross: 1000 * retail.Money(l.Qty)})
	}
	return r
}

func (o op) step() order.Step {
	return order.Step{Kind: o.Step, Order: o.Order, Store: o.Store, PaymentMethod: "soak"}
}

func (o op) refund() order.Refund {
	r := order.Refund{Key: o.Key, Order: o.Order, Restock: o.Restock, Reason: "soak"}
	for _, l := range o.Lines {
		r.Lines = append(r.Lines, order.RefundLine{No: l.No, Qty: l.Qty})
	}
	return r
}

func (o op) move() stock.Move {
	return stock.Move{Key: o.Key, StockKey: retail.StockKey{Store: o.Store, SKU: o.Lines[0].SKU},
		Kind: o.Move, Qty: o.Lines[0].Qty, Reason: "soak"}
}

func (o op) draft() transfer.Request {
	r := transfer.Request{Key: o.Key, From: o.Store, To: o.To, Freight: 100, Who: "soak"}
	for _, l := range o.Lines {
		r.Lines = append(r.Lines, transfer.RequestLine{SKU: l.SKU, Qty: l.Qty})
	}
	return r
}

func (o op) transferStep() transfer.Order {
	t := transfer.Order{ID: o.Transfer, To: o.State, Who: "soak", Reason: "soak"}
	if o.State == transfer.Received {
		for _, l := range o.Lines {
			t.Arrived = append(t.Arrived, transfer.Arrival{Line: int16(l.No), Received: l.Got,
				Claimed: l.Claimed, Reason: "soak"})
		}
	}
	return t
}

func (o op) String() string {
	return fmt.Sprintf("kind %d store %d order %d step %d transfer %d to %d: %+v", o.Kind, o.Store, o.Order,
		o.Step, o.Transfer, o.State, o.Lines)
}
