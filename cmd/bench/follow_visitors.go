package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/ingest/kafka"
	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/live/topic"
)

const (
	// freshClicks is how many clicks are waited for, one after the other.
	freshClicks = 1_000
	// feedbackPerS is what the backlog of feedback is counted by.
	feedbackPerS = 100_000
	// freshWithin bounds the wait for a click to change an answer.
	freshWithin = 10 * time.Second
)

// followed puts behaviour into a log, a process of its own, and lets the edge follow it: how long a click
// takes to change the next answer, and how many events a second reach the trails.
func (c *counter) followed(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp(c.Dir, "bench-recommend-")
	if err != nil {
		return fmt.Errorf("cannot make a folder for the bench: %w", err)
	}
	c.step("recommend: starting Kafka")
	server, err := kafkalocal.Start(ctx, kafkalocal.Config{Dir: filepath.Join(dir, "kafka"),
		Exe: []string{c.Exe, "engine", "kafka"}})
	if err != nil {
		return err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		err = errors.Join(err, server.Stop(stop))
	}()
	cfg := kafka.Config{Brokers: []string{server.Address()}, ClientID: "tillstream-bench", Log: c.Log}
	admin, err := kafka.NewAdmin(cfg)
	if err != nil {
		return err
	}
	defer admin.Close()
	if err := admin.EnsureTopics(ctx, kafka.Topics(chain.Partitions, 1, 0)...); err != nil {
		return err
	}
	if err := c.control.Call("Control.Follow", server.Address(), new(int)); err != nil {
		return err
	}
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: cfg})
	if err != nil {
		return err
	}
	defer producer.Close()
	if err := c.fresh(ctx, producer); err != nil {
		return err
	}
	return c.feedback(ctx, producer)
}

// opened says when a tail is open: what is written before that is not read.
type opened struct {
	topic.Log
	open chan<- struct{}
}

// OpenAtEnd opens the tail.
func (o opened) OpenAtEnd(ctx context.Context) (live.Tail, error) {
	tail, err := o.Log.OpenAtEnd(ctx)
	if err == nil {
		select {
		case o.open <- struct{}{}:
		default:
		}
	}
	return tail, err
}

// fresh clicks as one new session after the other, and asks until the answer is another one. The time
// begins before the log has the click.
func (c *counter) fresh(ctx context.Context, to *kafka.Producer) error {
	c.step("recommend: %d clicks, each waited for", freshClicks)
	ask, err := call(c.address, c.token)
	if err != nil {
		return err
	}
	defer ask.close()
	next, zone := newShoppers(time.Now()), time.FixedZone("Asia/Shanghai", 8*3600)
	var took samples
	for session := uint64(1); len(took) < freshClicks && ctx.Err() == nil; session++ {
		if _, heldOut := c.split.Of(session); heldOut {
			continue // they see what sells, whatever they click
		}
		path := fmt.Appendf(nil, "/v1/recommendations?store=S%d&session=%x", 1+session%uint64(c.size.Stores),
			session)
		body, err := ask.get(path)
		if err != nil {
			return err
		}
		before := bytes.Clone(unsealed(body))
		id := make([]byte, 16)
		id[0], id[1] = byte(session), byte(session>>8)
		record, err := next.record(event.KindClick, &event.Click{Slot: "home", Position: 1,
			SkuId: 1 + int64(session*7919)%int64(c.size.Items),
			Visit: &event.Visit{EventId: id, VisitorId: session, SessionId: session, Simulated: true,
				StoreId: 1,
				Channel: event.Channel_CHANNEL_MINI_PROGRAM, At: event.At(time.Now(), zone)}})
		if err != nil {
			return err
		}
		clicked := time.Now()
		if err := to.Produce(ctx, []*kafka.Record{record}); err != nil {
			return err
		}
		for bytes.Equal(unsealed(body), before) {
			if body, err = ask.get(path); err != nil {
				return err
			}
			if time.Since(clicked) > freshWithin {
				return fmt.Errorf("a click changed nothing within %s: %.300s", freshWithin, body)
			}
		}
		took = append(took, time.Since(clicked))
	}
	c.put("recommend_fresh_p50_ms", took.ms(.5), "ms")
	c.put("recommend_fresh_p99_ms", took.ms(.99), "ms")
	return ctx.Err()
}

// unsealed is an answer without its attribution, which is always another.
func unsealed(body []byte) []byte { return body[min(len(body), 40):] }

// feedback puts events into the log as fast as it takes them, and waits until the trails have them all.
func (c *counter) feedback(ctx context.Context, to *kafka.Producer) error {
	n := int64(max(200_000, min(c.share(.5).Seconds()*feedbackPerS, 2_000_000)))
	c.step("recommend: %d events of feedback", n)
	next, records := newShoppers(time.Now()), make([]*kafka.Record, n)
	for k := range records {
		kind, m := next.next()
		var err error
		if records[k], err = next.record(kind, m); err != nil {
			return err
		}
	}
	before, err := c.stats()
	if err != nil {
		return err
	}
	s, begun := before, time.Now()
	failed := make(chan error, 1)
	for _, r := range records {
		to.ProduceAsync(ctx, r, func(err error) {
			if err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
	}
	if err := to.Flush(ctx); err != nil {
		return err
	}
	for s.Events < before.Events+n {
		select {
		case err := <-failed:
			return err
		default:
		}
		if err := wait(ctx, time.Millisecond); err != nil {
			return err
		}
		if s, err = c.stats(); err != nil {
			return err
		}
		if time.Since(begun) > time.Minute {
			return fmt.Errorf("after a minute the edge has %d events of %d", s.Events-before.Events, n)
		}
	}
	took := time.Since(begun)
	if s.Malformed > 0 || s.Touches == before.Touches {
		return fmt.Errorf("of %d events %d are malformed, and none may have left a trail", n, s.Malformed)
	}
	c.put("feedback_per_s", float64(n)/took.Seconds(), "events/s")
	return nil
}
