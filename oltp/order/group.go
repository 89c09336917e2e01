package order

import (
	"context"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
)

// grouping is a cart that several stores serve: all of its orders are placed, or none.
type grouping struct {
	parts  []placing
	result Result
}

// PlaceAll places the orders of one cart in one transaction. The first result carries the error of all.
func (w *Writers) PlaceAll(ctx context.Context, parts []Request) []Result {
	g := &grouping{parts: make([]placing, len(parts))}
	h, now, mark := new(hasher), w.cfg.Now(), trace.From(ctx)
	w.submit(ctx, 1, func(int) (action, error) {
		for i := range parts {
			g.parts[i].mark = mark
			if err := g.parts[i].prepare(&parts[i], w, h, now); err != nil {
				return g, err
			}
		}
		return g, nil
	})
	results := make([]Result, len(parts))
	for i := range results {
		results[i] = g.parts[i].result
		w.stats.count(results[i].Err, results[i].Replayed)
	}
	return results
}

func (g *grouping) lines() (n int) {
	for i := range g.parts {
		n += g.parts[i].lines()
	}
	return n
}

func (g *grouping) fail(err error) {
	for i := range g.parts {
		g.parts[i].fail(err)
	}
}

func (g *grouping) home() (retail.StoreID, retail.OrderID) { return g.parts[0].home() }

func (g *grouping) need(b *batch) {
	for i := range g.parts {
		g.parts[i].need(b)
	}
}

func (g *grouping) decide(b *batch) {
	first := &g.parts[0]
	if before, ok := b.orders[first.key]; ok {
		replay := before.replay(first.hash)
		for i := range g.parts {
			g.parts[i].result = replay
		}
		return
	}
	mark := b.shelf.mark()
	for i := range g.parts {
		if err := g.parts[i].takeAll(b, b.first+b.used+int64(i)); err != nil {
			b.shelf.back(mark)
			g.fail(err)
			return
		}
	}
	for i := range g.parts {
		p := &g.parts[i]
		if i > 0 && p.routed != nil {
			routed := *p.routed
			routed.Group = first.order.ID
			p.routed = &routed
		}
		p.record(b)
	}
}
