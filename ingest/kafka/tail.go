package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// From says where a Tail starts.
type From int

// The places where a Tail can start.
const (
	// FromStart reads everything that is kept.
	FromStart From = iota
	// FromEnd reads what is written after NewTail has returned, without a gap.
	FromEnd
)

// TailConfig says what to follow.
type TailConfig struct {
	Config
	// Topics must exist. Partitions added later are not seen.
	Topics []string
	// From is where partitions without an entry in Offsets start. Default FromStart.
	From From
	// Since, if it is set, is where all partitions start instead: with the first record that was written at
	// that time or later.
	Since time.Time
	// Newest, above 0, bounds how many records are read that are there already, about: the partitions share
	// it evenly.
	Newest int64
	// Offsets gives partitions a place of their own.
	Offsets map[Partition]int64
	// MaxPollRecords bounds one Poll. Default 10,000.
	MaxPollRecords int
	// MaxFetchBytes bounds what is fetched ahead from one broker. Default 16 MiB.
	MaxFetchBytes int32
}

// Tail reads all partitions of some topics without a group: every Tail sees every record, and
// nothing is committed.
type Tail struct {
	client *kgo.Client
	starts map[Partition]int64
	ends   map[Partition]int64
	max    int
}

// NewTail finds the offsets to start from, so it needs the cluster; when it returns, the place of
// every partition is fixed.
func NewTail(ctx context.Context, cfg TailConfig) (*Tail, error) {
	opts, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("cannot follow %v: %w", cfg.Topics, err)
	}
	starts, ends, err := edges(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot follow %v: %w", cfg.Topics, err)
	}
	cfg.place(starts, ends)
	client, err := kgo.NewClient(append(opts,
		kgo.ConsumePartitions(places(starts)),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchMaxBytes(cmp.Or(cfg.MaxFetchBytes, 16<<20)),
		kgo.FetchMaxPartitionBytes(cmp.Or(cfg.MaxFetchBytes, 16<<20)/4),
	)...)
	if err != nil {
		return nil, fmt.Errorf("cannot follow %v: %w", cfg.Topics, err)
	}
	return &Tail{client: client, starts: starts, ends: ends, max: cmp.Or(cfg.MaxPollRecords, 10_000)}, nil
}

func edges(ctx context.Context, cfg TailConfig) (starts, ends map[Partition]int64, err error) {
	admin, err := NewAdmin(cfg.Config)
	if err != nil {
		return nil, nil, err
	}
	defer admin.Close()
	if starts, err = admin.StartOffsets(ctx, cfg.Topics...); err != nil {
		return nil, nil, err
	}
	if ends, err = admin.EndOffsets(ctx, cfg.Topics...); err != nil {
		return nil, nil, err
	}
	if !cfg.Since.IsZero() {
		if starts, err = admin.OffsetsSince(ctx, cfg.Since, cfg.Topics...); err != nil {
			return nil, nil, err
		}
	}
	if cfg.Newest > 0 {
		each := max(1, cfg.Newest/int64(max(1, len(ends))))
		for p, end := range ends {
			starts[p] = max(starts[p], end-each)
		}
	}
	return starts, ends, nil
}

// place moves the starts to where the configuration wants them.
func (cfg TailConfig) place(starts, ends map[Partition]int64) {
	for p, end := range ends {
		if place, own := cfg.Offsets[p]; own {
			starts[p] = place
		} else if cfg.From == FromEnd && cfg.Since.IsZero() {
			starts[p] = end
		}
	}
}

func places(starts map[Partition]int64) map[string]map[int32]kgo.Offset {
	at := make(map[string]map[int32]kgo.Offset)
	for p, place := range starts {
		if at[p.Topic] == nil {
			at[p.Topic] = make(map[int32]kgo.Offset)
		}
		at[p.Topic][p.ID] = kgo.NewOffset().At(place)
	}
	return at
}

// Starts returns, for each partition, the offset of the first record that is read. The caller must not
// change it.
func (t *Tail) Starts() map[Partition]int64 { return t.starts }

// Ends returns, for each partition, the offset of the next record to come when NewTail was called:
// who has read up to there has caught up.
func (t *Tail) Ends() map[Partition]int64 { return t.ends }

// Poll waits for records and returns them, in order within each partition. It fails only when ctx
// ends, the Tail is closed or the cluster refuses; absent brokers are waited for.
func (t *Tail) Poll(ctx context.Context) ([]*Record, error) {
	for {
		fetches := t.client.PollRecords(ctx, t.max)
		if records := fetches.Records(); len(records) > 0 {
			return records, nil
		}
		if err := pollError(ctx, fetches); err != nil {
			return nil, err
		}
	}
}

// Close stops reading.
func (t *Tail) Close() { t.client.Close() }

// ErrClosed is returned by polls after Close.
var ErrClosed = errors.New("the kafka client is closed")

// ErrRemade is returned by polls once a topic was deleted, and perhaps made anew under its name: this
// client never reads it again, another one does.
var ErrRemade = errors.New("the topic was deleted or made anew; it must be read by a new client")

func pollError(ctx context.Context, fetches kgo.Fetches) error {
	if fetches.IsClientClosed() {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, e := range fetches.Errors() {
		if errors.Is(e.Err, kerr.UnknownTopicID) {
			return fmt.Errorf("cannot read %s/%d: %w", e.Topic, e.Partition, ErrRemade)
		}
		if session := (*kgo.ErrGroupSession)(nil); errors.As(e.Err, &session) && away(session.Err) {
			continue
		}
		return fmt.Errorf("cannot read %s/%d: %w", e.Topic, e.Partition, e.Err)
	}
	return nil
}

// away says that a member could not reach its group because a broker is down or has just taken the group
// over; it joins again by itself.
func away(err error) bool {
	var dial *net.OpError
	return kgo.IsRetryableBrokerErr(err) || kerr.IsRetriable(err) || errors.As(err, &dial)
}
