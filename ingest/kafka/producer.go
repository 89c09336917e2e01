package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// MaxRecordBytes bounds one record with its key and headers; topics are created to accept it.
const MaxRecordBytes = 2 << 20

// ErrRecordTooLarge is returned, before anything is sent, for a record above MaxRecordBytes.
var ErrRecordTooLarge = errors.New("record is too large")

// ProducerConfig says how to write.
type ProducerConfig struct {
	Config
	// Linger is how long the client waits for more records before it sends. Default 0: a lone record
	// leaves at once, and under load batches form by themselves while others are in flight.
	Linger time.Duration
	// MaxBufferedRecords bounds the records that wait or are in flight; a further one blocks.
	// Default 100,000.
	MaxBufferedRecords int
	// MaxBufferedBytes bounds the same in bytes. Default 64 MiB.
	MaxBufferedBytes int
	// Compression is "lz4", "zstd" or "none". Default lz4: facts shrink to less than half at a tenth
	// of zstd's cost.
	Compression string
}

// Producer writes records: idempotent, acknowledged by all in-sync replicas, in order within a
// partition. It retries for ever while the cluster is away; the caller's context ends the waiting.
type Producer struct {
	client  *kgo.Client
	refused *refusals
}

// NewProducer returns a producer; it connects when first used.
func NewProducer(cfg ProducerConfig) (*Producer, error) {
	opts, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("cannot make a producer: %w", err)
	}
	codec, err := codec(cmp.Or(cfg.Compression, "lz4"))
	if err != nil {
		return nil, fmt.Errorf("cannot make a producer: %w", err)
	}
	refused := &refusals{}
	client, err := kgo.NewClient(append(opts,
		kgo.WithHooks(refused),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(cfg.Linger),
		kgo.MaxBufferedRecords(cmp.Or(cfg.MaxBufferedRecords, 100_000)),
		kgo.MaxBufferedBytes(cmp.Or(cfg.MaxBufferedBytes, 64<<20)),
		kgo.ProducerBatchMaxBytes(MaxRecordBytes+batchOverheadBytes),
		kgo.ProducerBatchCompression(codec...),
		// A topic that was just created may be unknown to a broker for a while.
		kgo.UnknownTopicRetries(10),
	)...)
	if err != nil {
		return nil, fmt.Errorf("cannot make a producer for %v: %w", cfg.Brokers, err)
	}
	return &Producer{client, refused}, nil
}

// batchOverheadBytes is what a batch of one record adds to the record, generously.
const batchOverheadBytes = 1 << 10

func codec(name string) ([]kgo.CompressionCodec, error) {
	switch name {
	case "lz4":
		return []kgo.CompressionCodec{kgo.Lz4Compression(), kgo.NoCompression()}, nil
	case "zstd":
		return []kgo.CompressionCodec{kgo.ZstdCompression(), kgo.NoCompression()}, nil
	case "none":
		return []kgo.CompressionCodec{kgo.NoCompression()}, nil
	}
	return nil, fmt.Errorf("unknown compression %q: want lz4, zstd or none", name)
}

// Produce writes the records and returns when all are acknowledged, or with the first failure. After
// a failure any of them may have been written, also ones behind the failed one: the caller repeats
// the whole batch. When ctx ends first, they may even be written later, so they must not be changed: the
// client cannot take back what a broker may have got. A record that is too large fails the call before
// anything is sent.
func (p *Producer) Produce(ctx context.Context, records []*Record) error {
	for _, r := range records {
		if err := fits(r); err != nil {
			return err
		}
	}
	if len(records) == 0 {
		return nil
	}
	var (
		left  atomic.Int64
		once  sync.Once
		first error
	)
	left.Store(int64(len(records)))
	all := make(chan struct{})
	done := func(r *Record, err error) {
		if err != nil {
			once.Do(func() { first = p.produceError(r, err) })
		}
		if left.Add(-1) == 0 {
			close(all)
		}
	}
	for _, r := range records {
		p.client.Produce(ctx, r, done)
	}
	select {
	case <-all:
		return first
	case <-ctx.Done():
	}
	timer := time.NewTimer(handBack)
	defer timer.Stop()
	select {
	case <-all:
		return first
	case <-timer.C:
		return p.produceError(records[0], ctx.Err())
	}
}

// handBack is how long the client may take, when the context has ended, to give records back. Mostly it
// does so at once, and whoever writes next starts afresh; but what a broker may have got it keeps until
// that answers, and a broker that is gone never does.
const handBack = 2 * time.Second

// ProduceAsync hands a record over and returns; done is called once with the outcome, on a goroutine
// that must not be held up. It blocks while the buffer is full, until ctx ends.
func (p *Producer) ProduceAsync(ctx context.Context, r *Record, done func(error)) {
	if err := fits(r); err != nil {
		done(err)
		return
	}
	p.client.Produce(ctx, r, func(r *Record, err error) {
		if err != nil {
			err = p.produceError(r, err)
		}
		done(err)
	})
}

// Flush waits until everything handed over so far is acknowledged or has failed.
func (p *Producer) Flush(ctx context.Context) error {
	if err := p.client.Flush(ctx); err != nil {
		return fmt.Errorf("cannot flush the producer: %w", p.refused.explain(err))
	}
	return nil
}

// Buffered returns the records that wait or are in flight.
func (p *Producer) Buffered() int64 { return p.client.BufferedProduceRecords() }

// Ping asks whether a broker answers.
func (p *Producer) Ping(ctx context.Context) error {
	ctx, asked := p.refused.ask(ctx)
	if err := asked(p.client.Ping(ctx)); err != nil {
		return fmt.Errorf("cannot reach kafka: %w", err)
	}
	return nil
}

// Close fails what is still buffered and closes the connections.
func (p *Producer) Close() { p.client.Close() }

func fits(r *Record) error {
	size := len(r.Key) + len(r.Value)
	for _, h := range r.Headers {
		size += len(h.Key) + len(h.Value)
	}
	if size > MaxRecordBytes {
		return fmt.Errorf("%w: %d bytes for %s, at most %d", ErrRecordTooLarge, size, r.Topic,
			MaxRecordBytes)
	}
	return nil
}

func (p *Producer) produceError(r *Record, err error) error {
	return fmt.Errorf("cannot write to topic %s: %w", r.Topic, p.refused.explain(err))
}
