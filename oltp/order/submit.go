package order

import (
	"context"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
)

// Place implements Intake.
func (w *Writers) Place(ctx context.Context, requests []Request) []Result {
	h, now, mark := new(hasher), w.cfg.Now(), trace.From(ctx)
	all := make([]placing, len(requests))
	w.submit(ctx, len(all), func(i int) (action, error) {
		all[i].mark = mark
		return &all[i], all[i].prepare(&requests[i], w, h, now)
	})
	return answers(w, len(all), func(i int) Result { return all[i].result })
}

// Advance implements Intake.
func (w *Writers) Advance(ctx context.Context, steps []Step) []Result {
	now := w.cfg.Now()
	all := make([]advancing, len(steps))
	w.submit(ctx, len(all), func(i int) (action, error) {
		return &all[i], all[i].prepare(&steps[i], w, now)
	})
	return answers(w, len(all), func(i int) Result { return all[i].result })
}

// Refund implements Intake.
func (w *Writers) Refund(ctx context.Context, refunds []Refund) []Result {
	h, now := new(hasher), w.cfg.Now()
	all := make([]refunding, len(refunds))
	w.submit(ctx, len(all), func(i int) (action, error) {
		return &all[i], all[i].prepare(&refunds[i], w, h, now)
	})
	return answers(w, len(all), func(i int) Result { return all[i].result })
}

// Move implements Intake.
func (w *Writers) Move(ctx context.Context, moves []stock.Move) []stock.Result {
	now := w.cfg.Now()
	all := make([]moving, len(moves))
	w.submit(ctx, len(all), func(i int) (action, error) {
		return &all[i], all[i].prepare(&moves[i], w, now)
	})
	results := make([]stock.Result, len(all))
	for i := range all {
		results[i] = all[i].result
		w.stats.count(results[i].Err, results[i].Replayed)
	}
	return results
}

func answers(w *Writers, n int, result func(int) Result) []Result {
	results := make([]Result, n)
	for i := range results {
		results[i] = result(i)
		w.stats.count(results[i].Err, results[i].Replayed)
	}
	return results
}

// submit prepares n actions, hands them to the writers of their stores and waits until each has its
// result.
func (w *Writers) submit(ctx context.Context, n int, prepare func(int) (action, error)) {
	tickets := make([]ticket, 0, n)
	var homeless []retail.OrderID
	for i := range n {
		a, err := prepare(i)
		if err != nil {
			a.fail(err)
			continue
		}
		tickets = append(tickets, ticket{action: a})
		if store, order := a.home(); store == 0 {
			homeless = append(homeless, order)
		}
	}
	c := call{queues: make([][]*ticket, len(w.writers))}
	stores, err := w.storesOf(ctx, homeless)
	for i := range tickets {
		t := &tickets[i]
		store, order := t.home()
		if store == 0 {
			store = stores[order]
		}
		switch {
		case store != 0:
			t.call = &c
			c.open.Add(1)
			of := uint32(store) % uint32(len(w.writers))
			c.queues[of] = append(c.queues[of], t)
		case err != nil:
			t.fail(err)
		default:
			t.fail(ErrNoSuchOrder)
		}
	}
	for i, queue := range c.queues {
		w.writers[i].push(queue)
	}
	c.wait(ctx, tickets)
}

func (w *Writers) storesOf(ctx context.Context, orders []retail.OrderID) (
	map[retail.OrderID]retail.StoreID, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	return w.cfg.Book.StoresOf(ctx, orders)
}
