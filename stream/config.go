package stream

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/stream/keyed"
)

// Config says what an engine reads, where it writes and what it may hold. Zero values take the
// defaults.
type Config struct {
	// Kafka is the log. Required.
	Kafka kafka.Config
	// Group is the consumer group; its commits hold the engine's whole state. Default
	// "tillstream-stream".
	Group string
	// Instance names this engine across restarts, so that after a crash it goes on at once instead
	// of when its session has ended. Of two that run under one name the older is fenced. Default "".
	Instance string
	// SessionTimeout is after how long the partitions of a silent engine go to another. Default 10 s.
	SessionTimeout time.Duration
	// Topics to read. Default event.Topics().
	Topics []string
	// DeadLetterTopic takes the records that are no facts. Default event.TopicDeadLetter.
	DeadLetterTopic string
	// Sink takes the batches. Required.
	Sink Sink
	// Memory reads back what earlier batches say of visits, orders and stock. Without one nothing is
	// derived from several events: see keyed. Default nil.
	Memory keyed.Memory
	// MaxStateKeys bounds the visits, orders and SKUs of stores that are remembered, over all partitions,
	// a SKU as a quarter of a key; others are read back when they are needed. A key takes some 200 bytes.
	// Default 300,000.
	MaxStateKeys int

	// MaxBatchRows ends a batch once it has so many rows. Default 200,000. A row holds some 200 bytes.
	MaxBatchRows int
	// MaxBatchRecords ends a batch once it has so many records. Default 100,000.
	MaxBatchRecords int
	// MaxBatchBytes ends a batch once its records hold so much memory. Default 32 MiB.
	MaxBatchBytes int
	// BatchAge is the shortest time from one batch of a partition to the next, so that a steady
	// trickle does not become a stream of tiny inserts. A record that comes after a pause of that
	// length does not wait. Default 250 ms.
	BatchAge time.Duration
	// MaxBatchAge is the longest such time: it is approached when writing takes more than a quarter of
	// BatchAge, or when the partition is far behind and large batches count more than fresh ones.
	// Default 750 ms.
	MaxBatchAge time.Duration
	// CompleteAfter is how soon a partition without new records commits that its last batch is
	// written. Default 250 ms.
	CompleteAfter time.Duration
	// MaxBufferedBytes bounds the records that wait, over all partitions; beyond its share a partition
	// is not fetched. What the client fetches ahead, up to FetchBytes a partition before it is
	// unpacked to some ten times as much, comes on top. Default 96 MiB.
	MaxBufferedBytes int
	// FetchBytes bounds what is fetched from a partition at once. Default 1 MiB.
	FetchBytes int32
	// MaxWrites bounds the batches that are built and written at once. Default 4.
	MaxWrites int
	// WriteTimeout bounds one attempt at a write. Default 1 min.
	WriteTimeout time.Duration
	// RetryMin and RetryMax bound the pause after a failed attempt; it doubles in between. Defaults
	// 100 ms and 5 s.
	RetryMin, RetryMax time.Duration
	// StopGrace is how long a batch that is being written may take to finish when a partition moves
	// or the engine stops. Default 5 s.
	StopGrace time.Duration
	// Sources is how many high-water marks a partition keeps; beyond that the source that was not
	// heard for longest is forgotten, and repetitions of its records would count. Default 32, at most
	// MaxSources.
	Sources int
	// LateAfter is how far behind the newest fact of its partition a fact must lie to be counted as
	// late. It is counted in its own window all the same. Default 5 min.
	LateAfter time.Duration
	// UnhealthyAfter is how long the log or the sink may fail before Health says so. Default 10 s.
	UnhealthyAfter time.Duration

	// Tracer records the batches that traced facts go through. Default none.
	Tracer trace.Tracer
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log receives changes of state, never single records. Default: discarded.
	Log *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.Sink == nil {
		return c, errors.New("cannot make a stream engine: no sink is configured")
	}
	if c.Sources > MaxSources {
		return c, fmt.Errorf("cannot make a stream engine: %d sources, at most %d", c.Sources, MaxSources)
	}
	if len(c.Topics) == 0 {
		for _, t := range event.Topics() {
			c.Topics = append(c.Topics, string(t))
		}
	}
	set(&c.Group, "tillstream-stream")
	set(&c.DeadLetterTopic, string(event.TopicDeadLetter))
	set(&c.MaxBatchRows, 200_000)
	set(&c.MaxBatchRecords, 100_000)
	set(&c.MaxBatchBytes, 32<<20)
	set(&c.MaxStateKeys, 300_000)
	set(&c.BatchAge, 250*time.Millisecond)
	set(&c.MaxBatchAge, max(c.BatchAge, 750*time.Millisecond))
	set(&c.CompleteAfter, 250*time.Millisecond)
	set(&c.MaxBufferedBytes, 96<<20)
	set(&c.FetchBytes, 1<<20)
	set(&c.MaxWrites, 4)
	set(&c.WriteTimeout, time.Minute)
	set(&c.RetryMin, 100*time.Millisecond)
	set(&c.RetryMax, 5*time.Second)
	set(&c.StopGrace, 5*time.Second)
	set(&c.Sources, 32)
	set(&c.LateAfter, 5*time.Minute)
	set(&c.UnhealthyAfter, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	set(&c.Kafka.Log, c.Log)
	return c, nil
}

func set[T comparable](field *T, standard T) {
	var zero T
	if *field == zero {
		*field = standard
	}
}
