package kafka

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// GroupConfig says which group to join and what for.
type GroupConfig struct {
	Config
	// Group is the name of the group. Required.
	Group string
	// Instance names this member across restarts: then a member that comes back takes its partitions
	// at once, and one that still runs under the name is fenced. Default "": a new member each time,
	// and those of a member that was killed stay idle for SessionTimeout.
	Instance string
	// Topics to consume. Required.
	Topics []string
	// SessionTimeout is after how long a silent member loses its partitions. Default 10 s.
	SessionTimeout time.Duration
	// RebalanceTimeout bounds how long a rebalance waits for OnRevoked. Default 30 s.
	RebalanceTimeout time.Duration
	// HeartbeatInterval is how soon a member hears of a rebalance. Default 1 s.
	HeartbeatInterval time.Duration
	// MaxFetchBytes bounds what is fetched ahead from one broker. Default 32 MiB.
	MaxFetchBytes int32
	// MaxPartitionFetchBytes bounds the same for one partition. Default 4 MiB.
	MaxPartitionFetchBytes int32
	// OnAssigned tells of new partitions and what the group has committed for each, before the first
	// record of theirs is polled. Nothing committed reads from the start.
	OnAssigned func(context.Context, []Committed)
	// OnRevoked tells that partitions move to another member when it returns; commits still work.
	OnRevoked func(context.Context, []Partition)
	// OnLost tells that partitions have moved already; commits fail.
	OnLost func(context.Context, []Partition)
}

// Group is a member of a consumer group. Partitions are assigned cooperatively: those that stay are
// not interrupted. The callbacks
// never run between a Poll that returned records and AllowRebalance.
type Group struct {
	client *kgo.Client
	cfg    GroupConfig
	queue  chan commit
	die    chan struct{}
	dead   chan struct{}
	once   sync.Once

	mu sync.Mutex
	// names are those that this member bore when it was given each partition.
	names map[Partition]string
	// readmitted ends with ErrExpelled as its cause when the group has let this member in anew.
	readmitted context.Context
	expel      context.CancelCauseFunc
}

// Join makes a member; it joins in the background when the cluster answers.
func Join(cfg GroupConfig) (*Group, error) {
	opts, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("cannot join group %s: %w", cfg.Group, err)
	}
	g := &Group{
		cfg:   cfg,
		queue: make(chan commit, maxCommits),
		die:   make(chan struct{}),
		dead:  make(chan struct{}),
		names: make(map[Partition]string),
	}
	g.readmitted, g.expel = context.WithCancelCause(context.Background())
	client, err := kgo.NewClient(append(opts, g.options()...)...)
	if err != nil {
		return nil, fmt.Errorf("cannot join group %s: %w", cfg.Group, err)
	}
	g.client = client
	go g.commits()
	return g, nil
}

func (g *Group) options() []kgo.Opt {
	cfg := g.cfg
	opts := []kgo.Opt{
		kgo.ConsumerGroup(cfg.Group),
		kgo.ConsumeTopics(cfg.Topics...),
		// KIP-848 would move the assignment to the broker, but before Kafka 4.3 it answers commits
		// during a rebalance with STALE_MEMBER_EPOCH, which nobody can tell from being fenced.
		kgo.Balancers(kgo.CooperativeStickyBalancer()),
		kgo.BlockRebalanceOnPoll(),
		kgo.DisableAutoCommit(),
		kgo.SessionTimeout(cmp.Or(cfg.SessionTimeout, 10*time.Second)),
		kgo.RebalanceTimeout(cmp.Or(cfg.RebalanceTimeout, 30*time.Second)),
		kgo.HeartbeatInterval(cmp.Or(cfg.HeartbeatInterval, time.Second)),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchMaxBytes(cmp.Or(cfg.MaxFetchBytes, 32<<20)),
		kgo.FetchMaxPartitionBytes(cmp.Or(cfg.MaxPartitionFetchBytes, 4<<20)),
		// A partition that is resumed is fetched only once the request under way has come back, and
		// with nothing to fetch that takes this long.
		kgo.FetchMaxWait(100 * time.Millisecond),
		kgo.WithPools(new(pool)),
		kgo.OnOffsetsFetched(g.assigned),
		kgo.OnPartitionsRevoked(g.moved(cfg.OnRevoked)),
		kgo.OnPartitionsLost(g.moved(cfg.OnLost)),
	}
	if cfg.Instance != "" {
		opts = append(opts, kgo.InstanceID(cfg.Instance))
	}
	return opts
}

