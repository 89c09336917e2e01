package role

import (
	"context"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/cmd/telemetry"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// StreamConfig describes the consumer role.
type StreamConfig struct {
	Backends `embed:""`
	Listen   string `help:"Address of health and metrics." default:"127.0.0.1:8084" env:"TILLSTREAM_STREAM_LISTEN"`
	Group    string `help:"Consumer group." default:"tillstream-stream" env:"TILLSTREAM_GROUP"`
	Instance string `help:"Name of this engine across restarts, unique within the group." default:"" env:"TILLSTREAM_INSTANCE"`
}

// Stream aggregates events into ClickHouse until ctx ends.
func Stream(ctx context.Context, cfg StreamConfig, log *slog.Logger) error {
	if err := cfg.needKafka(); err != nil {
		return err
	}
	if err := need(cfg.ClickHouse, "CLICKHOUSE"); err != nil {
		return err
	}
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	memory, err := recall.New(db)
	if err != nil {
		return err
	}
	tracer, endTraces, err := telemetry.Open(ctx, "tillstream-stream", log)
	if err != nil {
		return err
	}
	defer endTraces()
	boundMemory()
	engine, err := stream.New(stream.Config{Kafka: cfg.kafkaConfig("stream", log), Group: cfg.Group,
		Instance: cfg.Instance, Sink: sink.New(db).Traced(tracer), Memory: memory, Tracer: tracer,
		Log: log, BatchAge: batchAge, MaxBatchAge: maxBatchAge, RetryMax: retryMost})
	if err != nil {
		return err
	}
	h := &health{prefix: "stream", gauges: func(send sender) { streamGauges(engine.Stats(), send) },
		checks: map[string]func(context.Context) error{
			"stream": func(context.Context) error { return engine.Health() }}}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return engine.Run(ctx) })
	g.Go(func() error { return h.serve(ctx, cfg.Listen) })
	return g.Wait()
}

// What the collector of a stream's memory may count on: most of what the stream takes are columns and
// waiting records, large pieces without pointers, so it may let much gather before it looks, as long as the
// whole stays below the limit. GOGC and GOMEMLIMIT in the environment say otherwise.
const (
	memoryLimit = 320 << 20
	gcPercent   = 200
)

func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// The ages of batches. What an insert costs ClickHouse, with its parts and those of its rollups, hardly
// depends on its rows: at four batches a second and partition the engine was busy with nothing else, at
// these ages twice the orders pass and still appear within the second. A lone order waits for none.
const (
	batchAge    = 400 * time.Millisecond
	maxBatchAge = 700 * time.Millisecond
)

// retryMost is the longest pause before an absent ClickHouse is asked again. To be refused costs little, and
// what waits for a pause to end is not drained.
const retryMost = time.Second

type sender = func(name, help string, value float64, labels ...string)

func streamGauges(s stream.Stats, send sender) {
	send("lag_records", "Records in the log that are not written.", float64(s.Lag()))
	if !s.AsOf.IsZero() {
		send("as_of_age_seconds", "Age of the oldest record that may be missing.",
			time.Since(s.AsOf).Seconds())
	}
	for _, c := range []struct {
		name, help string
		value      int64
	}{
		{"state_keys", "Visits, orders and SKUs remembered.", s.State.Held},
		{"state_spared", "States found in memory or known to be new.", s.State.Spared},
		{"state_reads", "States read back from ClickHouse.", s.State.Reads},
		{"state_dropped", "States forgotten to make room.", s.State.Dropped},
		{"state_chains", "SKUs whose past was read because a move came out of order.", s.State.Chains},
	} {
		send(c.name, c.help, float64(c.value))
	}
	for kind, n := range s.Late {
		send("late_by_kind", "Facts that came long after the newest of their partition, by kind.",
			float64(n), "kind", kind.String())
	}
	for topic, t := range s.Topics {
		for _, c := range []struct {
			name, help string
			value      int64
		}{
			{"records", "Records taken.", t.Records},
			{"duplicates", "Repetitions dropped.", t.Duplicates},
			{"dead_letters", "Records that are no facts.", t.DeadLetters},
			{"void", "Records passed over in a replay: their letters stand for them.", t.Void},
			{"late", "Facts that came long after the newest of their partition.", t.Late},
			{"batches", "Batches written.", t.Batches},
			{"rows", "Rows written.", t.Rows},
			{"retries", "Writes that failed and were repeated.", t.Retries},
			{"repeated", "Batches that a former owner had left open.", t.Repeated},
			{"lost", "Records that retention deleted before they were read.", t.Lost},
		} {
			send(c.name, c.help, float64(c.value), "topic", topic)
		}
	}
}
