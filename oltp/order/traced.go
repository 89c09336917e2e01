package order

import "github.com/tillstream/tillstream/retail/trace"

// trace starts the span of a batch if it holds an order that is traced: below the first such order, with
// links to all others, because their transaction is one. The returned function ends it.
func (w *writer) trace(b *batch) (end func(*error)) {
	b.span = trace.Mark{}
	var marks []trace.Mark
	for _, a := range b.actions {
		if of := markOf(a); of.Traced() {
			marks = append(marks, of)
		}
	}
	if len(marks) == 0 {
		return func(*error) {}
	}
	span := w.all.cfg.Tracer.Start("order.batch", w.all.cfg.Now(), marks[0], marks[1:]...)
	span.Count("batch.requests", int64(len(b.actions)))
	b.span = span.Mark()
	return func(err *error) { span.End(*err) }
}

// markOf returns the trace of an action that places orders.
func markOf(a action) trace.Mark {
	switch a := a.(type) {
	case *placing:
		return a.mark
	case *grouping:
		return a.parts[0].mark
	}
	return trace.Mark{}
}

// carried is what the event of an order carries on: the batch where that is part of the order's trace,
// else the order itself. Without a tracer the trace passes through.
func (b *batch) carried(of trace.Mark) trace.Mark {
	if of.Traced() && b.span.Trace == of.Trace {
		return b.span
	}
	return of
}
