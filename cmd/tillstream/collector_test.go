package main_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// received is a span as the collector got it.
type received struct {
	service string
	*otlp.Span
}

// receiver is an OpenTelemetry collector: OTLP over HTTP, protobuf.
type receiver struct {
	url   string
	mu    sync.Mutex
	spans []received
}

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if err := r.take(q); err != nil {
			t.Errorf("an export that cannot be read: %v", err)
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) take(q *http.Request) error {
	body := io.Reader(q.Body)
	if q.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = unzipped
	}
	wire, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	var export collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(wire, &export); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range export.ResourceSpans {
		service := ""
		for _, a := range resource.Resource.Attributes {
			if a.Key == "service.name" {
				service = a.Value.GetStringValue()
			}
		}
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				r.spans = append(r.spans, received{service, s})
			}
		}
	}
	return nil
}

// of returns the spans of a trace by their name, and how many traces there are.
func (r *receiver) of(trace string) (spans map[string]received, traces int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	spans, all := map[string]received{}, map[string]bool{}
	for _, s := range r.spans {
		all[string(s.TraceId)] = true
		if hex.EncodeToString(s.TraceId) == trace {
			spans[s.Name] = s
		}
	}
	return spans, len(all)
}
