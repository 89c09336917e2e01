package fact

import (
	"context"

	"github.com/tillstream/tillstream/retail/trace"
)

// MaxTraces bounds the traces of one batch.
const MaxTraces = 256

// Trace is the trace of a fact, and the store whose figures it changes. It is no part of a batch: traces
// change nothing that is stored of a fact.
type Trace struct {
	Store int32
	trace.Mark
}

type tracesKey struct{}

// WithTraces returns a context that tells a sink which facts of a batch are traced.
func WithTraces(ctx context.Context, traces []Trace) context.Context {
	return context.WithValue(ctx, tracesKey{}, traces)
}

// TracesFrom returns the traces of the batch that is being written.
func TracesFrom(ctx context.Context) []Trace {
	traces, _ := ctx.Value(tracesKey{}).([]Trace)
	return traces
}
