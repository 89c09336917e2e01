package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// house is a chain of its own in a folder of its own.
type house struct {
	state chain.State
	chain *chain.Chain
	at    chain.Addresses
	token string
	// goods is set once stores and SKUs are there and every shelf is full.
	goods *goods
}

func open(ctx context.Context, cfg *Config) (*house, error) {
	cfg.Step("starting a chain of its own")
	if err := os.MkdirAll(cfg.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot use the data folder %s: %w", cfg.Dir, err)
	}
	dir, err := os.MkdirTemp(cfg.Dir, "bench-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a folder for the bench: %w", err)
	}
	h := &house{state: chain.State(dir)}
	if err := h.start(ctx, cfg); err != nil {
		return nil, h.close(err)
	}
	return h, nil
}

func (h *house) start(ctx context.Context, cfg *Config) error {
	// PostgreSQL runs as another user than root and must be able to pass.
	if err := os.Chmod(string(h.state), 0o755); err != nil {
		return fmt.Errorf("cannot open the bench's folder: %w", err)
	}
	key, err := staff.EnsureKey(h.state.KeyFile())
	if err != nil {
		return err
	}
	if _, err := h.state.Logins(nil); err != nil {
		return err
	}
	h.token, err = staff.Issuer{Key: key}.Token(staff.Principal{User: "bench", Role: staff.HQAdmin,
		Scope: retail.HQScope()}, 12*time.Hour)
	if err != nil {
		return err
	}
	h.chain, err = chain.Start(ctx, chain.Config{State: h.state, Exe: cfg.Exe,
		Console: "127.0.0.1:0", Edge: "127.0.0.1:0", Log: cfg.Log, Step: cfg.Step,
		Migrate: func(ctx context.Context, a chain.Addresses) error {
			return role.Migrate(ctx, role.MigrateConfig{Backends: role.Backends{
				Postgres: a.Postgres, Kafka: []string{a.Kafka}, ClickHouse: a.ClickHouse},
				Partitions: chain.Partitions, Replication: 1}, cfg.Log)
		}})
	if err != nil {
		return err
	}
	h.at = h.chain.Addresses()
	return nil
}

// close stops the chain and removes its folder. After a failure the logs stay, and the error names them.
func (h *house) close(failed error) error {
	if h.chain != nil {
		if err := h.chain.Stop(); failed == nil {
			failed = err
		}
	}
	if failed == nil || errors.Is(failed, context.Canceled) {
		return errors.Join(failed, os.RemoveAll(string(h.state)))
	}
	for _, engine := range []string{"postgres", "kafka", "clickhouse"} {
		_ = os.RemoveAll(h.state.Path(engine))
	}
	return fmt.Errorf("%w (the logs are in %s)", failed, filepath.Join(string(h.state), "log"))
}
