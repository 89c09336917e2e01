// Package kafkatest gives tests a Kafka of their own: kfake within the test process, which speaks the
// real protocol to the real client, keeps nothing on disk and ends with the test.
package kafkatest

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Start runs a cluster of one broker with the program's topics, four partitions each, and returns
// its address. It ends with the test.
func Start(t testing.TB) (brokers []string) {
	t.Helper()
	return StartCluster(t, kafka.Topics(4, 1, 0)...).Brokers()
}

// Cluster is a running Kafka whose state a test can reach into.
type Cluster struct {
	fake *kfake.Cluster
}

// StartCluster runs a cluster of one broker with the given topics. It ends with the test.
func StartCluster(t testing.TB, topics ...kafka.TopicSpec) *Cluster {
	t.Helper()
	fake, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		// Tests expel silent members; they must not wait the usual 6 s for it.
		kfake.GroupMinSessionTimeout(100*time.Millisecond),
	)
	if err != nil {
		t.Fatalf("cannot start kfake: %v", err)
	}
	t.Cleanup(fake.Close)
	c := &Cluster{fake: fake}
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: c.Brokers()})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.EnsureTopics(context.Background(), topics...); err != nil {
		t.Fatal(err)
	}
	return c
}

// Brokers returns the cluster's addresses.
func (c *Cluster) Brokers() []string { return c.fake.ListenAddrs() }

// Trim deletes the records of a partition before the offset, as retention does.
func (c *Cluster) Trim(t testing.TB, topic string, partition int32, offset int64) {
	t.Helper()
	if err := c.fake.DeleteRecords(topic, partition, offset); err != nil {
		t.Fatalf("cannot trim %s/%d: %v", topic, partition, err)
	}
}
