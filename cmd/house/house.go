// Package house opens a chain of its own in a fresh folder, for those who measure or torment one: the
// engines, the roles and a token for headquarters. What it opened it removes again; after a failure the
// logs stay.
package house

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// Config says where a chain is opened.
type Config struct {
	// Dir is the folder below which a fresh one is made. Required.
	Dir string
	// Name begins the name of the fresh folder and names the user. Required.
	Name string
	// Exe is the tillstream binary that the roles are started from. Required.
	Exe string
	// Detour is handed to the chain: see chain.Config.
	Detour func(role string, a chain.Addresses) chain.Addresses
	// Furnish is called with the folder before anything starts; remove undoes it when all has stopped. May
	// be nil.
	Furnish func(chain.State) (remove func() error, err error)
	// Step is told what is being done, for people. Required.
	Step func(string)
	// Keep leaves the fresh folder behind when all went well: whoever owns Dir removes it.
	Keep bool
	// Log takes what the chain's supervisor has to say. Required.
	Log *slog.Logger
}

// House is a chain of its own in a folder of its own.
type House struct {
	State chain.State
	Chain *chain.Chain
	At    chain.Addresses
	// Token lets its bearer do everything.
	Token string

	remove func() error
	keep   bool
}

// Open starts the chain. After a failure nothing runs.
func Open(ctx context.Context, cfg Config) (*House, error) {
	cfg.Step("starting a chain of its own")
	if err := os.MkdirAll(cfg.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot use the data folder %s: %w", cfg.Dir, err)
	}
	dir, err := os.MkdirTemp(cfg.Dir, cfg.Name+"-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a folder for the chain: %w", err)
	}
	h := &House{State: chain.State(dir), keep: cfg.Keep}
	if err := h.start(ctx, &cfg); err != nil {
		return nil, h.Close(err)
	}
	return h, nil
}

func (h *House) start(ctx context.Context, cfg *Config) error {
	// PostgreSQL runs as another user than root and must be able to pass.
	if err := os.Chmod(string(h.State), 0o755); err != nil {
		return fmt.Errorf("cannot open the chain's folder: %w", err)
	}
	key, err := staff.EnsureKey(h.State.KeyFile())
	if err != nil {
		return err
	}
	if _, err := h.State.Logins(nil); err != nil {
		return err
	}
	h.Token, err = staff.Issuer{Key: key}.Token(staff.Principal{User: cfg.Name, Role: staff.HQAdmin,
		Scope: retail.HQScope()}, 12*time.Hour)
	if err != nil {
		return err
	}
	if cfg.Furnish != nil {
		if h.remove, err = cfg.Furnish(h.State); err != nil {
			return err
		}
	}
	h.Chain, err = chain.Start(ctx, chain.Config{State: h.State, Exe: cfg.Exe,
		Console: "127.0.0.1:0", Edge: "127.0.0.1:0", Log: cfg.Log, Step: cfg.Step,
		Detour: cfg.Detour,
		Migrate: func(ctx context.Context, a chain.Addresses) error {
			return role.Migrate(ctx, Schemas(a), cfg.Log)
		}})
	if err != nil {
		return err
	}
	h.At = h.Chain.Addresses()
	return nil
}

// Schemas says how the stores of a chain on one machine are laid out.
func Schemas(a chain.Addresses) role.MigrateConfig {
	return role.MigrateConfig{Backends: Backends(a), Partitions: chain.Partitions, Replication: 1}
}

// Backends are the stores of a chain.
func Backends(a chain.Addresses) role.Backends {
	return role.Backends{Postgres: a.Postgres, Kafka: []string{a.Kafka}, ClickHouse: a.ClickHouse}
}

// Close stops the chain and removes its folder, unless it is to be kept. After a failure the logs stay, and
// the error names them.
func (h *House) Close(failed error) error {
	if h.Chain != nil {
		if err := h.Chain.Stop(); failed == nil {
			failed = err
		}
	}
	if h.remove != nil {
		if err := h.remove(); failed == nil {
			failed = err
		}
	}
	if failed == nil || errors.Is(failed, context.Canceled) {
		if h.keep {
			return failed
		}
		return errors.Join(failed, os.RemoveAll(string(h.State)))
	}
	for _, engine := range []string{"postgres", "kafka", "clickhouse"} {
		_ = os.RemoveAll(h.State.Path(engine))
	}
	return fmt.Errorf("%w (the logs are in %s)", failed, filepath.Join(string(h.State), "log"))
}
