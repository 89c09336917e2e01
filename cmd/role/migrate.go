package role

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// MigrateConfig describes what the three stores should look like.
type MigrateConfig struct {
	Backends    `embed:""`
	Partitions  int32         `help:"Partitions of a new fact topic." default:"4"`
	Replication int16         `help:"Replicas of a new topic." default:"1"`
	Retention   time.Duration `help:"How long a new fact topic keeps records; 0 means for ever." default:"0"`
	Cluster     string        `help:"Spread the warehouse over this cluster, as the ClickHouse servers name it." env:"TILLSTREAM_CLICKHOUSE_CLUSTER" placeholder:"NAME"`
	Sharding    string        `help:"What decides on the shard of a row: the number of the store or its hash." enum:"store,hash" default:"store"`
}

// Migrate brings the schemas of PostgreSQL and ClickHouse up to date and creates the topics that do
// not exist. It is safe to run beside running roles and beside another migration.
func Migrate(ctx context.Context, cfg MigrateConfig, log *slog.Logger) error {
	if err := cfg.needKafka(); err != nil {
		return err
	}
	if err := need(cfg.Postgres, "POSTGRES"); err != nil {
		return err
	}
	if err := need(cfg.ClickHouse, "CLICKHOUSE"); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return postgres.Migrate(ctx, cfg.Postgres) })
	g.Go(func() error { return migrateWarehouse(ctx, cfg, log) })
	g.Go(func() error {
		admin, err := kafka.NewAdmin(cfg.kafkaConfig("migrate", log))
		if err != nil {
			return err
		}
		defer admin.Close()
		return admin.EnsureTopics(ctx,
			kafka.Topics(cfg.Partitions, cfg.Replication, cfg.Retention)...)
	})
	return g.Wait()
}

func migrateWarehouse(ctx context.Context, cfg MigrateConfig, log *slog.Logger) error {
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Cluster: cfg.Cluster,
		Sharding: cfg.Sharding, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Migrate(ctx, schema.Files()); err != nil {
		return fmt.Errorf("cannot migrate the warehouse: %w", err)
	}
	return nil
}
