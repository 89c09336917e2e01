package warehouse_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

const (
	timedStores = 30
	timedDays   = 90
	timedOrders = 200 // a store and day, of two lines each
	timedVisits = 200
)

// timed fills a warehouse with 90 days of 30 stores that end at noon.
func timed(b *testing.B) *warehouse.Warehouse {
	b.Helper()
	db := open(b)
	run := func(sql string) {
		b.Helper()
		if err := db.Exec(b.Context(), sql, clickhouse.Params{"end": fmt.Sprint(noon.Unix())}); err != nil {
			b.Fatal(err)
		}
	}
	run(fmt.Sprintf(`INSERT INTO dim_store (id, version, code, name, region_id, region_code, city, time_zone)
		SELECT number + 1, 1, toString(300 + number), 'shop', 1 + number %% 3, toString(number %% 3),
			toString(number %% 5), 'Asia/Shanghai' FROM numbers(%d)`, timedStores))
	for part := range 3 {
		const lines = timedStores * timedDays * timedOrders * 2 / 3
		run(fmt.Sprintf(`INSERT INTO fact_order_line (doc, order_id, document_id, first, line, kind, store_id,
				sku_id, category_id, member_id, channel, at, day, local_hour, qty, gross_fen, discount_fen,
				net_fen, cost_fen, inserted_at, simulated)
			SELECT if(o %% 20 = 0, 2, 1), o, o, number %% 2 = 0, number %% 2, 1, o %% %d + 1,
				rand(1) %% 2000, rand(2) %% 20, rand(3) %% 50000, 1 + rand(4) %% 3,
				toDateTime({end:Int64} - intDiv(n * %d, %d), 'UTC') AS t, toDate(t, 'Asia/Shanghai'),
				toHour(t, 'Asia/Shanghai'), 1, 1000 + rand(5) %% 900 AS gross, 100, gross - 100, 700, t, true
			FROM (SELECT number, number + %d AS n, intDiv(n, 2) AS o FROM numbers(%d))`,
			timedStores, timedDays*86_400, lines*3, part*lines, lines))
	}
	run(`INSERT INTO fact_order_step (order_id, step, state, store_id, channel, at, day, paid, units, lines,
			net_fen, simulated)
		SELECT order_id, if(doc = 1, 1, 4), 4, store_id, channel, at, day, doc = 1, 2, 2, net_fen, true
		FROM fact_order_line WHERE first`)
	const visits = timedStores * timedDays * timedVisits
	run(fmt.Sprintf(`INSERT INTO fact_behaviour (kind, first, store_id, sku_id, visitor_id, session_id,
			channel, at, day, local_hour)
		SELECT 64 + rand(1) %% 7, 1, number %% %d + 1, rand(2) %% 2000, rand(3) %% 30000, rand(4) %% 60000, 2,
			toDateTime({end:Int64} - intDiv(number * %d, %d), 'UTC') AS t, toDate(t, 'Asia/Shanghai'),
			toHour(t, 'Asia/Shanghai')
		FROM numbers(%d)`, timedStores, timedDays*86_400, visits, visits))
	return over(b, db)
}

// percentiles runs f b.N times and reports the median and the 95th percentile.
func percentiles(b *testing.B, f func() error) {
	b.Helper()
	b.ReportAllocs()
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.95), "p95-ms")
}

// BenchmarkKPIs measures questions over 90 days of 30 stores, and the live picture on top of them.
func BenchmarkKPIs(b *testing.B) {
	w := timed(b)
	scopes := map[string]retail.Scope{"hq": retail.HQScope(), "region": retail.StoreScope(1, 4, 7, 10, 13)}
	from, to := noon.AddDate(0, 0, -timedDays).Format(time.DateOnly), "2026-11-19"
	core := []string{"net_sales", "orders", "aov", "units", "buyers", "visitors", "conversion"}
	for name, q := range map[string]warehouse.Query{
		"total":            {Metrics: core},
		"store":            {Metrics: core, By: []string{"store"}},
		"region×day":       {Metrics: core, By: []string{"region"}, Grain: "day"},
		"store×day":        {Metrics: core, By: []string{"store"}, Grain: "day"},
		"category":         {Metrics: []string{"net_sales", "units"}, By: []string{"category"}},
		"hour of the day":  {Metrics: core, By: []string{"hour"}},
		"course of hours":  {Metrics: []string{"net_sales", "orders"}, Grain: "hour"},
		"month, last year": {Metrics: core, Grain: "month", Compare: "year"},
		"products":         {Metrics: []string{"products"}, By: []string{"store"}},
	} {
		for scope, s := range scopes {
			q.From, q.To = from, to
			b.Run(name+"/"+scope, func(b *testing.B) {
				percentiles(b, func() error {
					_, err := w.Query(b.Context(), s, q)
					return err
				})
			})
		}
	}
	for scope, s := range scopes {
		b.Run("live/"+scope, func(b *testing.B) {
			percentiles(b, func() error {
				_, err := w.Live(b.Context(), s, noon)
				return err
			})
		})
	}
}
