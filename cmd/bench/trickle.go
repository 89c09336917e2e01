package bench

import (
	"context"
	"fmt"
	"time"
)

// trickleOrders are placed one at a time, with pauses of different lengths between them.
const trickleOrders = 24

// visibleWithin bounds the wait for a lone order.
const visibleWithin = 20 * time.Second

// trickle places lone orders on the quiet chain and asks the rollup until it shows each: the time from
// sending the order, its commit and its whole way included.
func (p *pipe) trickle(ctx context.Context) error {
	p.step("pipeline: %d lone orders through the quiet chain", trickleOrders)
	t, err := dial(ctx, p.at.Orders, p.token)
	if err != nil {
		return err
	}
	defer t.close()
	b := p.goods.draw(2, false)
	var took samples
	for i := range trickleOrders + 2 {
		start := time.Now()
		if err := t.one(b.body()); err != nil {
			return err
		}
		p.accepted++
		if err := p.show(ctx, start); err != nil {
			return err
		}
		if i >= 2 { // the first ones warm up
			took = append(took, time.Since(start))
		}
		if err := wait(ctx, time.Duration(b.rng.IntN(400))*time.Millisecond); err != nil {
			return err
		}
	}
	p.put("trickle_visible_p50_ms", took.ms(0.50), "ms")
	p.put("trickle_visible_p99_ms", took.ms(0.99), "ms")
	return nil
}

func (p *pipe) show(ctx context.Context, start time.Time) error {
	for {
		shown, err := p.visible(ctx)
		if err != nil {
			return err
		}
		if shown == p.accepted {
			return nil
		}
		if time.Since(start) > visibleWithin {
			return fmt.Errorf("%s after a lone order the rollup shows %d orders of %d", visibleWithin,
				shown, p.accepted)
		}
		if err := wait(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
}
