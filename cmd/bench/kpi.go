package bench

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// chainSize is a chain with history.
type chainSize struct {
	stores, days int
	// orders and visits are for each store and day.
	orders, visits int
}

// The chain of the figure, and the one that the demo simulates.
func largeChain() chainSize { return chainSize{stores: 500, days: 90, orders: 8, visits: 8} }
func smallChain() chainSize { return chainSize{stores: 30, days: 90, orders: 150, visits: 150} }

// kpi measures how long a dashboard waits for an answer from the rollups.
func (r *run) kpi(ctx context.Context) error {
	small, err := r.askChain(ctx, "bench_small", smallChain())
	if err != nil {
		return err
	}
	large, err := r.askChain(ctx, "bench_large", largeChain())
	if err != nil {
		return err
	}
	r.put("kpi_query_30_stores_p50_ms", small.kpis.ms(0.50), "ms")
	r.put("kpi_query_30_stores_p95_ms", small.kpis.ms(0.95), "ms")
	r.put("kpi_query_p50_ms", large.kpis.ms(0.50), "ms")
	r.put("kpi_query_p95_ms", large.kpis.ms(0.95), "ms")
	r.put("live_query_30_stores_p95_ms", small.live.ms(0.95), "ms")
	r.put("live_query_p95_ms", large.live.ms(0.95), "ms")
	return r.forgetPeak("clickhouse")
}

// waits are how long questions took.
type waits struct{ kpis, live samples }

func (r *run) askChain(ctx context.Context, database string, size chainSize) (waits, error) {
	r.step("kpi: writing %d days of %d stores", size.days, size.stores)
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: r.at.ClickHouse, Database: database,
		Log: r.Log})
	if err != nil {
		return waits{}, err
	}
	defer db.Close()
	now := time.Now()
	if err := fillHistory(ctx, db, size, now); err != nil {
		return waits{}, fmt.Errorf("cannot write the history of %d stores: %w", size.stores, err)
	}
	figures, err := warehouse.New(warehouse.Config{DB: db, Now: func() time.Time { return now }})
	if err != nil {
		return waits{}, err
	}
	r.step("kpi: asking, for %s", r.share(0.25))
	return r.ask(ctx, figures, questions(now, size.days), now)
}

//go:embed sql/fill_stores.sql
var fillStores string

//go:embed sql/fill_order_lines.sql
var fillOrderLines string

//go:embed sql/fill_behaviour.sql
var fillBehaviour string

// fillRows is how many orders or visits one statement writes: it bounds the engine's memory.
const fillRows = 250_000

func fillHistory(ctx context.Context, db *clickhouse.DB, size chainSize, end time.Time) error {
	if _, err := db.Migrate(ctx, schema.Files()); err != nil {
		return err
	}
	err := db.Exec(ctx, fillStores, clickhouse.Params{"stores": fmt.Sprint(size.stores)})
	if err != nil {
		return err
	}
	for _, fill := range []struct {
		sql    string
		perDay int
	}{{fillOrderLines, size.stores * size.orders}, {fillBehaviour, size.stores * size.visits}} {
		total := fill.perDay * size.days
		for first := 0; first < total; first += fillRows {
			err := db.Exec(ctx, fill.sql, clickhouse.Params{"stores": fmt.Sprint(size.stores),
				"end": fmt.Sprint(end.Unix()), "per_day": fmt.Sprint(fill.perDay),
				"first": fmt.Sprint(first), "count": fmt.Sprint(min(fillRows, total-first))})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// question is what somebody asks, within what the asker may see.
type question struct {
	warehouse.Query
	scope retail.Scope
}

// questions are those of a dashboard over all days, by each of its dimensions, for the whole chain and
// for one region.
func questions(now time.Time, days int) []question {
	core := []string{"net_sales", "orders", "aov", "units", "buyers", "visitors", "conversion"}
	var all []question
	for _, scope := range []retail.Scope{retail.HQScope(), retail.StoreScope(1, 4, 7, 10, 13, 16, 19)} {
		for _, q := range []warehouse.Query{
			{Metrics: core},
			{Metrics: core, By: []string{"store"}, Sort: "-net_sales"},
			{Metrics: core, By: []string{"region"}},
			{Metrics: []string{"net_sales", "units", "gross_profit"}, By: []string{"category"}},
			{Metrics: core, By: []string{"hour"}},
			{Metrics: core, By: []string{"day"}, Compare: "previous"},
			{Metrics: core, By: []string{"region"}, Grain: "day"},
			{Metrics: core, By: []string{"channel"}, Grain: "week", Compare: "year"},
			{Metrics: []string{"net_sales", "orders"}, By: []string{"store"}, Compare: "previous",
				Sort: "-net_sales", Limit: 50},
		} {
			q.From = now.AddDate(0, 0, -days).Format(time.DateOnly)
			q.To = now.AddDate(0, 0, 1).Format(time.DateOnly)
			all = append(all, question{q, scope})
		}
	}
	return all
}

// ask puts the questions one after the other, each once to warm up and then in turn, with the live
// picture between the rounds.
func (r *run) ask(ctx context.Context, figures *warehouse.Warehouse, all []question, now time.Time) (
	w waits, err error) {
	until := time.Now().Add(r.share(0.25))
	for round := 0; round == 0 || round == 1 || time.Now().Before(until); round++ {
		for _, q := range all {
			start := time.Now()
			table, err := figures.Query(ctx, q.scope, q.Query)
			if err != nil {
				return w, fmt.Errorf("cannot ask for %v by %v: %w", q.Metrics, q.By, err)
			}
			if len(table.Rows) == 0 {
				return w, fmt.Errorf("asked for %v by %v and found nothing", q.Metrics, q.By)
			}
			if round > 0 {
				w.kpis = append(w.kpis, time.Since(start))
			}
		}
		for range 5 {
			start := time.Now()
			if _, err := figures.Live(ctx, retail.HQScope(), now); err != nil {
				return w, fmt.Errorf("cannot ask for the live picture: %w", err)
			}
			if round > 0 {
				w.live = append(w.live, time.Since(start))
			}
		}
	}
	return w, nil
}
