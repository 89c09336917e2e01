package bench

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/order"
)

// The rate that the edge should keep up with, and how it is offered: by callers within this process, each
// with a few orders a call.
const (
	syncRate    = 20_000
	syncCallers = 128
	syncBulk    = 8
	syncSteps   = 4
)

// synced is what became of a rate.
type synced struct {
	perS     float64
	p50, p99 float64
	changes  float64
}

// sync offers orders to the intake and asks the edge how long each change of stock took from its commit
// until the edge could answer with it. When the machine does not hold the rate, a lower one is offered;
// the figures are those of the highest rate that was held, and that rate is a figure of its own.
func (c *relayed) sync(ctx context.Context) error {
	intake, end, err := c.intake(ctx)
	if err != nil {
		return err
	}
	defer end()
	rate := float64(syncRate)
	var got synced
	for step := 1; ; step++ {
		if got, err = c.offerStock(ctx, intake, rate); err != nil {
			return err
		}
		c.step("cdc: %.0f orders/s accepted, %.0f changes on the edge, p50 %.1f ms, p99 %.1f ms", got.perS,
			got.changes, got.p50, got.p99)
		if got.perS >= heldShare*rate && got.p99 <= heldLagMS || step == syncSteps {
			break
		}
		rate = min(rate*rateDown, got.perS*heldShare)
	}
	c.put("stock_sync_orders_per_s", got.perS, "orders/s")
	c.put("stock_sync_p50_ms", got.p50, "ms")
	c.put("stock_sync_p99_ms", got.p99, "ms")
	return nil
}

func (c *relayed) offerStock(ctx context.Context, intake order.Intake, rate float64) (got synced, err error) {
	c.step("cdc: offering %.0f orders/s to the edge's stock, for %s", rate, c.share(0.5))
	if _, err := c.pour(ctx, intake, rate, c.share(0.15)); err != nil {
		return got, err
	}
	before, err := edgeCounts(ctx, c.at.Console)
	if err != nil {
		return got, err
	}
	if got.perS, err = c.pour(ctx, intake, rate, c.share(0.5)); err != nil {
		return got, err
	}
	if err := c.settle(ctx); err != nil {
		return got, err
	}
	if err := wait(ctx, time.Second); err != nil {
		return got, err
	}
	after, err := edgeCounts(ctx, c.at.Console)
	if err != nil {
		return got, err
	}
	between := after.since(before)
	got.changes = between.total()
	if got.changes == 0 {
		return got, fmt.Errorf("the edge saw no change of stock")
	}
	got.p50, got.p99 = between.ms(0.50), between.ms(0.99)
	return got, nil
}

// pour places orders on a fixed timetable, and ends on time however late that is.
func (c *relayed) pour(ctx context.Context, intake order.Intake, rate float64, length time.Duration) (
	perS float64, err error) {
	start := time.Now()
	gap := time.Duration(float64(time.Second) * syncBulk / rate)
	var turn, placed atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for i := range syncCallers {
		g.Go(func() error {
			b, requests := c.goods.draw(uint64(start.UnixNano())+uint64(i), false),
				make([]order.Request, syncBulk)
			for {
				due := time.Duration(turn.Add(1)-1) * gap
				if due >= length || time.Since(start) >= length {
					return nil
				}
				for i := range requests {
					requests[i] = b.request()
				}
				if err := wait(ctx, time.Until(start.Add(due))); err != nil {
					return err
				}
				for _, result := range intake.Place(ctx, requests) {
					if result.Err != nil {
						return fmt.Errorf("cannot place an order: %w", result.Err)
					}
				}
				placed.Add(syncBulk)
			}
		})
	}
	err = g.Wait()
	return float64(placed.Load()) / time.Since(start).Seconds(), err
}

// counts are the buckets of a histogram: the upper bounds in ascending order, in seconds, and how many
// values lie at or below each. The last bound is infinite.
type counts struct {
	bounds []float64
	within []float64
}

// edgeCounts reads how late the changes were that the edge has taken.
func edgeCounts(ctx context.Context, console string) (c counts, err error) {
	const name = `tillstream_serving_stock_lag_seconds_bucket{le="`
	err = readMetrics(ctx, console, func(series string, value float64) {
		if bound, ok := strings.CutPrefix(series, name); ok {
			if b, err := strconv.ParseFloat(strings.TrimSuffix(bound, `"}`), 64); err == nil {
				c.bounds, c.within = append(c.bounds, b), append(c.within, value)
			}
		}
	})
	if err == nil && (len(c.bounds) == 0 || !slices.IsSorted(c.bounds)) {
		err = fmt.Errorf("the edge tells no lags of stock")
	}
	return c, err
}

// since takes away what was there before.
func (c counts) since(before counts) counts {
	left := counts{c.bounds, slices.Clone(c.within)}
	for i := range left.within {
		left.within[i] -= before.within[i]
	}
	return left
}

func (c counts) total() float64 { return c.within[len(c.within)-1] }

// ms returns the quantile at share in milliseconds, the values of a bucket taken as spread evenly.
func (c counts) ms(share float64) float64 {
	rank := share * c.total()
	low, below := 0.0, 0.0
	for i, n := range c.within {
		if n >= rank && n > below {
			high := c.bounds[i]
			if i == len(c.within)-1 {
				high = low // nothing is known of what lies beyond
			}
			return 1_000 * (low + (high-low)*(rank-below)/(n-below))
		}
		low, below = c.bounds[i], n
	}
	return 1_000 * low
}
