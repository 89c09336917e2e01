package bench

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// The rates that the pipeline is offered, in orders per second: a steady one at which latencies are
// told, then a search.
const (
	steadyRate  = 5_000
	firstRate   = 10_000
	leastRate   = 500
	searchSteps = 4
	rateUp      = 1.3
	rateDown    = 0.8
)

// A rate is held when this share of it was accepted, and when the lag stayed within the bar.
const (
	heldShare = 0.97
	heldLagMS = 1_000
)

// pipe is the whole chain from the write API to the rollups.
type pipe struct {
	*run
	db *clickhouse.DB
	// accepted is how many orders the write API has taken so far.
	accepted int64
}

// pipeline measures the way of an order through the whole chain: lone orders first, then latencies at a
// steady rate, then the highest rate at which the rollups stay fresh.
func (r *run) pipeline(ctx context.Context) error {
	if err := r.stock(ctx); err != nil {
		return err
	}
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: r.at.ClickHouse, Log: r.Log})
	if err != nil {
		return err
	}
	defer db.Close()
	p := &pipe{run: r, db: db}
	for _, do := range []func(context.Context) error{p.begin, p.lone, p.steady, p.search} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return r.memory()
}

// begin counts what is there already, once nothing more comes.
func (p *pipe) begin(ctx context.Context) error {
	for last := int64(-1); last != p.accepted; {
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
		last = p.accepted
		var err error
		if p.accepted, err = p.visible(ctx); err != nil {
			return err
		}
	}
	return nil
}

//go:embed sql/visible_orders.sql
var visibleOrders string

func (p *pipe) visible(ctx context.Context) (orders int64, err error) {
	if _, err := p.db.Row(ctx, visibleOrders, nil, &orders); err != nil {
		return 0, fmt.Errorf("cannot read the rollup: %w", err)
	}
	return orders, nil
}

// steady tells the latencies of each part at a rate that leaves the machine some air.
func (p *pipe) steady(ctx context.Context) error {
	p.step("pipeline: %d orders/s, for %s", steadyRate, p.share(0.4))
	if _, err := p.offer(ctx, steadyRate, p.share(0.13)); err != nil {
		return err
	}
	log, err := p.followLog(ctx)
	if err != nil {
		return err
	}
	defer log.close()
	edge := p.watchEdge(ctx)
	defer edge.close()
	held, err := p.offer(ctx, steadyRate, p.share(0.4))
	if err != nil {
		return err
	}
	toLog, err := log.finish()
	if err != nil {
		return err
	}
	lags, err := edge.finish()
	if err != nil {
		return err
	}
	p50, p99, err := lags.worst()
	if err != nil {
		return err
	}
	p.put("cdc_commit_to_kafka_p50_ms", toLog.ms(0.50), "ms")
	p.put("cdc_commit_to_kafka_p99_ms", toLog.ms(0.99), "ms")
	p.put("chain_stock_sync_p50_ms", p50, "ms")
	p.put("chain_stock_sync_p99_ms", p99, "ms")
	p.put("commit_to_visible_p50_ms", held.lagP50, "ms")
	p.put("commit_to_visible_p99_ms", held.lagP99, "ms")
	return nil
}

// search narrows the highest rate that is held in short steps, then holds it for the whole time. A rate
// that is held for a while but not for long gives way to a lower one, once; the lag tells whether that one
// was held.
func (p *pipe) search(ctx context.Context) error {
	s := search{rate: firstRate}
	for range searchSteps {
		o, err := p.try(ctx, s.rate, p.share(0.27))
		if err != nil {
			return err
		}
		s.learn(o)
	}
	o, err := p.try(ctx, s.result(), p.Duration)
	if err == nil && !o.held(s.result()) {
		o, err = p.try(ctx, s.result()*rateDown, p.Duration)
	}
	if err != nil {
		return err
	}
	p.put("chain_orders_per_s", o.perS, "orders/s")
	p.put("chain_lag_p50_ms", o.lagP50, "ms")
	p.put("chain_lag_p99_ms", o.lagP99, "ms")
	return nil
}

func (p *pipe) try(ctx context.Context, rate float64, length time.Duration) (offered, error) {
	p.step("pipeline: offering %.0f orders/s for %s", rate, length)
	o, err := p.offer(ctx, rate, length)
	if err == nil {
		p.step("pipeline: %.0f orders/s accepted, lag p99 %.0f ms", o.perS, o.lagP99)
	}
	return o, err
}

func (o offered) held(rate float64) bool { return o.perS >= heldShare*rate && o.lagP99 <= heldLagMS }

// search is the state of a search for the highest rate that is held.
type search struct {
	// rate is the one to try next.
	rate float64
	// best is the highest that was held, least the lowest that was not; 0 for none yet.
	best, least float64
}

// learn takes what became of the rate and chooses the next one.
func (s *search) learn(o offered) {
	if o.held(s.rate) {
		s.best = s.rate
	} else {
		s.least = s.rate
	}
	switch {
	case s.least == 0:
		s.rate *= rateUp
	case s.best == 0:
		s.rate = max(leastRate, min(s.rate*rateDown, o.perS*heldShare))
	default:
		s.rate = (s.best + s.least) / 2
	}
}

// result is the rate to hold for long.
func (s *search) result() float64 {
	if s.best > 0 {
		return s.best
	}
	return s.rate
}
