package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Admin creates topics and asks the cluster about offsets.
type Admin struct {
	client  *kadm.Client
	refused *refusals
}

// NewAdmin returns an admin; it connects when first used.
func NewAdmin(cfg Config) (*Admin, error) {
	opts, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("cannot make a kafka admin: %w", err)
	}
	refused := &refusals{}
	client, err := kgo.NewClient(append(opts, kgo.WithHooks(refused))...)
	if err != nil {
		return nil, fmt.Errorf("cannot make a kafka admin for %v: %w", cfg.Brokers, err)
	}
	return &Admin{kadm.NewClient(client), refused}, nil
}

// Close closes the connections.
func (a *Admin) Close() { a.client.Close() }

// Ping asks whether a broker answers.
func (a *Admin) Ping(ctx context.Context) error {
	err := a.ask(ctx, func(ctx context.Context) error {
		_, err := a.client.BrokerMetadata(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot reach kafka: %w", err)
	}
	return nil
}

// EnsureTopics creates the topics that do not exist and returns when their brokers know them. Those
// that exist stay as they are.
func (a *Admin) EnsureTopics(ctx context.Context, specs ...TopicSpec) error {
	var made []string
	for _, s := range specs {
		err := a.ask(ctx, func(ctx context.Context) error {
			resp, err := a.client.CreateTopics(ctx, cmp.Or(s.Partitions, 4), cmp.Or(s.Replication, -1),
				s.configs(), s.Name)
			return cmp.Or(err, resp[s.Name].Err)
		})
		if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("cannot create topic %s: %w", s.Name, err)
		}
		if err == nil {
			made = append(made, s.Name)
		}
	}
	if len(made) == 0 {
		return nil
	}
	// The controller answers before the brokers have heard of the topics.
	err := a.ask(ctx, func(ctx context.Context) error {
		listed, err := a.client.ListEndOffsets(ctx, made...)
		return cmp.Or(err, listed.Error())
	}, kerr.UnknownTopicOrPartition)
	if err != nil {
		return fmt.Errorf("cannot find the topics %v that were just created: %w", made, err)
	}
	return nil
}

// EndOffsets returns, for each partition of the topics, the offset of the next record to come.
func (a *Admin) EndOffsets(ctx context.Context, topics ...string) (map[Partition]int64, error) {
	return a.offsets(ctx, a.client.ListEndOffsets, "end offsets", topics)
}

// StartOffsets returns, for each partition of the topics, the offset of the oldest record kept.
func (a *Admin) StartOffsets(ctx context.Context, topics ...string) (map[Partition]int64, error) {
	return a.offsets(ctx, a.client.ListStartOffsets, "start offsets", topics)
}

// OffsetsSince returns, for each partition of the topics, the offset of the first record that was written at
// a time or later, and the end where there is none.
func (a *Admin) OffsetsSince(ctx context.Context, at time.Time, topics ...string) (map[Partition]int64,
	error) {
	return a.offsets(ctx, func(ctx context.Context, topics ...string) (kadm.ListedOffsets, error) {
		return a.client.ListOffsetsAfterMilli(ctx, at.UnixMilli(), topics...)
	}, "offsets since "+at.Format(time.RFC3339), topics)
}

func (a *Admin) offsets(ctx context.Context,
	list func(context.Context, ...string) (kadm.ListedOffsets, error), what string, topics []string,
) (map[Partition]int64, error) {
	var listed kadm.ListedOffsets
	err := a.ask(ctx, func(ctx context.Context) (err error) {
		listed, err = list(ctx, topics...)
		return cmp.Or(err, listed.Error())
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the %s of %v: %w", what, topics, err)
	}
	all := make(map[Partition]int64)
	listed.Each(func(o kadm.ListedOffset) { all[Partition{o.Topic, o.Partition}] = o.Offset })
	return all, nil
}

// Committed is what a group has committed for one partition.
type Committed struct {
	Partition
	// Offset is the offset of the next record to read; -1 when nothing was committed.
	Offset int64
	// Metadata was committed with the offset.
	Metadata string
}

// Committed returns what the group has committed, ordered by partition.
func (a *Admin) Committed(ctx context.Context, group string) ([]Committed, error) {
	var resp kadm.OffsetResponses
	err := a.ask(ctx, func(ctx context.Context) (err error) {
		resp, err = a.client.FetchOffsets(ctx, group)
		return cmp.Or(err, resp.Error())
	})
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
		return nil, fmt.Errorf("cannot fetch the offsets of group %s: %w", group, err)
	}
	var all []Committed
	resp.Each(func(o kadm.OffsetResponse) {
		all = append(all, Committed{Partition{o.Topic, o.Partition}, o.At, o.Metadata})
	})
	sort.Slice(all, func(i, j int) bool { return all[i].before(all[j].Partition) })
	return all, nil
}

// Lag is how far a group is behind in one partition.
type Lag struct {
	Partition
	// Committed is the next record to read, End the next to come, Records what lies between.
	Committed, End, Records int64
}

// Lag returns the lag of the group in every partition of the topics, ordered by partition. A
// partition without a commit lags by all that it holds.
func (a *Admin) Lag(ctx context.Context, group string, topics ...string) ([]Lag, error) {
	ends, err := a.EndOffsets(ctx, topics...)
	if err != nil {
		return nil, err
	}
	starts, err := a.StartOffsets(ctx, topics...)
	if err != nil {
		return nil, err
	}
	committed, err := a.Committed(ctx, group)
	if err != nil {
		return nil, err
	}
	at := make(map[Partition]int64, len(committed))
	for _, c := range committed {
		at[c.Partition] = c.Offset
	}
	all := make([]Lag, 0, len(ends))
	for p, end := range ends {
		next := max(at[p], starts[p])
		all = append(all, Lag{p, next, end, max(0, end-next)})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].before(all[j].Partition) })
	return all, nil
}

func (p Partition) before(q Partition) bool {
	if p.Topic != q.Topic {
		return p.Topic < q.Topic
	}
	return p.ID < q.ID
}

// DeleteTopics deletes topics with all that they hold. Those that do not exist are left alone.
func (a *Admin) DeleteTopics(ctx context.Context, topics ...string) error {
	resp, err := a.client.DeleteTopics(ctx, topics...)
	if err != nil {
		return fmt.Errorf("cannot delete the topics %v: %w", topics, err)
	}
	for _, t := range resp {
		if t.Err != nil && !errors.Is(t.Err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("cannot delete topic %s: %w", t.Topic, t.Err)
		}
	}
	return nil
}
