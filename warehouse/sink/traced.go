package sink

import (
	"cmp"
	"context"
	"time"

	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// writeTraced writes a batch within a span, and then the marks of its traces: whoever finds a mark finds
// the facts. That the marks are lost is no reason to write the facts again.
func (s *Sink) writeTraced(ctx context.Context, token string, b *fact.Batch,
	traces []fact.Trace) error {
	parent := cmp.Or(trace.From(ctx), traces[0].Mark)
	span := s.tracer.Start("warehouse.insert", time.Now(), parent)
	span.Text("batch.token", token)
	err := s.write(ctx, token, b)
	if err == nil {
		if lost := s.leaveMarks(ctx, span.Mark(), traces); lost != nil {
			span.Text("marks.lost", lost.Error())
		}
	}
	span.End(err)
	return err
}

func (s *Sink) leaveMarks(ctx context.Context, insert trace.Mark, traces []fact.Trace) error {
	stores, marks := make([]int32, len(traces)), make([]string, len(traces))
	for i, t := range traces {
		stores[i], marks[i] = t.Store, t.Mark.String()
		if t.Mark.Trace == insert.Trace {
			marks[i] = insert.String()
		}
	}
	columns := []string{"store_id", "traceparent"}
	return s.db.Insert(ctx, "trace_mark", columns, "", func(batch *clickhouse.Batch) {
		batch.Add(stores)
		batch.Add(marks)
	})
}
