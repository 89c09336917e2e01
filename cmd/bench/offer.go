package bench

import (
	"context"
	_ "embed"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// How a rate is offered: so many orders a request, over so many connections.
const (
	offerBulk  = 50
	offerTills = 16
)

// drainWithin is how long the rollups may take to show the last order of an offer before the chain
// counts as broken.
const drainWithin = 60 * time.Second

// offered is what became of a rate that was offered for a while.
type offered struct {
	// perS is what was accepted.
	perS float64
	// lagP50 and lagP99 tell how long orders took from commit to the rollup, in milliseconds.
	lagP50, lagP99 float64
}

// offer sends orders at a rate, whether or not the chain keeps up, waits until the rollups show every
// one of them, and tells how late they were. The lag is told in two ways, of which the worse counts:
// by the marks of each row, commit and insert; and by what a query sees meanwhile, which has the time
// in it that the insert itself takes.
func (p *pipe) offer(ctx context.Context, rate float64, length time.Duration) (offered, error) {
	var accepted atomic.Int64
	before := p.accepted
	sight := follow(ctx, func(ctx context.Context, late *samples) error {
		return p.look(ctx, before, &accepted, late)
	})
	defer sight.close()
	from := time.Now()
	if err := p.send(ctx, rate, length, &accepted); err != nil {
		return offered{}, err
	}
	until := time.Now()
	sent := accepted.Load()
	p.accepted += sent
	if err := p.drain(ctx); err != nil {
		return offered{}, err
	}
	seen, err := sight.finish()
	if err != nil {
		return offered{}, err
	}
	o := offered{perS: float64(sent) / until.Sub(from).Seconds()}
	if err := p.marks(ctx, from, until, sent, &o); err != nil {
		return offered{}, err
	}
	if len(seen) > 0 {
		o.lagP50, o.lagP99 = max(o.lagP50, seen.ms(0.50)), max(o.lagP99, seen.ms(0.99))
	}
	return o, nil
}

// send places orders on a fixed timetable, counts those that are accepted, and ends on time however late
// the timetable is.
func (p *pipe) send(ctx context.Context, rate float64, length time.Duration,
	accepted *atomic.Int64) error {
	start := time.Now()
	gap := time.Duration(float64(time.Second) * offerBulk / rate)
	var turn atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for i := range offerTills {
		g.Go(func() error {
			t, err := dial(ctx, p.at.Orders, p.token)
			if err != nil {
				return err
			}
			defer t.close()
			b, rows := p.goods.draw(uint64(start.UnixNano())+uint64(i), false),
				make([]wire.OrderRow, offerBulk)
			for {
				due := time.Duration(turn.Add(1)-1) * gap
				if due >= length || time.Since(start) >= length {
					return nil
				}
				b.fill(rows)
				if err := wait(ctx, time.Until(start.Add(due))); err != nil {
					return err
				}
				if err := t.bulk(rows); err != nil {
					return err
				}
				accepted.Add(offerBulk)
			}
		})
	}
	return g.Wait()
}

// drain waits until the rollup shows every accepted order, and not one more.
func (p *pipe) drain(ctx context.Context) error {
	deadline := time.Now().Add(drainWithin)
	for {
		shown, err := p.visible(ctx)
		switch {
		case err != nil:
			return err
		case shown == p.accepted:
			return nil
		case shown > p.accepted:
			return fmt.Errorf("the rollup shows %d orders, but only %d were accepted", shown, p.accepted)
		case time.Now().After(deadline):
			return fmt.Errorf("%s after the last order the rollup shows %d orders of %d", drainWithin,
				shown, p.accepted)
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

//go:embed sql/chain_lag.sql
var chainLag string

// marks reads the lag from the rows of an offer, and makes sure that they are all there.
func (p *pipe) marks(ctx context.Context, from, until time.Time, sent int64, o *offered) error {
	var orders int64
	_, err := p.db.Row(ctx, chainLag, clickhouse.Params{"from_us": fmt.Sprint(from.UnixMicro()),
		"until_us": fmt.Sprint(until.UnixMicro())}, &orders, &o.lagP50, &o.lagP99)
	if err != nil {
		return fmt.Errorf("cannot read the lag: %w", err)
	}
	if orders != sent {
		return fmt.Errorf("the facts hold %d orders of the %d that were accepted", orders, sent)
	}
	return nil
}

// sightEvery is how often a query looks at the rollup during an offer.
const sightEvery = 200 * time.Millisecond

// look compares what is accepted with what the rollup shows: the first order that it does not show is as
// late as the time since its count was accepted.
func (p *pipe) look(ctx context.Context, before int64, accepted *atomic.Int64, late *samples) error {
	var known timeline
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		known.note(time.Now(), accepted.Load())
		if time.Since(last) < sightEvery {
			continue
		}
		last = time.Now()
		shown, err := p.visible(ctx)
		if err != nil {
			return err
		}
		if at, waits := known.next(shown - before); waits {
			*late = append(*late, time.Since(at))
		}
	}
}

// timeline remembers when a count was reached.
type timeline struct {
	at    []time.Time
	count []int64
	first int
}

func (t *timeline) note(at time.Time, count int64) {
	if n := len(t.count); n == 0 && count > 0 || n > 0 && count > t.count[n-1] {
		t.at, t.count = append(t.at, at), append(t.count, count)
	}
}

// next tells since when the first one beyond shown is there; counts must not fall from call to call.
func (t *timeline) next(shown int64) (at time.Time, waits bool) {
	for t.first < len(t.count) && t.count[t.first] <= shown {
		t.first++
	}
	if t.first == len(t.count) {
		return at, false
	}
	return t.at[t.first], true
}
