package gateway_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/ingest/gateway"
)

// BenchmarkEvents posts requests of 100 views over 8 connections to a gateway on kfake, all within
// this process; an operation is one event, acknowledged.
func BenchmarkEvents(b *testing.B) {
	const each = 100
	var rows []string
	for i := range each {
		rows = append(rows, strings.Replace(view(`,"dwell_ms":1500,"at":"2026-11-24T04:00:00Z"`),
			`"visitor":"v"`, fmt.Sprintf(`"visitor":"device %d"`, i), 1))
	}
	body := []byte("[" + strings.Join(rows, ",") + "]")
	limits := gateway.Config{VisitorEventsPerSecond: 1 << 30, VisitorBurst: 1 << 30}
	s, _ := openOnKafka(b, limits)
	b.SetParallelism(4)
	b.ReportAllocs()
	b.SetBytes(int64(len(body) / each))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for {
			for i := range each {
				if !pb.Next() {
					return
				} else if i > 0 {
					continue
				}
				resp, err := http.Post(s.url+"/v1/events", asArray, bytes.NewReader(body))
				if err != nil || resp.StatusCode != 202 {
					b.Errorf("%v %v", resp, err)
					return
				}
				resp.Body.Close()
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
