// Package telemetry joins the chain's traces to OpenTelemetry: the one place that knows the library. The
// standard environment variables say where spans go (OTEL_EXPORTER_OTLP_ENDPOINT, or …_TRACES_ENDPOINT;
// OTLP over HTTP) and how many orders are sampled (OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG; by
// default one request in a hundred, and every request whose caller samples it). Without an endpoint
// there is no tracer.
package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"github.com/tillstream/tillstream/retail/trace"
)

// standardRatio is the share of requests that are sampled where nothing else is said.
const standardRatio = 0.01

// closeWithin bounds how long the last spans may take to leave.
const closeWithin = 5 * time.Second

// Open returns the tracer of a service, nil where no endpoint is named, and what sends the last spans.
func Open(ctx context.Context, service string, log *slog.Logger) (trace.Tracer, func(), error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" &&
		os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil, func() {}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot open the trace exporter: %w", err)
	}
	opts := []sdk.TracerProviderOption{
		sdk.WithBatcher(exporter),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", service))),
	}
	if os.Getenv("OTEL_TRACES_SAMPLER") == "" {
		opts = append(opts, sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(standardRatio))))
	}
	provider := sdk.NewTracerProvider(opts...)
	end := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			log.Warn("the last spans of the traces are lost", "error", err)
		}
	}
	return tracer{provider.Tracer("tillstream")}, end, nil
}

type tracer struct{ otel api.Tracer }

// Root implements trace.Tracer.
func (t tracer) Root(traceparent string, name func() string) trace.Span {
	ctx := context.Background()
	if traceparent != "" {
		parent := trace.Parse([]byte(traceparent))
		if !parent.Traced() {
			return nil
		}
		ctx = remote(parent)
	}
	_, s := t.otel.Start(ctx, "request", api.WithSpanKind(api.SpanKindServer))
	if !s.SpanContext().IsSampled() {
		return nil
	}
	s.SetName(name())
	return span{s, trace.Mark{}}
}

// Start implements trace.Tracer.
func (t tracer) Start(name string, at time.Time, parent trace.Mark, links ...trace.Mark) trace.Span {
	opts := []api.SpanStartOption{api.WithTimestamp(at)}
	for _, l := range links {
		opts = append(opts, api.WithLinks(api.Link{SpanContext: spanContext(l)}))
	}
	_, s := t.otel.Start(remote(parent), name, opts...)
	return span{s, parent}
}

func remote(m trace.Mark) context.Context {
	return api.ContextWithRemoteSpanContext(context.Background(), spanContext(m))
}

func spanContext(m trace.Mark) api.SpanContext {
	return api.NewSpanContext(api.SpanContextConfig{TraceID: m.Trace, SpanID: m.Span,
		TraceFlags: api.FlagsSampled, Remote: true})
}

type span struct {
	otel   api.Span
	parent trace.Mark
}

// Mark implements trace.Span. A sampler that drops a step does not end the trace.
func (s span) Mark() trace.Mark {
	c := s.otel.SpanContext()
	if !c.IsSampled() {
		return s.parent
	}
	return trace.Mark{Trace: c.TraceID(), Span: c.SpanID()}
}

// Count implements trace.Span.
func (s span) Count(name string, n int64) { s.otel.SetAttributes(attribute.Int64(name, n)) }

// Text implements trace.Span.
func (s span) Text(name, value string) { s.otel.SetAttributes(attribute.String(name, value)) }

// End implements trace.Span.
func (s span) End(err error) {
	if err != nil {
		s.otel.RecordError(err)
		s.otel.SetStatus(codes.Error, err.Error())
	}
	s.otel.End()
}
