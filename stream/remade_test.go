package stream_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
)

// A client never reads a topic again that was deleted and made anew. An engine that went on would stand
// still and say nothing, so it ends, and the next one begins the topic.
func TestATopicMadeAnewEndsTheEngineAndTheNextReadsIt(t *testing.T) {
	orders := kafka.TopicSpec{Name: string(event.TopicOrders), Partitions: 1}
	brokers := kafkatest.StartCluster(t, orders,
		kafka.TopicSpec{Name: string(event.TopicDeadLetter), Partitions: 1}).Brokers()
	sink := newLedger()
	e := start(t, quick(brokers, sink))
	first := newTrade(t, brokers, 13)
	first.sell(20)
	drained(t, brokers)
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.DeleteTopics(t.Context(), orders.Name); err != nil {
		t.Fatal(err)
	}
	if err := admin.EnsureTopics(t.Context(), orders); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-e.done:
		if !errors.Is(err, kafka.ErrRemade) {
			t.Fatalf("the engine ended with %v", err)
		}
		e.done <- nil
	case <-time.After(time.Minute):
		t.Fatal("the engine waits for a topic that it will never read again")
	}
	second := newTrade(t, brokers, 14)
	second.commit, second.order = first.commit, first.order
	second.sell(20)
	anew := newLedger() // whose rows are told apart by offsets, which come a second time
	start(t, quick(brokers, anew))
	drained(t, brokers)
	anew.verify(t, second)
}
