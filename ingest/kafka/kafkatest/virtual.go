package kafkatest

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Virtual is a cluster on a network in memory.
type Virtual struct {
	fake *kfake.Cluster
}

// Brokers returns the cluster's addresses.
func (c *Virtual) Brokers() []string { return c.fake.ListenAddrs() }

// StartVirtual runs a cluster of some brokers on a network in memory. It is for tests in a
// testing/synctest bubble, built with the tag synctests: without it, goroutines of the client that wait
// for a lock keep the clock from moving. Close ends it.
func StartVirtual(n *Network, brokers int, topics ...kafka.TopicSpec) (*Virtual, error) {
	ports := make([]int, brokers)
	for i := range ports {
		ports[i] = 9092 + i
	}
	// Clients that report on themselves cost a simulation a tenth of its time.
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(kmsg.GetTelemetrySubscriptions.Int16(), -1)
	versions.SetMaxKeyVersion(kmsg.PushTelemetry.Int16(), -1)
	fake, err := kfake.NewCluster(
		kfake.Ports(ports...), kfake.ListenFn(n.Listen), kfake.MaxVersions(versions),
		kfake.GroupMinSessionTimeout(100*time.Millisecond),
	)
	if err != nil {
		return nil, fmt.Errorf("cannot start kfake: %w", err)
	}
	for _, t := range topics {
		if err := fake.CreateTopic(t.Name, t.Partitions, nil); err != nil {
			fake.Close()
			return nil, fmt.Errorf("cannot create topic %s: %w", t.Name, err)
		}
	}
	return &Virtual{fake}, nil
}

// Close ends a cluster of StartVirtual.
func (c *Virtual) Close() { c.fake.Close() }

// Fake returns what can be made to fail.
func (c *Virtual) Fake() *kfake.Cluster { return c.fake }

// Ends returns the end of each partition of the topics.
func (c *Virtual) Ends(topics ...string) map[kafka.Partition]int64 {
	ends := make(map[kafka.Partition]int64)
	for _, topic := range topics {
		for _, p := range c.fake.PartitionInfos(topic) {
			ends[kafka.Partition{Topic: topic, ID: p.Partition}] = p.HighWatermark
		}
	}
	return ends
}

// Drained reports whether the group has committed the end of every partition of the topics.
func (c *Virtual) Drained(group string, topics ...string) bool {
	committed := c.fake.GroupInfo(group)
	for p, end := range c.Ends(topics...) {
		if end > 0 && (committed == nil || committed.Commits[p.Topic][p.ID].Offset != end) {
			return false
		}
	}
	return true
}

// Expire removes the members of the group that are not at the given host, as a broker does whose timer
// for them has run out. kfake sets no such timer for a member whose connection ended while it joined.
func (c *Virtual) Expire(ctx context.Context, n *Network, group, keep string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers()...),
		kgo.Dialer(n.Host("expire "+keep).Dial))
	if err != nil {
		return fmt.Errorf("cannot expire members: %w", err)
	}
	defer client.Close()
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = group
	for _, m := range c.fake.GroupInfo(group).Members {
		if m.ClientHost != keep {
			gone := kmsg.NewLeaveGroupRequestMember()
			gone.MemberID, gone.InstanceID = m.MemberID, m.InstanceID
			req.Members = append(req.Members, gone)
		}
	}
	if _, err := req.RequestWith(ctx, client); err != nil {
		return fmt.Errorf("cannot expire members: %w", err)
	}
	return nil
}
