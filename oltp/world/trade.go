package world

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Events takes what visitors do; *Gateway does.
type Events interface {
	Send(context.Context, []Behaviour) error
}

// Trade says how the world trades live.
type Trade struct {
	// Shop takes the trade. Required.
	Shop Shop
	// Events takes what visitors do. Nil leaves it out.
	Events Events
	// State is the one that Backfill used. Required.
	State *State
	// From is where history ends; the zero time means now.
	From time.Time
	// CatchUp is how late an order may be and still be placed. Older ones, from a time when the
	// machine slept or the shop was down, are left to the next backfill. Default: 5 s.
	CatchUp time.Duration
	// MaxBatch bounds the events that are sent together. Default: 200.
	MaxBatch int
	// Stats counts what happens. It may be nil.
	Stats *TradeStats
	// Logger receives what goes wrong. Default: slog.Default().
	Logger *slog.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// trader is live trade under way.
type trader struct {
	Trade
	w       *World
	feed    *Feed
	numbers map[*Order]int64
	skipped map[*Order]bool
	touches chan []Behaviour
}

// batch is what is sent together.
type batch struct {
	arrived []*Arrived
	orders  []*Order
	steps   []Event
	refunds []*Refund
	touches []Behaviour
}

// Trade trades live until ctx ends. Each event happens at its own moment; a shop that is down is
// asked again, under the same keys, until it answers.
func (w *World) Trade(ctx context.Context, t Trade) error {
	t.MaxBatch = orDefault(t.MaxBatch, 200)
	if t.CatchUp <= 0 {
		t.CatchUp = 5 * time.Second
	}
	if t.Stats == nil {
		t.Stats = &TradeStats{}
	}
	if t.Logger == nil {
		t.Logger = slog.Default()
	}
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.From.IsZero() {
		t.From = t.Now()
	}
	feed, err := w.Live(ctx, t.From)
	if err != nil {
		return fmt.Errorf("cannot begin live trade: %w", err)
	}
	x := &trader{Trade: t, w: w, feed: feed, numbers: map[*Order]int64{},
		skipped: map[*Order]bool{}, touches: make(chan []Behaviour, 64)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		x.sendTouches(ctx)
	}()
	for ctx.Err() == nil {
		if b, ok := x.gather(ctx); ok {
			x.send(ctx, b)
		}
	}
	<-done
	return nil
}

// gather waits for the next event and returns all that are due by then.
func (x *trader) gather(ctx context.Context) (*batch, bool) {
	if wait := msTime(x.feed.Peek().AtMS).Sub(x.Now()); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil, false
		}
	}
	now := x.Now()
	b := &batch{}
	for n := 0; n < x.MaxBatch && x.feed.Peek().AtMS <= now.UnixMilli(); {
		if x.take(b, x.feed.Next(), now) {
			n++
		}
	}
	x.Stats.lag.Store(int64(now.Sub(msTime(x.feed.Peek().AtMS))))
	return b, true
}

// take puts an event into the batch and reports whether it takes up room there. Orders and touches
// that are too late are passed over; deliveries and refunds happen however late they are.
func (x *trader) take(b *batch, e Event, now time.Time) bool {
	late := now.Sub(msTime(e.AtMS)) > x.CatchUp
	switch {
	case e.Order != nil && late:
		x.Stats.skipped.Add(1)
		if e.Order.Online {
			x.skipped[e.Order] = true
		}
		return false
	case e.Touch != nil && late:
		x.Stats.touchesDropped.Add(1)
		return false
	case e.Step != nil && x.skipped[e.Step.Order]:
		if e.Step.last {
			delete(x.skipped, e.Step.Order)
		}
		return false
	}
	switch {
	case e.Order != nil:
		b.orders = append(b.orders, e.Order)
	case e.Step != nil:
		b.steps = append(b.steps, e)
	case e.Refund != nil:
		b.refunds = append(b.refunds, e.Refund)
	case e.Arrived != nil:
		b.arrived = append(b.arrived, e.Arrived)
	case e.Touch != nil && x.Events != nil:
		b.touches = append(b.touches, x.w.Behaviour(e.Touch))
	}
	return true
}

