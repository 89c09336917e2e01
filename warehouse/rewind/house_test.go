package rewind_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/rewind"
	"github.com/tillstream/tillstream/warehouse/schema"
	"github.com/tillstream/tillstream/warehouse/sink"
)

func TestMain(m *testing.M) { chtest.Main(m) }

// house is a log with trade, a warehouse, and engines in between.
type house struct {
	*trade
	t       *testing.T
	db      *clickhouse.DB
	brokers []string
	admin   *kafka.Admin
	// wrap may put something between an engine and the warehouse.
	wrap func(stream.Sink) stream.Sink
}

func newHouse(t *testing.T, seed uint64) *house {
	t.Helper()
	t.Logf("seed %d", seed)
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: db, brokers: kafkatest.StartCluster(t, kafka.Topics(2, 1, 0)...).Brokers(),
		wrap: func(s stream.Sink) stream.Sink { return s }}
	h.trade = newTrade(t, h.brokers, seed)
	if h.admin, err = kafka.NewAdmin(kafka.Config{Brokers: h.brokers}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.admin.Close)
	return h
}

// config has small batches, so that there are many, and a replay cuts them elsewhere.
func (h *house) config() stream.Config {
	memory, err := recall.New(h.db)
	if err != nil {
		h.t.Fatal(err)
	}
	return stream.Config{Memory: memory, Kafka: kafka.Config{Brokers: h.brokers},
		Sink:            h.wrap(sink.New(h.db)),
		MaxBatchRecords: 40, BatchAge: 5 * time.Millisecond, MaxBatchAge: 10 * time.Millisecond,
		CompleteAfter: 20 * time.Millisecond, RetryMin: 5 * time.Millisecond,
		RetryMax: 20 * time.Millisecond, SessionTimeout: time.Second}
}

// catchUp runs an engine until everything is written, and stops it in good order.
func (h *house) catchUp() *stream.Engine {
	h.t.Helper()
	e, err := stream.New(h.config())
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	h.await("no lag", func() bool {
		lags, err := h.admin.Lag(h.t.Context(), "tillstream-stream", topics()...)
		var n int64
		for _, l := range lags {
			n += l.Records
		}
		return err == nil && n == 0
	})
	stop()
	if err := <-ended; err != nil {
		h.t.Fatal(err)
	}
	return e
}

func topics() (all []string) {
	for _, t := range event.Topics() {
		all = append(all, string(t))
	}
	return all
}

func (h *house) await(what string, f func() bool) {
	h.t.Helper()
	deadline, tick := time.NewTimer(time.Minute), time.NewTicker(5*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-deadline.C:
			h.t.Fatalf("not within a minute: %s", what)
		}
	}
}

// back is a rewind.
func (h *house) back(from stream.From) stream.RewindConfig {
	return stream.RewindConfig{Config: h.config(), From: from, Store: rewind.New(h.db),
		Confirm: func(stream.RewindPlan) error { return nil }}
}

func (h *house) rewind(from stream.From) *stream.RewindPlan {
	h.t.Helper()
	plan, err := stream.Rewind(h.t.Context(), h.back(from))
	if err != nil {
		h.t.Fatal(err)
	}
	return plan
}

// content is every row of every table, of the rollups their sums, as text.
func (h *house) content() map[string]string {
	h.t.Helper()
	all := make(map[string]string)
	for _, table := range slices.Concat(schema.Facts(), schema.Rollups(), schema.OtherRollups(),
		schema.DerivedRollups(), []string{"dim_store", "dim_sku"}) {
		out, err := h.db.Format(h.t.Context(), "TSV", h.reading(table), nil)
		if err != nil {
			h.t.Fatal(err)
		}
		text, err := io.ReadAll(out)
		if err != nil {
			h.t.Fatal(err)
		}
		if out.Close(); len(text) == 0 && !strings.Contains(table, "order_s") {
			h.t.Fatalf("%s is empty: the trade does not reach it", table)
		}
		all[table] = string(text)
	}
	return all
}

// reading selects what a table says, not how it is kept: states of aggregates as their values.
func (h *house) reading(table string) string {
	h.t.Helper()
	rows, err := h.db.Query(h.t.Context(), "SELECT name, type FROM system.columns WHERE "+
		"database = currentDatabase() AND table = {name:String} AND "+
		"name NOT IN ('inserted_at', 'source_batch') ORDER BY name",
		clickhouse.Params{"name": table})
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	var columns []string
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			h.t.Fatal(err)
		}
		if strings.HasPrefix(kind, "AggregateFunction") {
			name = "finalizeAggregation(" + name + ")"
		}
		columns = append(columns, name)
	}
	final := " FINAL"
	if strings.HasPrefix(table, "fact_") && table != "fact_review" || table == "order_step" {
		final = ""
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + table + final + " ORDER BY ALL"
}

// same compares every table with before, and the rollups with the facts.
func (h *house) same(before map[string]string) {
	h.t.Helper()
	for table, want := range before {
		if got := h.content()[table]; got != want {
			h.t.Errorf("%s has %d lines that differ from the %d of before%s", table,
				strings.Count(got, "\n"), strings.Count(want, "\n"), firstDifference(got, want))
		}
	}
	h.agrees()
}

// agrees compares what the facts and each rollup sold, by store and day.
func (h *house) agrees() {
	h.t.Helper()
	for _, rollup := range schema.Rollups() {
		var differ uint64
		_, err := h.db.Row(h.t.Context(), "SELECT count() FROM (SELECT store_id, day, sum(n) AS n FROM "+
			"(SELECT store_id, day, sumIf(net_fen, doc = 1) - sumIf(net_fen, doc = 2) AS n "+
			"FROM fact_order_line GROUP BY store_id, day UNION ALL "+
			"SELECT store_id, day, sum(refunds_fen) - sum(net_of_orders_fen) AS n FROM "+rollup+
			" GROUP BY store_id, day) GROUP BY store_id, day HAVING n != 0)", nil, &differ)
		if err != nil || differ > 0 {
			h.t.Errorf("%s differs from the facts on %d store days: %v", rollup, differ, err)
		}
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "\n got " + a[i] + "\nwant " + b[i]
		}
	}
	return ""
}
