package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
)

// till serves one customer after the other.
type till struct {
	*load
	no, serial int
	chance     *rand.Rand
}

func (t *till) run(ctx context.Context) error {
	for t.enter(ctx) {
		err := t.serve(ctx)
		t.leave()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		gap := time.Duration(float64(usualGap) * t.chance.ExpFloat64() / float64(t.speed.Load()))
		if err := wait(ctx, gap); err != nil {
			return nil
		}
	}
	return nil
}

// serve sells, and now and then takes everything back or asks again for what was answered.
func (t *till) serve(ctx context.Context) error {
	t.serial++
	key := fmt.Sprintf("till-%d-%d", t.no, t.serial)
	o := t.basket()
	placed, err := t.insist(ctx, key, t.book.orders, func(ctx context.Context) (*wire.Placed, error) {
		return t.client.PlaceOrder(ctx, key, o)
	})
	if err != nil {
		return err
	}
	if t.chance.IntN(repeatOneOf) == 0 {
		if err := t.repeat(ctx, key, o, placed.ID); err != nil {
			return err
		}
	}
	if t.chance.IntN(refundOneOf) != 0 {
		return nil
	}
	key += "-back"
	_, err = t.insist(ctx, key, t.book.refunds, func(ctx context.Context) (*wire.Placed, error) {
		return t.client.Refund(ctx, key, &wire.Refund{Order: placed.ID, Restock: true, Simulated: true})
	})
	return err
}

func (t *till) basket() *wire.Order {
	o := &wire.Order{Store: store(t.chance.IntN(storeCount)), Paid: true, PaymentMethod: "cash",
		Simulated: true, Lines: make([]wire.OrderLine, 1+t.chance.IntN(4))}
	for i := range o.Lines {
		o.Lines[i] = wire.OrderLine{SKU: sku(t.chance.IntN(skuCount)), Qty: int32(1 + t.chance.IntN(3))}
	}
	return o
}

// insist sends until it is answered and notes the answer.
func (t *till) insist(ctx context.Context, key string, into ledgerSide,
	send func(context.Context) (*wire.Placed, error)) (*wire.Placed, error) {
	for {
		begun := time.Now()
		placed, err := send(ctx)
		if err == nil {
			return placed, t.note(into, key, begun, placed)
		}
		if p, refused := client.Refused(err); refused && !later(p) {
			return nil, fmt.Errorf("a till was refused under %s: %w", key, err)
		}
		if err := wait(ctx, askAgain); err != nil {
			return nil, err
		}
	}
}

// later reports whether an answer means that nothing is known yet.
func later(p *wire.Problem) bool {
	return p.Temporary() || p.Status == http.StatusBadGateway || p.Status == http.StatusGatewayTimeout
}

// repeat asks again for what was answered: the answer must name the same order.
func (t *till) repeat(ctx context.Context, key string, o *wire.Order, id int64) error {
	for {
		again, err := t.client.PlaceOrder(ctx, key, o)
		if err == nil && (again.ID != id || !again.Replayed) {
			return fmt.Errorf("order %d, asked for again under %s, is answered with %d, replayed %t", id,
				key, again.ID, again.Replayed)
		}
		if err == nil {
			return nil
		}
		if p, refused := client.Refused(err); refused && !later(p) {
			return fmt.Errorf("a till was refused under %s, which had been answered: %w", key, err)
		}
		if err := wait(ctx, askAgain); err != nil {
			return err
		}
	}
}

// wait returns early, with an error, when ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
