package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"sync"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/live/topic"
)

// Control lets the bench stir the process that it asks, by calls of net/rpc on loopback.
type Control struct {
	front *front
	ctx   context.Context
	mu    sync.Mutex
	watch *live.Watch
	done  chan struct{}
}

// Move is a new level of stock.
type Move struct {
	Store   retail.StoreID
	SKU     retail.SKUID
	OnHand  int32
	Version int64
}

// FrontStats is what the edge has counted so far.
type FrontStats struct {
	Answers, Cached, Items     int64
	Events, Malformed, Touches int64
}

// Stats answers with the counts.
func (c *Control) Stats(_ struct{}, to *FrontStats) error {
	e := c.front.edge.Stats()
	*to = FrontStats{Answers: e.Answers, Cached: e.Cached, Items: e.Items,
		Touches: c.front.trails.Stats().Touches}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch != nil {
		w := c.watch.Stats()
		to.Events, to.Malformed = w.Events, w.Malformed
	}
	return nil
}

// Set applies levels; when it returns, everybody sees them.
func (c *Control) Set(moves []Move, applied *int) error {
	for _, m := range moves {
		c.front.set(m)
	}
	*applied = len(moves)
	return nil
}

// Follow lets the trails follow the behaviour in a log, and returns once what is written is read.
func (c *Control) Follow(broker string, _ *int) error {
	open := make(chan struct{}, 1)
	cfg := kafka.Config{Brokers: []string{broker}, ClientID: "tillstream-bench", Log: c.front.Log}
	w, err := live.NewWatch(live.WatchConfig{Trails: c.front.trails, Logger: c.front.Log,
		Log: opened{topic.Log{Config: cfg, Topics: []event.Topic{event.TopicBehaviour}}, open}})
	if err != nil {
		return err
	}
	c.mu.Lock()
	if c.watch != nil {
		c.mu.Unlock()
		return errors.New("a log is followed already")
	}
	c.watch, c.done = w, make(chan struct{})
	c.mu.Unlock()
	go func() { defer close(c.done); w.Run(c.ctx) }()
	select {
	case <-open:
		return nil
	case <-time.After(freshWithin):
		return errors.New("the edge cannot follow the log")
	}
}

// obey answers the bench's calls until ctx ends.
func (f *front) obey(ctx context.Context) error {
	l, err := net.Listen("tcp", f.Control)
	if err != nil {
		return fmt.Errorf("cannot listen for the bench: %w", err)
	}
	c, server := &Control{front: f, ctx: ctx}, rpc.NewServer()
	if err := server.Register(c); err != nil {
		return errors.Join(err, l.Close())
	}
	accepted := make(chan struct{})
	go func() { defer close(accepted); server.Accept(l) }()
	<-ctx.Done()
	err = l.Close()
	<-accepted
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		<-c.done
	}
	return err
}
