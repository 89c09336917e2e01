package gateway

import (
	"strconv"
	"sync/atomic"
	"time"
)

type counters struct {
	requests, refusedRequests                   atomic.Int64
	stored, failed, duplicates, refused         atomic.Int64
	strange                                     atomic.Int64
	overflow, timeouts, waits, waitedUS, waitUS atomic.Int64
}

// waited notes how long a request waited for the log.
func (c *counters) waited(d time.Duration) {
	c.waits.Add(1)
	c.waitedUS.Add(d.Microseconds())
	for most := c.waitUS.Load(); d.Microseconds() > most; most = c.waitUS.Load() {
		if c.waitUS.CompareAndSwap(most, d.Microseconds()) {
			return
		}
	}
}

// Stats is a snapshot of a gateway. Counters count from the start of the process.
type Stats struct {
	// Requests were read; RefusedRequests had no effect as a whole.
	Requests, RefusedRequests int64
	// Stored events are in Kafka, Failed ones Kafka gave up, Duplicates were known by their event_id,
	// Refused ones broke a rule.
	Stored, Failed, Duplicates, Refused int64
	// Strange events were taken without their attribution, which was not sealed by us.
	Strange int64
	// Overflow counts events sent away because too many waited for Kafka, RateLimited those of
	// addresses and visitors that sent too many, Timeouts requests that Kafka kept waiting too long.
	Overflow, RateLimited, Timeouts int64
	// InFlight events wait for Kafka.
	InFlight int64
	// MeanWait and MaxWait are how long requests waited for Kafka.
	MeanWait, MaxWait time.Duration
	// LastError is the log's latest, "" if there was none.
	LastError string
}

// Stats returns how the gateway stands.
func (g *Gateway) Stats() Stats {
	c := &g.stats
	s := Stats{
		Requests: c.requests.Load(), RefusedRequests: c.refusedRequests.Load(),
		Stored: c.stored.Load(), Failed: c.failed.Load(), Duplicates: c.duplicates.Load(),
		Refused: c.refused.Load(), Strange: c.strange.Load(), Overflow: c.overflow.Load(),
		Timeouts:    c.timeouts.Load(),
		RateLimited: g.addresses.refusals() + g.visitors.refusals(),
		InFlight:    g.inFlight.Load(),
		MaxWait:     time.Duration(c.waitUS.Load()) * time.Microsecond,
	}
	if n := c.waits.Load(); n > 0 {
		s.MeanWait = time.Duration(c.waitedUS.Load()/n) * time.Microsecond
	}
	if last := g.lastError.Load(); last != nil {
		s.LastError = *last
	}
	return s
}

// noticeLog keeps the log's latest error; it is logged when it changes, not for each record.
func (g *Gateway) noticeLog(err error) {
	text := err.Error()
	if last := g.lastError.Swap(&text); last == nil || *last != text {
		g.cfg.Log.Warn("kafka does not take events", "err", err)
	}
}

// appendText appends the numbers in the text form of Prometheus.
func (s Stats) appendText(dst []byte) []byte {
	f := func(name, kind string, v float64) {
		dst = append(dst, "# TYPE tillstream_gateway_"+name+" "+kind+"\ntillstream_gateway_"+name+" "...)
		dst = append(strconv.AppendFloat(dst, v, 'g', -1, 64), '\n')
	}
	f("requests_total", "counter", float64(s.Requests))
	f("refused_requests_total", "counter", float64(s.RefusedRequests))
	f("events_stored_total", "counter", float64(s.Stored))
	f("events_failed_total", "counter", float64(s.Failed))
	f("events_duplicate_total", "counter", float64(s.Duplicates))
	f("events_refused_total", "counter", float64(s.Refused))
	f("attributions_refused_total", "counter", float64(s.Strange))
	f("events_overflow_total", "counter", float64(s.Overflow))
	f("events_rate_limited_total", "counter", float64(s.RateLimited))
	f("ack_timeouts_total", "counter", float64(s.Timeouts))
	f("events_in_flight", "gauge", float64(s.InFlight))
	f("ack_wait_mean_seconds", "gauge", s.MeanWait.Seconds())
	f("ack_wait_max_seconds", "gauge", s.MaxWait.Seconds())
	return dst
}
