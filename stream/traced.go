package stream

import (
	"strconv"

	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/stream/fact"
)

// traced notes that a record of the batch is traced. Facts of a store bear its number as their key.
func (s *slot) traced(r *held, m trace.Mark) {
	if len(s.traces) == fact.MaxTraces {
		return
	}
	store, err := strconv.ParseInt(string(r.key()), 10, 32)
	if err != nil {
		store = 0
	}
	s.traces = append(s.traces, fact.Trace{Store: int32(store), Mark: m})
}

// trace starts the span of a batch with traced records, at its first attempt: below the first of them,
// with links to the others.
func (w *worker) trace(s *slot, job *work) {
	traces := s.traces
	if len(traces) == 0 || w.e.cfg.Tracer == nil || job.span != nil {
		return
	}
	var links []trace.Mark
	for _, t := range traces[1:] {
		links = append(links, t.Mark)
	}
	job.span = w.e.cfg.Tracer.Start("stream.batch", w.began, traces[0].Mark, links...)
	job.span.Text("batch.token", token(job.plan))
	job.span.Count("batch.records", int64(job.tally.records))
}

func (job *work) end(err error) {
	if job.span != nil {
		job.span.End(err)
	}
}
