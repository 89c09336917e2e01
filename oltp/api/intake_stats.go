package api

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tillstream/tillstream/oltp/order"
)

// intakeStats publishes snapshots of the intake: nothing is counted twice, and the intake need not know
// who watches.
type intakeStats struct {
	read                               func() order.Stats
	requests, batches, retries, queued *prometheus.Desc
}

func newIntakeStats(read func() order.Stats) *intakeStats {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("tillstream_intake_"+name, help, labels, nil)
	}
	return &intakeStats{read: read,
		requests: desc("requests_total", "Orders, steps, refunds and moves by outcome.", "outcome"),
		batches:  desc("batches_total", "Transactions that were committed."),
		retries:  desc("retries_total", "Transactions that had to be repeated."),
		queued:   desc("queued_lines", "Lines that wait for a writer.")}
}

// Describe sends what Collect may send.
func (s *intakeStats) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.requests, s.batches, s.retries, s.queued} {
		out <- d
	}
}

// Collect sends a snapshot.
func (s *intakeStats) Collect(out chan<- prometheus.Metric) {
	now := s.read()
	count := func(d *prometheus.Desc, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	count(s.requests, now.Accepted, "accepted")
	count(s.requests, now.Replayed, "replayed")
	count(s.requests, now.Refused, "refused")
	count(s.requests, now.Busy, "busy")
	count(s.requests, now.Failed, "failed")
	count(s.batches, now.Batches)
	count(s.retries, now.Retries)
	out <- prometheus.MustNewConstMetric(s.queued, prometheus.GaugeValue, float64(now.Queued))
}
