package role

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/tillstream/tillstream/cmd/telemetry"
	"github.com/tillstream/tillstream/ingest/gateway"
	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/live/topic"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// ServeConfig describes console and edge.
type ServeConfig struct {
	Backends     `embed:""`
	Listen       string     `help:"Address of console and API." default:"127.0.0.1:8080" env:"TILLSTREAM_LISTEN"`
	Edge         string     `help:"Address of the stock edge." default:"127.0.0.1:8081" env:"TILLSTREAM_EDGE_LISTEN"`
	OrdersURL    string     `help:"Address of the write API behind the console." env:"TILLSTREAM_ORDERS_URL" placeholder:"URL"`
	GatewayURL   string     `help:"Address of the behaviour gateway behind the console." env:"TILLSTREAM_GATEWAY_URL" placeholder:"URL"`
	TokenKeyFile string     `help:"File with the key that signs tokens, in hexadecimal." env:"TILLSTREAM_TOKEN_KEY_FILE" placeholder:"FILE"`
	EdgeOpen     bool       `help:"Let the edge answer without a token."`
	Demo         bool       `help:"Show the demo's logins on the sign-in page."`
	Wish         WishConfig `embed:"" prefix:"wish-"`
	TimeZone     string     `help:"Time zone of the chain's own day." default:"Asia/Shanghai"`

	// Logins are what Demo shows.
	Logins []console.DemoLogin `kong:"-"`
}

// Serve answers on console and edge until ctx ends.
func Serve(ctx context.Context, cfg ServeConfig, log *slog.Logger) error {
	if err := cfg.needAll(); err != nil {
		return err
	}
	ring, err := staff.LoadRing(cfg.TokenKeyFile)
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, postgres.Config{DSN: cfg.Postgres, Connections: 4, Writers: 1,
		Application: "tillstream-serve"})
	if err != nil {
		return err
	}
	defer db.Close()
	verifier, closeRoll, err := openVerifier(ctx, ring, db, log)
	if err != nil {
		return err
	}
	defer closeRoll()
	click, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Log: log})
	if err != nil {
		return err
	}
	defer click.Close()
	figures, err := warehouse.New(warehouse.Config{DB: click, TimeZone: cfg.TimeZone})
	if err != nil {
		return err
	}
	rows := db.Catalogue()
	directory := catalogue.Open(catalogue.DirectoryConfig{Source: rows, Log: log})
	defer directory.Close()
	page, err := cfg.console(log, verifier, figures)
	if err != nil {
		return err
	}
	tracer, endTraces, err := telemetry.Open(ctx, "tillstream-serve", log)
	if err != nil {
		return err
	}
	defer endTraces()
	page.Tracer, page.Traces, page.Experiments = tracer, figures, figures
	page.Directory = stores{directory, rows}
	page.Checks = map[string]func(context.Context) error{"clickhouse": click.Ping, "postgres": db.Ping}
	signer, err := attributionSigner(ring)
	if err != nil {
		return err
	}
	wishes, err := cfg.Wish.reader(log)
	if err != nil {
		return err
	}
	models, fits := shelf.New(click, shelf.Config{}), &live.Fits{}
	server, err := serving.New(cfg.following(db, serving.Config{Console: page, Logger: log,
		Listen: cfg.Listen, EdgeListen: cfg.Edge, Wishes: wishes,
		Edge: edge.Config{Directory: directory, Auth: verifier, Open: cfg.EdgeOpen, Logger: log,
			Recommend: &edge.RecommendConfig{Members: directory, Signer: signer, Fits: fits,
				Favourites: figures, Session: gateway.Sessions(derive(ring.Root(), "visitor"))}},
		Renewal: live.RenewalConfig{Catalogue: readCatalogue(rows), Logger: log, Fits: fits,
			Models: &live.Learnt{From: models, Logger: log}, Clothes: live.Worn{From: models}}}))
	if err != nil {
		return err
	}
	return runServer(ctx, server)
}

// following adds what the server follows: the log, and what merchandisers wrote.
func (c ServeConfig) following(db *postgres.DB, s serving.Config) serving.Config {
	rows, of := db.Catalogue(), func(topics ...event.Topic) topic.Log {
		return topic.Log{Config: c.kafkaConfig("edge", s.Logger), Topics: topics}
	}
	s.Rules = live.RulebookConfig{Read: readRules(rows), Logger: s.Logger}
	s.Watch = live.WatchConfig{Logger: s.Logger, Reticent: rows.Reticent,
		Log: of(event.TopicBehaviour, event.TopicOrders, event.TopicMembers, event.TopicCatalogue)}
	s.Trial = live.TrialConfig{At: db.Experiments().ExperimentAt, Logger: s.Logger}
	s.Tills = live.TillsConfig{Logger: s.Logger, Log: of(event.TopicOrders)}
	s.Feed = live.FeedConfig{Log: of(), Snapshot: db.Stock(), Logger: s.Logger}
	return s
}

func (c ServeConfig) needAll() error {
	if err := c.needKafka(); err != nil {
		return err
	}
	if err := need(c.Postgres, "POSTGRES"); err != nil {
		return err
	}
	return need(c.ClickHouse, "CLICKHOUSE")
}

func (c ServeConfig) console(log *slog.Logger, auth console.Authenticator, kpis console.KPIs) (
	console.Config, error) {
	cfg := console.Config{KPIs: kpis, Auth: auth, Logger: log}
	var err error
	if cfg.WriteAPI, err = json.Marshal(api.Describe()); err != nil {
		return cfg, fmt.Errorf("cannot describe the write API: %w", err)
	}
	if c.Demo {
		cfg.Demo = c.Logins
	}
	for _, u := range []struct {
		address string
		into    **url.URL
	}{{c.OrdersURL, &cfg.Upstreams.Orders}, {c.GatewayURL, &cfg.Upstreams.Events},
		{"http://" + c.Edge, &cfg.Upstreams.Stock}} {
		if u.address == "" {
			continue
		}
		if *u.into, err = url.Parse(u.address); err != nil {
			return cfg, fmt.Errorf("cannot use the address %q: %w", u.address, err)
		}
	}
	return cfg, nil
}

// stores joins the directory's memory with the listing from the database.
type stores struct {
	*catalogue.Directory
	*postgres.Catalogue
}

func runServer(ctx context.Context, server *serving.Server) error {
	if err := server.Start(ctx); err != nil {
		return err
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-server.Failed():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Stop(stopping); failed == nil {
		failed = err
	}
	return failed
}
