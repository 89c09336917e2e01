package gateway

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// fates of an event that was handed to the log.
const (
	fateOpen = iota
	fateStored
	fateFailed
)

// sent is an event of a request that is handed to the log.
type sent struct {
	row     int
	kind    event.Kind
	visitor uint64
	claim   *claim // nil without an event_id
	from    int    // its bytes in the shipment's slab
	to      int
	record  kafka.Record
	fate    atomic.Int32
}

// shipment is what one request hands to the log.
type shipment struct {
	slab   []byte
	events []*sent
	open   atomic.Int32
	done   chan struct{}
}

func (s *shipment) add(e *sent, m event.Message) error {
	e.from = len(s.slab)
	var err error
	if s.slab, err = event.Append(s.slab, m); err != nil {
		s.slab = s.slab[:e.from]
		return err
	}
	e.to = len(s.slab)
	s.events = append(s.events, e)
	return nil
}

// reserve takes room for n events, or none at all.
func (g *Gateway) reserve(n int) bool {
	if g.inFlight.Add(int64(n)) <= int64(g.cfg.MaxInFlightEvents) {
		return true
	}
	g.inFlight.Add(int64(-n))
	return false
}

// ship hands the events to the log and waits for their fates, at most Config.AckTimeout.
func (g *Gateway) ship(s *shipment, now time.Time) {
	s.done = make(chan struct{})
	s.open.Store(int32(len(s.events)))
	clock := now.UTC().AppendFormat(nil, time.RFC3339Nano)
	// One lock for position and order: within a partition records must lie in the order of their
	// positions, or consumers drop those that come late as repetitions.
	g.order.Lock()
	g.position++
	at := event.Position{Commit: g.position}
	for _, e := range s.events {
		g.record(s, e, at, clock, now)
		g.cfg.Publisher.ProduceAsync(context.Background(), &e.record, func(err error) {
			g.settle(s, e, err, now)
		})
		at.Index++
	}
	g.order.Unlock()
	timeout := time.NewTimer(g.cfg.AckTimeout)
	defer timeout.Stop()
	select {
	case <-s.done:
	case <-timeout.C:
		g.stats.timeouts.Add(1)
	}
}

func (g *Gateway) record(s *shipment, e *sent, at event.Position, clock []byte, now time.Time) {
	e.record = kafka.Record{
		Topic: string(e.kind.Topic()), Timestamp: now,
		Key:   strconv.AppendInt(nil, int64(e.visitor), 10),
		Value: s.slab[e.from:e.to:e.to],
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: at.Append(nil)},
			{Key: event.HeaderType, Value: g.kinds[e.kind]},
			{Key: event.HeaderSource, Value: g.source},
			{Key: event.HeaderTime, Value: clock},
			{Key: event.HeaderSpecVersion, Value: g.version},
			{Key: event.HeaderContentType, Value: g.content},
		},
	}
}

// settle notes the fate of an event; the log calls it.
func (g *Gateway) settle(s *shipment, e *sent, err error, began time.Time) {
	fate := int32(fateStored)
	if err != nil {
		fate = fateFailed
		g.stats.failed.Add(1)
		g.noticeLog(err)
	} else {
		g.stats.stored.Add(1)
	}
	if e.claim != nil {
		g.window.settle(e.claim, err == nil)
	}
	e.fate.Store(fate)
	g.inFlight.Add(-1)
	if s.open.Add(-1) == 0 {
		g.stats.waited(g.cfg.Now().Sub(began))
		close(s.done)
	}
}