func (g *Group) assigned(ctx context.Context, client *kgo.Client, r *kmsg.OffsetFetchResponse) error {
	name, _ := client.GroupMetadata()
	var all []Committed
	for _, group := range r.Groups {
		for _, t := range group.Topics {
			for _, p := range t.Partitions {
				c := Committed{Partition: Partition{t.Topic, p.Partition}, Offset: p.Offset}
				if p.Metadata != nil {
					c.Metadata = *p.Metadata
				}
				all = append(all, c)
			}
		}
	}
	g.mu.Lock()
	for _, c := range all {
		g.names[c.Partition] = name
	}
	g.mu.Unlock()
	if g.cfg.OnAssigned != nil && len(all) > 0 {
		g.cfg.OnAssigned(ctx, all)
	}
	return nil
}

func (g *Group) moved(tell func(context.Context, []Partition),
) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(ctx context.Context, _ *kgo.Client, gone map[string][]int32) {
		var all []Partition
		for topic, ids := range gone {
			for _, id := range ids {
				all = append(all, Partition{topic, id})
			}
		}
		if tell != nil && len(all) > 0 {
			tell(ctx, all)
		}
	}
}

// Fetched is what one Poll brought of one partition.
type Fetched struct {
	Partition
	// Records in the order of their offsets. Who needs a record no more may Recycle it.
	Records []*Record
	// End is the offset of the next record to come, as the broker said when it answered.
	End int64
}

// Poll waits for records and returns at most limit of them. After it has returned any, no partition
// moves until AllowRebalance. An error may come beside records, when one partition cannot be read; it
// comes alone when ctx ends, the member is closed or the cluster refuses. Absent brokers are waited for.
// After ErrExpelled the member is of no use any more: it must be closed, and another may join.
func (g *Group) Poll(ctx context.Context, limit int) ([]Fetched, error) {
	if g.readmitted.Err() != nil {
		return nil, ErrExpelled
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(g.readmitted, cancel)()
	fetches := g.client.PollRecords(ctx, limit)
	var all []Fetched
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if len(p.Records) > 0 {
			all = append(all, Fetched{Partition{p.Topic, p.Partition}, p.Records, p.HighWatermark})
		}
	})
	if len(all) == 0 {
		g.client.AllowRebalance()
	}
	return all, pollError(ctx, fetches)
}

// AllowRebalance lets partitions move again.
func (g *Group) AllowRebalance() { g.client.AllowRebalance() }

// Pause stops fetching the partitions until Resume. Records of theirs that were fetched ahead are
// dropped and fetched again later.
func (g *Group) Pause(ps ...Partition) { g.client.PauseFetchPartitions(byTopic(ps)) }

// Resume fetches the partitions again.
func (g *Group) Resume(ps ...Partition) { g.client.ResumeFetchPartitions(byTopic(ps)) }

// Seek makes the next Poll return the partition from the offset on. The partition must be assigned,
// and the caller must hold off a rebalance, that is, have polled records and not yet allowed one.
func (g *Group) Seek(p Partition, offset int64) {
	g.client.SetOffsets(map[string]map[int32]kgo.EpochOffset{
		p.Topic: {p.ID: {Epoch: -1, Offset: offset}},
	})
}

// Close leaves the group and closes the connections: the callbacks run once more for what is held.
// The member of an Instance stays in the group for SessionTimeout, so that it can come back.
func (g *Group) Close() {
	g.once.Do(func() {
		g.client.CloseAllowingRebalance()
		close(g.die)
	})
	<-g.dead
}

func byTopic(ps []Partition) map[string][]int32 {
	m := make(map[string][]int32)
	for _, p := range ps {
		m[p.Topic] = append(m[p.Topic], p.ID)
	}
	return m
}
