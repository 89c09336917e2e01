package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts and times requests by route.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	now      func() time.Time
}

func newMetrics(r *prometheus.Registry, now func() time.Time) *metrics {
	m := &metrics{
		now: now,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tillstream_api_requests_total", Help: "Requests by route and status."},
			[]string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tillstream_api_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}},
			[]string{"route"}),
	}
	r.MustRegister(m.requests, m.seconds)
	return m
}

// observe counts what next answers, under the route of mux that matches.
func (m *metrics) observe(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := m.now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		_, route := mux.Handler(r)
		m.requests.WithLabelValues(route, strconv.Itoa(seen.status)).Inc()
		m.seconds.WithLabelValues(route).Observe(m.now().Sub(begin).Seconds())
	})
}

// statusWriter remembers the status that was answered with.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
