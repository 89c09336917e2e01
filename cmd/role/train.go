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
	// Follow is the pause between two looks at what was sold since, from which lists are made anew without a
	// training; 0 means none.
	Follow time.Duration
	// Done is told what each training came to. Required.
	Done func([]shelf.Version, error)
}

// The first pauses between trainings: a chain that has just begun, or whose past is still being brought in,
// learns more in minutes than later in a day.
const (
	// readWithin bounds the reading of one month.
	readWithin = 10 * time.Minute

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
	house, err := warehouse.New(warehouse.Config{DB: db, TimeZone: cfg.TimeZone, Timeout: readWithin})
	if err != nil {
		return err
	}
	young, models := youngPause, shelf.New(db, shelf.Config{})
	for {
		learned, versions, err := trainOnce(ctx, house, models, cfg.Train)
		cfg.Done(versions, err)
		if cfg.Every <= 0 || ctx.Err() != nil {
			return err
		}
		pause := min(cfg.Every, young)
		if young *= 2; errors.Is(err, train.ErrEmpty) {
			pause, young = min(cfg.Every, emptyPause), youngPause
		}
		cfg.follow(ctx, learned, house, models, pause)
		if ctx.Err() != nil {
			return nil
		}
	}
}

// follow lets the lists follow the chain until the pause is over or ctx ends.
func (cfg *TrainConfig) follow(ctx context.Context, learned *train.Learned, house *warehouse.Warehouse,
	models *shelf.Shelf, pause time.Duration) {
	over := time.After(pause)
	look := make(<-chan time.Time)
	if cfg.Follow > 0 && learned != nil {
		ticker := time.NewTicker(cfg.Follow)
		defer ticker.Stop()
		look = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-over:
			return
		case <-look:
			cfg.Done(learned.Follow(ctx, house, retail.HQScope(), models))
		}
	}
}

func trainOnce(ctx context.Context, house *warehouse.Warehouse, to *shelf.Shelf, cfg train.Config) (
	*train.Learned, []shelf.Version, error) {
	data, err := train.Read(ctx, house, retail.HQScope(), cfg)
	if err != nil {
		return nil, nil, err
	}
	return train.Learn(ctx, data, to, cfg)
}
