// Package role runs the roles of a chain: it joins the packages that know nothing of each other, opens
// their connections, and closes them in the reverse order. Addresses and limits come in through Config
// structs that the command line fills; each function returns when its context ends.
package role

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// Backends are the addresses of the three stores; each role needs some of them.
type Backends struct {
	// Postgres is a connection string with its password.
	Postgres string `help:"PostgreSQL connection string." env:"TILLSTREAM_POSTGRES" placeholder:"DSN"`
	// Kafka are the bootstrap addresses.
	Kafka []string `help:"Kafka brokers, host:port." env:"TILLSTREAM_KAFKA" placeholder:"HOST:PORT"`
	// ClickHouse is an HTTP address with user, password and database.
	ClickHouse string `help:"ClickHouse URL: http://user:password@host:8123/database." env:"TILLSTREAM_CLICKHOUSE" placeholder:"URL"`
	// KafkaTLS, KafkaCA and the SASL fields secure the connection to a cluster.
	KafkaTLS           bool   `help:"Encrypt the connections to Kafka." env:"TILLSTREAM_KAFKA_TLS" name:"kafka-tls"`
	KafkaCA            string `help:"File with the authorities to trust for Kafka, PEM." env:"TILLSTREAM_KAFKA_CA" name:"kafka-ca" placeholder:"FILE"`
	KafkaSASLMechanism string `help:"plain, scram-sha-256 or scram-sha-512." env:"TILLSTREAM_KAFKA_SASL" name:"kafka-sasl" placeholder:"MECHANISM"`
	KafkaUser          string `help:"User for SASL." env:"TILLSTREAM_KAFKA_USER"`
	KafkaPassword      string `help:"Password for SASL; better given in the environment." env:"TILLSTREAM_KAFKA_PASSWORD"`
}

// kafkaConfig is how every role reaches the log.
func (b Backends) kafkaConfig(client string, log *slog.Logger) kafka.Config {
	return kafka.Config{Brokers: b.Kafka, ClientID: "tillstream-" + client, Log: log,
		TLS: kafka.TLS{Enabled: b.KafkaTLS, CAFile: b.KafkaCA},
		SASL: kafka.SASL{Mechanism: b.KafkaSASLMechanism, User: b.KafkaUser,
			Password: b.KafkaPassword}}
}

// need says which address is missing and how it is given.
func need(value, name string) error {
	if value == "" {
		return fmt.Errorf("no address for %s: set TILLSTREAM_%s, or start everything with "+
			"`tillstream demo`", name, name)
	}
	return nil
}

func (b Backends) needKafka() error {
	if len(b.Kafka) == 0 {
		return need("", "KAFKA")
	}
	return nil
}

// health is the small HTTP server beside a role that has none of its own.
type health struct {
	// Checks are the dependencies that /readyz asks, by name.
	checks map[string]func(context.Context) error
	// warnings are what /readyz says besides; they do not make a role unready. May be nil.
	warnings func() []string
	// gauges are published at /metrics.
	gauges func(send func(name, help string, value float64, labels ...string))
	prefix string
}

// Describe names nothing beforehand: labels follow from what the role meets.
func (h *health) Describe(chan<- *prometheus.Desc) {}

// Collect takes a snapshot.
func (h *health) Collect(out chan<- prometheus.Metric) {
	h.gauges(func(name, help string, value float64, labels ...string) {
		var names, values []string
		for i := 0; i+1 < len(labels); i += 2 {
			names, values = append(names, labels[i]), append(values, labels[i+1])
		}
		desc := prometheus.NewDesc("tillstream_"+h.prefix+"_"+name, help, names, nil)
		out <- prometheus.MustNewConstMetric(desc, prometheus.UntypedValue, value, values...)
	})
}

func (h *health) handler() (http.Handler, error) {
	registry := prometheus.NewRegistry()
	err := errors.Join(registry.Register(h), registry.Register(collectors.NewGoCollector()),
		registry.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})))
	if err != nil {
		return nil, fmt.Errorf("cannot publish metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", h.ready)
	return mux, nil
}

func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	var report []string
	status := http.StatusOK
	for name, check := range h.checks {
		line := name + ": ok"
		if err := check(ctx); err != nil {
			status, line = http.StatusServiceUnavailable, fmt.Sprintf("%s: %v", name, err)
		}
		report = append(report, line)
	}
	if h.warnings != nil {
		report = append(report, h.warnings()...)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	for _, line := range report {
		fmt.Fprintln(w, line)
	}
}

// serve answers at address until ctx ends.
func (h *health) serve(ctx context.Context, address string) error {
	handler, err := h.handler()
	if err != nil {
		return err
	}
	return serveHTTP(ctx, address, handler)
}

// serveHTTP serves until ctx ends, then lets requests finish for a few seconds.
func serveHTTP(ctx context.Context, address string, handler http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("cannot serve at %s: %w", address, err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(stopping)
}
