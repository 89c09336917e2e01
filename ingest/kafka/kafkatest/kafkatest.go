// Package kafkatest gives tests a Kafka of their own: kfake within the test process, which speaks the
// real protocol to the real client, keeps nothing on disk and ends with the test; or, where the
// environment variable TILLSTREAM_KAFKA names a server, that one, emptied for one test after the other.
package kafkatest

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Variable names the environment variable with the address, host:port, of a Kafka to test against. It
// must be one for tests: their topics and groups are deleted again.
const Variable = "TILLSTREAM_KAFKA"

// ServeVariable makes the test binaries of some packages a local engine.
const ServeVariable = "TILLSTREAM_TEST_SERVE_KAFKA"

// Start runs a cluster of one broker with the program's topics, four partitions each, and returns
// its address. It ends with the test.
func Start(t testing.TB) (brokers []string) {
	t.Helper()
	return StartCluster(t, kafka.Topics(4, 1, 0)...).Brokers()
}

// Cluster is a running Kafka whose state a test can reach into.
type Cluster struct {
	brokers []string
}

// StartCluster runs a cluster of one broker with the given topics. It ends with the test.
func StartCluster(t testing.TB, topics ...kafka.TopicSpec) *Cluster {
	t.Helper()
	c := &Cluster{}
	if named := os.Getenv(Variable); named != "" {
		c.brokers = []string{named}
		borrow(t, named)
	} else {
		c.brokers = fake(t)
	}
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

func fake(t testing.TB) []string {
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
	return fake.ListenAddrs()
}

// Brokers returns the cluster's addresses.
func (c *Cluster) Brokers() []string { return c.brokers }

// Trim deletes the records of a partition before the offset, as retention does.
func (c *Cluster) Trim(t testing.TB, topic string, partition int32, offset int64) {
	t.Helper()
	var upTo kadm.Offsets
	upTo.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset})
	err := asked(c.brokers[0], func(admin *kadm.Client) error {
		resp, err := admin.DeleteRecords(context.Background(), upTo)
		return errors.Join(err, resp.Error())
	})
	if err != nil {
		t.Fatalf("cannot trim %s/%d: %v", topic, partition, err)
	}
}
