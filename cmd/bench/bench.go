// Package bench measures a chain on this machine. It starts the local engines and the roles in a fresh
// folder, drives them as tills and dashboards would, and hands each figure out as soon as it is known,
// under the name by which the project tracks it. Beside a figure stands the baseline that was run in
// the same minutes, where there is one. Nothing that fails is left out: the first error ends the run
// and says which step failed and where the logs lie.
package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"
)

// Config says what to measure and where.
type Config struct {
	// Names are the benches to run, of Names(); none means all.
	Names []string
	// Duration is how long each of the main figures is measured. Default 12 s.
	Duration time.Duration
	// Seed fixes the schedule of chaos. Default: by the clock.
	Seed uint64
	// Dir is the folder below which a fresh one is made and removed again. It should lie on the disk
	// that the chain would use: a folder in memory flatters every figure. Required.
	Dir string
	// Exe is the tillstream binary that the roles are started from. Required.
	Exe string
	// Figure takes each result. Required.
	Figure func(Figure)
	// Step is told what is being done, for people. Required.
	Step func(string)
	// Log takes what the chain's supervisor has to say. Required.
	Log *slog.Logger
}

// Names lists the benches.
func Names() []string {
	return []string{
		"orders",
		"cdc",
		"pipeline",
		"stream",
		"kpi",
		"rules",
		"nextbasket",
		"train",
		"recommend",
		"chaos",
	}
}

// run is one run of some benches over one chain.
type run struct {
	Config
	*house
}

// Run measures until everything is measured, an error, or the end of ctx.
func Run(ctx context.Context, cfg Config) (err error) {
	if cfg.Duration <= 0 {
		cfg.Duration = 60 * time.Second
	}
	for _, name := range cfg.Names {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("no bench %q: there are %v", name, Names())
		}
	}
	if cfg.Seed == 0 {
		cfg.Seed = uint64(time.Now().UnixNano()) % maxSeed
	}
	if err := cfg.settle(); err != nil {
		return err
	}
	defer func() { err = cfg.clear(err) }()
	// The models need no engine at all.
	for _, b := range []struct {
		name string
		do   func(*run, context.Context) error
	}{
		{"rules", (*run).rules},
		{"nextbasket", (*run).nextbasket},
		{"train", (*run).train},
	} {
		if !cfg.wants(b.name) {
			continue
		}
		if err := b.do(&run{Config: cfg}, ctx); err != nil {
			return fmt.Errorf("cannot finish the bench %s: %w", b.name, err)
		}
	}
	// The stream has engines of its own: on two cores a chain beside it would be part of the figure.
	if cfg.wants("stream") {
		if err := (&run{Config: cfg}).stream(ctx); err != nil {
			return fmt.Errorf("cannot finish the bench stream: %w", err)
		}
	}
	if cfg.wants("recommend") {
		if err := (&run{Config: cfg}).recommend(ctx); err != nil {
			return fmt.Errorf("cannot finish the bench recommend: %w", err)
		}
	}
	if slices.ContainsFunc(sharing, cfg.wants) {
		if err := measure(ctx, &cfg); err != nil {
			return err
		}
	}
	if cfg.wants("chaos") {
		if err := torment(ctx, &cfg); err != nil {
			return fmt.Errorf("cannot finish the bench chaos: %w", err)
		}
	}
	return nil
}

// settle makes one folder for all that the benches write. It is removed at the end of all: ext4 looks at
// each number of a file that was deleted in the last minutes before it takes one for a new file, and the
// engines of the next bench would pay for that.
func (c *Config) settle() (err error) {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return fmt.Errorf("cannot use the data folder %s: %w", c.Dir, err)
	}
	if c.Dir, err = os.MkdirTemp(c.Dir, "bench-"); err != nil {
		return fmt.Errorf("cannot make a folder for the benches: %w", err)
	}
	// PostgreSQL runs as another user than root and must be able to pass.
	if err := os.Chmod(c.Dir, 0o755); err != nil {
		return fmt.Errorf("cannot open the folder of the benches: %w", err)
	}
	return nil
}

// clear removes the folder. After a failure it stays, with the logs.
func (c *Config) clear(failed error) error {
	if failed != nil && !errors.Is(failed, context.Canceled) {
		return failed
	}
	return errors.Join(failed, os.RemoveAll(c.Dir))
}

// maxSeed keeps a seed exact as a figure.
const maxSeed = 1 << 50

// sharing are the benches that share a chain.
var sharing = []string{"kpi", "pipeline", "orders", "cdc"}

// measure runs the benches that share a chain.
func measure(ctx context.Context, cfg *Config) (err error) {
	h, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = h.Close(err) }()
	r := &run{*cfg, h}
	// The quiet questions come first. Orders and the relay come last: they leave a backlog for which
	// nobody waits, the relay's of events that no order stands behind.
	for _, b := range []struct {
		name string
		do   func(context.Context) error
	}{{"kpi", r.kpi}, {"pipeline", r.pipeline}, {"orders", r.orders}, {"cdc", r.cdc}} {
		if !r.wants(b.name) {
			continue
		}
		if err := b.do(ctx); err != nil {
			return fmt.Errorf("cannot finish the bench %s: %w", b.name, err)
		}
	}
	return nil
}

func (c *Config) wants(name string) bool { return len(c.Names) == 0 || slices.Contains(c.Names, name) }

// share is part of the main duration, but no less than a second.
func (r *run) share(of float64) time.Duration {
	return max(time.Second, time.Duration(of*float64(r.Duration)))
}

func (r *run) step(format string, args ...any) { r.Step(fmt.Sprintf(format, args...)) }

// put hands a figure out; a baseline of 0 means none.
func (r *run) put(name string, value float64, unit string, baseline ...float64) {
	f := Figure{Name: name, Value: value, Unit: unit}
	if len(baseline) > 0 {
		f.Baseline = &baseline[0]
	}
	r.Figure(f)
}
