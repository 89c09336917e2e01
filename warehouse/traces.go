package warehouse

import (
	"context"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Traces returns the traced facts of the scope's stores that were taken in since a moment, at most 256,
// and when the newest of them was, by the warehouse's clock.
func (w *Warehouse) Traces(ctx context.Context, scope retail.Scope, since time.Time) (
	marks []trace.Mark, newest time.Time, err error) {
	rows, err := w.ask(ctx, scope, "trace_marks",
		clickhouse.Params{"since_ms": strconv.FormatInt(since.UnixMilli(), 10)})
	if err != nil || len(rows) == 0 {
		return nil, since, err
	}
	for _, r := range rows {
		if m := trace.Parse([]byte(r.text("traceparent"))); m.Traced() {
			marks = append(marks, m)
		}
	}
	return marks, time.UnixMilli(rows[0].int("inserted_ms")), nil
}
