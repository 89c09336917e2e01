package role

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/rewind"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// RewindConfig says which group goes back, and where to.
type RewindConfig struct {
	Backends
	// Group is the consumer group.
	Group string
	// From is where to go back to.
	From stream.From
	// Confirm is shown the plan; an error ends the rewind before anything is changed.
	Confirm func(stream.RewindPlan) error
	// Progress is told how far it has come.
	Progress stream.RewindProgress
}

// Rewind takes the stream and the warehouse back to an earlier place in the log.
func Rewind(ctx context.Context, cfg RewindConfig, log *slog.Logger) (*stream.RewindPlan, error) {
	if err := cfg.needKafka(); err != nil {
		return nil, err
	}
	if err := need(cfg.ClickHouse, "CLICKHOUSE"); err != nil {
		return nil, err
	}
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Log: log})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	memory, err := recall.New(db)
	if err != nil {
		return nil, err
	}
	return stream.Rewind(ctx, stream.RewindConfig{
		Config: stream.Config{Kafka: cfg.kafkaConfig("rewind", log), Group: cfg.Group, Sink: sink.New(db),
			Memory: memory, Log: log},
		From: cfg.From, Store: rewind.New(db), Confirm: cfg.Confirm, Progress: cfg.Progress,
	})
}

// ParseFrom reads where to go back to: "earliest", a time by RFC 3339, or offsets such as
// "tillstream.orders/0=1200,tillstream.orders/1=1180".
func ParseFrom(text string) (stream.From, error) {
	if text == "earliest" {
		return stream.From{Earliest: true}, nil
	}
	if !strings.Contains(text, "=") {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return stream.From{}, fmt.Errorf("cannot use --from %q: want earliest, a time such as "+
				"2026-03-01T00:00:00+08:00, or offsets such as tillstream.orders/0=1200", text)
		}
		return stream.From{Time: at}, nil
	}
	at := make(map[kafka.Partition]int64)
	for _, part := range strings.Split(text, ",") {
		place, number, _ := strings.Cut(strings.TrimSpace(part), "=")
		slash := strings.LastIndexByte(place, '/')
		offset, err := strconv.ParseInt(number, 10, 64)
		if slash <= 0 || err != nil || offset < 0 {
			return stream.From{}, fmt.Errorf("cannot use --from: %q is not topic/partition=offset", part)
		}
		id, err := strconv.ParseInt(place[slash+1:], 10, 32)
		if err != nil || id < 0 {
			return stream.From{}, fmt.Errorf("cannot use --from: %q is no partition", place)
		}
		at[kafka.Partition{Topic: place[:slash], ID: int32(id)}] = offset
	}
	return stream.From{Offsets: at}, nil
}
