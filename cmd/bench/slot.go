package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
)

// benchSlot is a slot beside that of the chain's relay.
const benchSlot = "tillstream_bench"

// prompt is a log that has every record at once: the relay before it reads and confirms its slot as ever,
// while no broker takes part.
type prompt struct{ records atomic.Int64 }

func (p *prompt) ProduceAsync(_ context.Context, _ *kafka.Record, done func(error)) {
	p.records.Add(1)
	done(nil)
}

func (p *prompt) Close() {}

// remembered keeps a relay's checkpoint as long as the relay runs.
type remembered struct {
	mu   sync.Mutex
	last *cdc.Checkpoint
}

func (r *remembered) Load(context.Context, string) (*cdc.Checkpoint, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last, nil
}

func (r *remembered) Save(_ context.Context, _ string, c cdc.Checkpoint) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = &c
	return nil
}

// readSlot reads a logical slot of its own, from now until end is called: a commit that nothing decodes
// would flatter the figures.
func (r *run) readSlot(ctx context.Context) (end func() error, err error) {
	log := &prompt{}
	relay, err := cdc.New(cdc.Config{DSN: r.at.Postgres, Slot: benchSlot, Memory: &remembered{}, Log: r.Log,
		Publish: func() (cdc.Publisher, error) { return log, nil }})
	if err != nil {
		return nil, err
	}
	reading := follow(ctx, func(ctx context.Context, _ *struct{}) error { return relay.Run(ctx) })
	return func() error {
		_, err := reading.finish()
		if log.records.Load() == 0 {
			err = errors.Join(err, fmt.Errorf("the slot %s was not read", benchSlot))
		}
		return errors.Join(err, cdc.DropSlot(ctx, r.at.Postgres, benchSlot))
	}, nil
}
