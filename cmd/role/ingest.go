package role

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/cmd/telemetry"
	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/gateway"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// IngestConfig describes the relay and the gateway.
type IngestConfig struct {
	Backends     `embed:""`
	Listen       string `help:"Address of the behaviour gateway." default:"127.0.0.1:8082" env:"TILLSTREAM_GATEWAY_LISTEN"`
	RelayListen  string `help:"Address of the relay's health and metrics." default:"127.0.0.1:8085" env:"TILLSTREAM_RELAY_LISTEN"`
	Slot         string `help:"Replication slot of the relay." default:"tillstream"`
	TokenKeyFile string `help:"File with the key that signs tokens, in hexadecimal." env:"TILLSTREAM_TOKEN_KEY_FILE" placeholder:"FILE"`
}

// Ingest relays committed changes and takes behaviour events in until ctx ends.
func Ingest(ctx context.Context, cfg IngestConfig, log *slog.Logger) error {
	if err := cfg.needKafka(); err != nil {
		return err
	}
	if err := need(cfg.Postgres, "POSTGRES"); err != nil {
		return err
	}
	ring, err := staff.LoadRing(cfg.TokenKeyFile)
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, postgres.Config{DSN: cfg.Postgres, Connections: 4, Writers: 1,
		Application: "tillstream-ingest"})
	if err != nil {
		return err
	}
	defer db.Close()
	verifier, closeRoll, err := openVerifier(ctx, ring, db, log)
	if err != nil {
		return err
	}
	defer closeRoll()
	directory := catalogue.Open(catalogue.DirectoryConfig{Source: db.Catalogue(), Log: log})
	defer directory.Close()
	producer := kafka.ProducerConfig{Config: cfg.kafkaConfig("ingest", log)}
	events, err := kafka.NewProducer(producer)
	if err != nil {
		return err
	}
	defer events.Close()
	admin, err := kafka.NewAdmin(producer.Config)
	if err != nil {
		return err
	}
	defer admin.Close()
	tracer, endTraces, err := telemetry.Open(ctx, "tillstream-ingest", log)
	if err != nil {
		return err
	}
	defer endTraces()
	relay, err := cdc.New(cdc.Config{DSN: cfg.Postgres, Slot: cfg.Slot, Log: log,
		Publish:     func() (cdc.Publisher, error) { return kafka.NewProducer(producer) },
		Memory:      cdc.LogMemory{Offsets: admin},
		Snapshotter: snapshotter{db}, Tracer: tracer})
	if err != nil {
		return err
	}
	signer, err := attributionSigner(ring)
	if err != nil {
		return err
	}
	gate, err := gateway.New(gateway.Config{Publisher: events, Directory: directory,
		VisitorKey: derive(ring.Root(), "visitor"), Verifier: tokens{verifier, directory}, Log: log,
		Attributions: attributions{signer}})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	h := &health{prefix: "relay", gauges: func(send sender) { relayGauges(relay.Stats(), send) },
		checks:   map[string]func(context.Context) error{"relay": relayReady(relay)},
		warnings: func() []string { return relayWarnings(relay.Stats()) }}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return relay.Run(ctx) })
	g.Go(func() error { return gate.Serve(ctx, l) })
	g.Go(func() error { return h.serve(ctx, cfg.RelayListen) })
	return g.Wait()
}

// relayReady is nil once the slot exists and is read, by this relay or by another: from then on no
// committed event can be missed.
func relayReady(relay *cdc.Relay) func(context.Context) error {
	return func(context.Context) error {
		s := relay.Stats()
		if s.State == cdc.Streaming || s.State == cdc.Waiting {
			return nil
		}
		return fmt.Errorf("the relay is %s: %s", s.State, s.LastError)
	}
}

// relayWarnings says what an operator should look at while the relay works.
func relayWarnings(s cdc.Stats) []string {
	kept := s.Retained
	if !kept.Alarm {
		return nil
	}
	what := "its disk may fill up"
	if kept.Capped {
		what = "at the limit the slot is lost"
	}
	return []string{fmt.Sprintf("warning: the database keeps %d MB of log for the relay (%s), the limit is "+
		"%d MB: %s", kept.Bytes>>20, kept.Status, kept.Limit>>20, what)}
}

func relayGauges(s cdc.Stats, send sender) {
	for _, c := range []struct {
		name, help string
		value      float64
	}{
		{"transactions", "Transactions read.", float64(s.Transactions)},
		{"records", "Events read.", float64(s.Records)},
		{"acknowledged", "Events that Kafka has.", float64(s.Acknowledged)},
		{"dead_letters", "Pieces that were no events.", float64(s.DeadLetters)},
		{"reconnects", "Sessions that failed.", float64(s.Reconnects)},
		{"gaps", "Slots that were lost or moved.", float64(s.Gaps)},
		{"snapshots", "Gaps answered with a snapshot.", float64(s.Snapshots)},
		{"overtaken", "Records accepted after an earlier one had failed.", float64(s.Overtaken)},
		{"in_flight_records", "Records that Kafka has not acknowledged.",
			float64(s.InFlightRecords)},
		{"in_flight_bytes", "The same in bytes.", float64(s.InFlightBytes)},
		{"retained_bytes", "Log that the database keeps for the slot.", float64(s.Retained.Bytes)},
		{"retained_limit_bytes", "What it may keep; half of it is an alarm.",
			float64(s.Retained.Limit)},
		{"retained_safe_bytes", "What may be written until the slot is in danger, -1 if unknown.",
			float64(s.Retained.Safe)},
		{"retained_alarm", "1 while more than half of the limit is kept.", flag(s.Retained.Alarm)},
		{"retained_alarms", "How often that alarm went on.", float64(s.Retained.Alarms)},
		{"streaming", "1 while this relay reads the slot, 0 while it waits or is down.",
			flag(s.State == cdc.Streaming)},
		{"lag_p50_seconds", "Commit to acknowledgement, median.", s.Lag.P50.Seconds()},
		{"lag_p99_seconds", "Commit to acknowledgement, 99th percentile.", s.Lag.P99.Seconds()},
		{"read_lag_p50_seconds", "Commit to read from the database, median.",
			s.ReadLag.P50.Seconds()},
		{"read_lag_p99_seconds", "Commit to read from the database, 99th percentile.",
			s.ReadLag.P99.Seconds()},
	} {
		send(c.name, c.help, c.value)
	}
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// tokens tells the gateway for which members the bearer of a token speaks: a channel and whoever sees the
// whole chain for all, other staff who may see members for those of their stores, the rest for none.
type tokens struct {
	*staff.Verifier
	members memberFinder
}

type memberFinder interface {
	MemberByID(id retail.MemberID) (*retail.Member, bool)
}

// Verify returns for whom the bearer speaks, or an error when the token is not good.
func (t tokens) Verify(token string) (gateway.Speaks, error) {
	p, err := t.Verifier.Verify(token)
	switch {
	case err != nil:
		return nil, err
	case p.Role == staff.Storefront, p.May(staff.ViewMembers) && p.Scope.All():
		return nil, nil
	case !p.May(staff.ViewMembers):
		return gateway.Nobody, nil
	}
	return func(id retail.MemberID) bool {
		m, known := t.members.MemberByID(id)
		return known && p.Scope.Sees(m.Origin)
	}, nil
}