// send sends a batch: goods first, then orders, then what becomes of orders.
func (x *trader) send(ctx context.Context, b *batch) {
	if len(b.touches) > 0 {
		select {
		case x.touches <- b.touches:
		default:
			x.Stats.touchesDropped.Add(int64(len(b.touches)))
		}
	}
	var moves []wire.StockMove
	for _, a := range b.arrived {
		moves = append(moves, x.w.moves(a.Store, "delivery", a.Deliveries)...)
	}
	if len(moves) > 0 {
		x.insist(ctx, "receive goods", func() error {
			rows, err := x.Shop.MoveStock(ctx, moves)
			return firstProblem(rows, err, func(r *wire.StockRow) *wire.Problem { return r.Problem })
		})
	}
	x.place(ctx, b.orders)
	for _, e := range b.steps {
		x.step(ctx, e)
	}
	x.giveBack(ctx, b.refunds)
}

// place places orders and remembers the numbers of those that are paid later.
func (x *trader) place(ctx context.Context, orders []*Order) {
	if len(orders) == 0 {
		return
	}
	rows := make([]wire.OrderRow, len(orders))
	for i, o := range orders {
		rows[i] = x.w.row(o, x.State.live(o))
	}
	var answers []wire.Row
	x.insist(ctx, "place orders", func() (err error) {
		answers, err = x.Shop.PlaceOrders(ctx, rows)
		return firstProblem(answers, err, func(r *wire.Row) *wire.Problem {
			if r.Problem != nil && passing(r.Problem) {
				return r.Problem
			}
			return nil
		})
	})
	for i := range answers {
		switch a := &answers[i]; {
		case a.Order == nil:
			x.Stats.refused.Add(1)
			if orders[i].Online {
				x.skipped[orders[i]] = true
			}
		default:
			x.Stats.orders.Add(1)
			if orders[i].Online {
				x.numbers[orders[i]] = a.Order.ID
			}
		}
	}
}

// number is the number of an order; that of an order of an earlier session is learnt by placing it
// again. It is 0 for an order that was refused.
func (x *trader) number(ctx context.Context, o *Order) int64 {
	if n, known := x.numbers[o]; known {
		return n
	}
	var answers []wire.Row
	x.insist(ctx, "find order", func() (err error) {
		answers, err = x.Shop.PlaceOrders(ctx, []wire.OrderRow{x.w.row(o, x.State.live(o))})
		return err
	})
	if len(answers) == 0 || answers[0].Order == nil {
		return 0
	}
	return answers[0].Order.ID
}

func (x *trader) step(ctx context.Context, e Event) {
	o := e.Step.Order
	if !x.State.live(o) {
		return // placed as history, which is paid and taken along
	}
	if n := x.number(ctx, o); n != 0 {
		x.insist(ctx, e.Step.step.name+" order", func() error {
			return e.Step.step.take(ctx, x.Shop, n, msTime(e.AtMS))
		})
		x.Stats.steps.Add(1)
	}
	if e.Step.last {
		delete(x.numbers, o)
	}
}

func (x *trader) giveBack(ctx context.Context, refunds []*Refund) {
	var rows []wire.RefundRow
	for _, f := range refunds {
		if n := x.number(ctx, f.Order); n != 0 {
			rows = append(rows, x.w.refund(f, n))
		}
	}
	if len(rows) == 0 {
		return
	}
	x.insist(ctx, "refund", func() error {
		answers, err := x.Shop.Refunds(ctx, rows)
		return firstProblem(answers, err, func(r *wire.Row) *wire.Problem { return r.Problem })
	})
	x.Stats.refunds.Add(int64(len(rows)))
}
