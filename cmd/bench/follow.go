package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// follower gathers samples beside a load, until it is finished.
type follower[T any] struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	// ended is closed when do has returned; err is set before that.
	ended chan struct{}
	got   T
	err   error
}

// follow runs do until close or finish; an error after that does not count.
func follow[T any](ctx context.Context, do func(context.Context, *T) error) *follower[T] {
	f := &follower[T]{ended: make(chan struct{})}
	ctx, f.cancel = context.WithCancel(ctx)
	f.done.Go(func() {
		defer close(f.ended)
		if err := do(ctx, &f.got); ctx.Err() == nil {
			f.err = err
		}
	})
	return f
}

func (f *follower[T]) close() {
	f.cancel()
	f.done.Wait()
}

// finish returns what was gathered.
func (f *follower[T]) finish() (T, error) {
	f.close()
	return f.got, f.err
}

// followLog reads the topic of the orders as any consumer would and takes, for each record, the time
// since its commit: the relay, the acknowledgement of the log and the delivery are in it.
func (p *pipe) followLog(ctx context.Context) (*follower[samples], error) {
	tail, err := kafka.NewTail(ctx, kafka.TailConfig{Topics: []string{string(event.TopicOrders)},
		Config: kafka.Config{Brokers: []string{p.at.Kafka}, ClientID: "tillstream-bench", Log: p.Log},
		From:   kafka.FromEnd})
	if err != nil {
		return nil, err
	}
	return follow(ctx, func(ctx context.Context, got *samples) error {
		defer tail.Close()
		for {
			records, err := tail.Poll(ctx)
			if err != nil {
				return err
			}
			now := time.Now()
			for _, r := range records {
				at, err := committed(r)
				if err != nil {
					return err
				}
				*got = append(*got, max(now.Sub(at), 0))
			}
		}
	}), nil
}

func committed(r *kafka.Record) (time.Time, error) {
	for _, h := range r.Headers {
		if h.Key == event.HeaderTime {
			return time.Parse(time.RFC3339Nano, string(h.Value))
		}
	}
	return time.Time{}, fmt.Errorf("record %d of %s/%d does not say when it committed", r.Offset, r.Topic,
		r.Partition)
}

// edgeLags are quantiles that the edge told, one a second, each over its last few thousand levels.
type edgeLags struct{ p50, p99 samples }

// watchEdge asks the edge how late stock levels are. The first second is the warm-up.
func (p *pipe) watchEdge(ctx context.Context) *follower[edgeLags] {
	return follow(ctx, func(ctx context.Context, got *edgeLags) error {
		for {
			if err := wait(ctx, time.Second); err != nil {
				return err
			}
			m, err := scrape(ctx, p.at.Console)
			if err != nil {
				return err
			}
			seconds := func(name string) time.Duration {
				return time.Duration(m["tillstream_serving_"+name] * float64(time.Second))
			}
			got.p50 = append(got.p50, seconds("stock_lag_p50_seconds"))
			got.p99 = append(got.p99, seconds("stock_lag_p99_seconds"))
		}
	})
}

// worst returns the median of the medians and the worst of the 99th percentiles.
func (l edgeLags) worst() (p50, p99 float64, err error) {
	if len(l.p50) == 0 {
		return 0, 0, fmt.Errorf("the edge told no lag in time")
	}
	return l.p50.ms(0.5), float64(slices.Max(l.p99)) / float64(time.Millisecond), nil
}

// scrape reads the plain values of a role's metrics, those without labels.
func scrape(ctx context.Context, address string) (map[string]float64, error) {
	values := map[string]float64{}
	err := readMetrics(ctx, address, func(series string, value float64) {
		if !strings.Contains(series, "{") {
			values[series] = value
		}
	})
	return values, err
}

// readMetrics hands out every series of a role, in the order in which the role tells them.
func readMetrics(ctx context.Context, address string, take func(series string, value float64)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/metrics", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("cannot read the metrics: %w", err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		series, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil && !strings.HasPrefix(series, "#") {
			take(series, v)
		}
	}
	return lines.Err()
}
