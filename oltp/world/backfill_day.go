package world

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// outOfStock is the kind of problem with which the shop answers an order that finds too little.
const outOfStock = "/problems/out-of-stock"

// day sends one store's day up to the end of history: orders before the delivery, the delivery, the
// other orders, refunds.
func (f *filler) day(ctx context.Context, d *Day) error {
	end, arrival := f.Until.UnixMilli(), int64(0)
	if len(d.Deliveries) > 0 {
		arrival = d.Deliveries[0].AtMS
	}
	var before, after []*Order
	for i := range d.Orders {
		switch o := &d.Orders[i]; {
		case o.AtMS >= end:
		case o.AtMS < arrival:
			before = append(before, o)
		default:
			after = append(after, o)
		}
	}
	if _, err := f.place(ctx, before); err != nil {
		return err
	}
	if arrival < end {
		if err := f.move(ctx, f.w.moves(d.Store, "delivery", d.Deliveries)); err != nil {
			return err
		}
	}
	if _, err := f.place(ctx, after); err != nil {
		return err
	}
	return f.giveBack(ctx, d.Refunds, end)
}

// place records orders and lets those of the mini-program go their way. It returns their numbers, 0
// where an order was refused. Cancelled orders of history never were: they leave no trace in the
// sums.
func (f *filler) place(ctx context.Context, orders []*Order) (map[*Order]int64, error) {
	rows, sent := make([]wire.OrderRow, 0, len(orders)), make([]*Order, 0, len(orders))
	for _, o := range orders {
		live := f.State.live(o)
		if !live && o.Cancelled() {
			continue
		}
		rows, sent = append(rows, f.w.row(o, live)), append(sent, o)
	}
	numbers := make(map[*Order]int64, len(sent))
	if len(rows) == 0 {
		return numbers, nil
	}
	answers, err := f.Shop.PlaceOrders(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i := range answers {
		a := &answers[i]
		if a.Problem != nil && a.Problem.Type == outOfStock {
			if a, err = f.supply(ctx, &rows[i]); err != nil {
				return nil, err
			}
		}
		if a.Problem != nil {
			if err := f.refuse(rows[i].Key, a.Problem); err != nil {
				return nil, err
			}
			continue
		}
		numbers[sent[i]] = a.Order.ID
		f.count(a)
		if !rows[i].Paid {
			if err := f.walk(ctx, sent[i], a.Order); err != nil {
				return nil, err
			}
		}
	}
	return numbers, nil
}

func (f *filler) count(a *wire.Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done.Orders++
	if a.Order.Replayed {
		f.done.Replayed++
	}
}

// supply corrects the stock behind an order that found too little, and places it again. That
// happens only when something outside the world took goods from its shelves.
func (f *filler) supply(ctx context.Context, row *wire.OrderRow) (*wire.Row, error) {
	moves := make([]wire.StockMove, len(row.Lines))
	for i, l := range row.Lines {
		moves[i] = wire.StockMove{Key: row.Key + "/supply/" + strconv.Itoa(i), Store: row.Store,
			SKU: l.SKU, Kind: retail.Adjust.String(), Qty: l.Qty, At: row.PlacedAt, Simulated: true,
			Reason: "correction: sold outside the simulation"}
	}
	if err := f.move(ctx, moves); err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.done.Short++
	f.mu.Unlock()
	answers, err := f.Shop.PlaceOrders(ctx, []wire.OrderRow{*row})
	if err != nil {
		return nil, err
	}
	return &answers[0], nil
}

// walk takes an order of the mini-program the steps that lie before the end of history. Steps that
// were taken before answer as replayed or conflict; both are fine.
func (f *filler) walk(ctx context.Context, o *Order, placed *wire.Placed) error {
	for _, s := range o.steps() {
		at := o.At().Add(s.after)
		if !at.Before(f.Until) {
			return nil
		}
		err := s.take(ctx, f.Shop, placed.ID, at)
		if p, refused := problemOf(err); err != nil && (!refused || p.Temporary()) {
			return fmt.Errorf("cannot %s order %d: %w", s.name, placed.ID, err)
		}
	}
	return nil
}

// giveBack records refunds. The numbers of their orders are learnt by placing these again.
func (f *filler) giveBack(ctx context.Context, refunds []Refund, end int64) error {
	var orders []*Order
	var due []*Refund
	for i := range refunds {
		if r := &refunds[i]; r.AtMS < end {
			orders, due = append(orders, r.Order), append(due, r)
		}
	}
	numbers, err := f.numbers(ctx, orders)
	if err != nil {
		return err
	}
	rows := make([]wire.RefundRow, 0, len(due))
	for _, r := range due {
		if n := numbers[r.Order]; n != 0 {
			rows = append(rows, f.w.refund(r, n))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	answers, err := f.Shop.Refunds(ctx, rows)
	if err != nil {
		return err
	}
	for i := range answers {
		if p := answers[i].Problem; p != nil {
			if err := f.refuse(rows[i].Key, p); err != nil {
				return err
			}
		}
	}
	f.mu.Lock()
	f.done.Refunds += len(rows)
	f.mu.Unlock()
	return nil
}

// numbers learns the numbers of orders that were placed before. An order that was refused has none.
func (f *filler) numbers(ctx context.Context, orders []*Order) (map[*Order]int64, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	rows := make([]wire.OrderRow, len(orders))
	for i, o := range orders {
		rows[i] = f.w.row(o, f.State.live(o))
	}
	answers, err := f.Shop.PlaceOrders(ctx, rows)
	if err != nil {
		return nil, err
	}
	numbers := make(map[*Order]int64, len(orders))
	for i := range answers {
		if answers[i].Order != nil {
			numbers[orders[i]] = answers[i].Order.ID
		}
	}
	return numbers, nil
}

// step is one move of an order that is paid later.
type step struct {
	name  string
	after time.Duration
}

// steps lists the moves of an order, in order of time.
func (o *Order) steps() []step {
	s := func(name string, after int32) step {
		return step{name, time.Duration(after) * time.Second}
	}
	switch {
	case !o.Online:
		return nil
	case o.Steps.CancelAfter > 0:
		return []step{s("cancel", o.Steps.CancelAfter)}
	case o.Steps.Fulfilment == retail.Pickup:
		return []step{s("pay", o.Steps.PayAfter), s("ready", o.Steps.ShipAfter),
			s("complete", o.Steps.Close)}
	case o.Steps.Fulfilment == retail.SameCity:
		return []step{s("pay", o.Steps.PayAfter), s("deliver", o.Steps.ShipAfter),
			s("complete", o.Steps.Close)}
	}
	return []step{s("pay", o.Steps.PayAfter), s("ship", o.Steps.ShipAfter),
		s("complete", o.Steps.Close)}
}

func (s step) take(ctx context.Context, shop Shop, order int64, at time.Time) (err error) {
	switch s.name {
	case "pay":
		_, err = shop.Pay(ctx, order, wire.Payment{At: at, Method: "wechat_pay"})
	case "cancel":
		_, err = shop.Cancel(ctx, order, wire.Cancellation{At: at, Reason: "not paid"})
	case "ready":
		_, err = shop.MakeReady(ctx, order, wire.Progress{At: at})
	case "deliver":
		_, err = shop.Deliver(ctx, order, wire.Progress{At: at})
	case "ship":
		_, err = shop.Ship(ctx, order, wire.Progress{At: at})
	case "complete":
		_, err = shop.Complete(ctx, order, wire.Progress{At: at})
	}
	return err
}
