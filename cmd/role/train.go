package role

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// TrainConfig says where the past is and what is learnt from it.
type TrainConfig struct {
	ClickHouse string
	TimeZone   string
	Train      train.Config
	// Every is the pause from one training to the next; 0 means one training.
	Every time.Duration
	// Done is told what each training came to. Required.
	Done func([]shelf.Version, error)
}

// The first pauses between trainings: a chain that has just begun, or whose past is still being brought in,
// learns more in minutes than later in a day.
const (
	emptyPause = 10 * time.Second
	youngPause = 2 * time.Minute
)

// Train learns from the warehouse, once or until ctx ends. A training that fails or is worse than the one
// before does not end a schedule.
func Train(ctx context.Context, cfg TrainConfig, log *slog.Logger) error {
	if err := need(cfg.ClickHouse, "CLICKHOUSE"); err != nil {
		return err
	}
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: cfg.ClickHouse, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	house, err := warehouse.New(warehouse.Config{DB: db, TimeZone: cfg.TimeZone})
	if err != nil {
		return err
	}
	young := youngPause
	for {
		versions, err := trainOnce(ctx, house, shelf.New(db, shelf.Config{}), cfg.Train)
		cfg.Done(versions, err)
		if cfg.Every <= 0 || ctx.Err() != nil {
			return err
		}
		pause := min(cfg.Every, young)
		if young *= 2; errors.Is(err, train.ErrEmpty) {
			pause, young = min(cfg.Every, emptyPause), youngPause
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

func trainOnce(ctx context.Context, house *warehouse.Warehouse, to *shelf.Shelf, cfg train.Config) (
	[]shelf.Version, error) {
	data, err := train.Read(ctx, house, retail.HQScope(), cfg)
	if err != nil {
		return nil, err
	}
	return train.Train(ctx, data, to, cfg)
}
