package main_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// One sampled order is one trace, from the request to the picture that shows it; an order that its
// caller does not sample leaves none.
func TestOneTraceFromTheOrderToTheDashboard(t *testing.T) {
	spans := startReceiver(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", spans.url)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
	t.Setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
	d := startDemo(t, "--world", "none")
	token := strings.TrimSpace(d.run("token"))
	d.sellOne(token, "not traced")
	d.watch(t, token)
	const trace, caller = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	d.order(t, token, "sampled", "00-"+trace+"-"+caller+"-01")
	d.order(t, token, "not sampled", "00-5bf92f3577b34da6a3ce929d0e0e4736-"+caller+"-00")
	// Each step, the service that takes it, and the step before.
	steps := []struct{ name, service, after string }{
		{"POST /v1/orders", "tillstream-oltp", ""},
		{"order.batch", "tillstream-oltp", "POST /v1/orders"},
		{"relay", "tillstream-ingest", "order.batch"},
		{"stream.batch", "tillstream-stream", "relay"},
		{"warehouse.insert", "tillstream-stream", "stream.batch"},
		{"console.push", "tillstream-serve", "warehouse.insert"},
	}
	await(t, 30*time.Second, "the spans of all steps", func() error {
		seen, _ := spans.of(trace)
		for _, s := range steps {
			if _, ok := seen[s.name]; !ok {
				return fmt.Errorf("no span %s among %d", s.name, len(seen))
			}
		}
		return nil
	})
	seen, traces := spans.of(trace)
	if traces != 1 || len(seen) != len(steps) {
		t.Errorf("%d traces, %d spans of this one: %v", traces, len(seen), seen)
	}
	for _, step := range steps {
		s, before := seen[step.name], seen[step.after]
		parent := hex.EncodeToString(s.ParentSpanId)
		switch {
		case s.service != step.service:
			t.Errorf("%s was recorded by %s, want %s", step.name, s.service, step.service)
		case step.after == "" && parent != caller:
			t.Errorf("%s stands below %s, want the caller", step.name, parent)
		case step.after != "" && parent != hex.EncodeToString(before.SpanId):
			t.Errorf("%s stands below %s, want %s", step.name, parent, step.after)
		case step.after != "" && s.EndTimeUnixNano < before.StartTimeUnixNano:
			t.Errorf("%s ends before %s begins", step.name, step.after)
		}
	}
}

// order places an order with a trace context.
func (d *demo) order(t *testing.T, token, key, traceparent string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.at.Console+"/v1/orders",
		strings.NewReader(`{"store":"s1","channel":"till","paid":true,"payment_method":"cash",
			"lines":[{"sku":"p1","qty":1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	req.Header.Set("Traceparent", traceparent)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		t.Fatalf("the order answers %s", resp.Status)
	}
}

// watch keeps a dashboard open until the test ends, and returns when it has its first picture.
func (d *demo) watch(t *testing.T, token string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.at.Console+"/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the dashboard answers %v, %v", resp, err)
	}
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		told := false
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if !told && strings.HasPrefix(lines.Text(), "event: live") {
				told = true
				close(first)
			}
		}
	}()
	t.Cleanup(func() { resp.Body.Close(); <-done })
	select {
	case <-first:
	case <-time.After(30 * time.Second):
		t.Fatal("no picture within 30 s")
	}
}
