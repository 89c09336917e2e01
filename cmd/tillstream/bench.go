package main

import (
	"fmt"
	"os"
	"time"

	"github.com/tillstream/tillstream/cmd/bench"
)

type benchCmd struct {
	Names   []string `arg:"" optional:"" help:"Benches to run: orders, cdc, pipeline, stream, kpi, rules, nextbasket, train, recommend, chaos. Default: all."`
	JSON    bool     `help:"Print one JSON object a line, each as soon as it is known." name:"json"`
	Seed    uint64   `help:"Repeats the faults of chaos. Default: by the clock."`
	Seconds int      `help:"How long each main figure is measured. Default: 60 for one bench alone, 12 for several."`
}

// Run measures a chain of its own, in a fresh folder below the data folder: that is the disk which
// counts, and a demo that runs there is left alone, though both would share the cores.
func (c *benchCmd) Run(env *environment) error {
	if c.Seconds == 0 {
		if c.Seconds = 12; len(c.Names) == 1 {
			c.Seconds = 60
		}
	}
	if c.Seconds < 1 || c.Seconds > 600 {
		return fmt.Errorf("cannot measure for %d seconds: want 1 to 600", c.Seconds)
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program: %w", err)
	}
	begun := time.Now()
	var figures []bench.Figure
	err = bench.Run(env.ctx, bench.Config{Names: c.Names, Seed: c.Seed, Dir: string(env.state), Exe: exe,
		Duration: time.Duration(c.Seconds) * time.Second, Log: env.log,
		Step: func(s string) {
			fmt.Fprintf(env.stderr, "» %5.1f s  %s\n", time.Since(begun).Seconds(), s)
		},
		Figure: func(f bench.Figure) {
			if figures = append(figures, f); c.JSON {
				_ = bench.WriteJSON(env.stdout, f)
			}
		}})
	if !c.JSON && len(figures) > 0 {
		if err := bench.WriteTable(env.stdout, figures); err != nil {
			return err
		}
	}
	return err
}
