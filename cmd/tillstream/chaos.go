package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/tillstream/tillstream/cmd/chaos"
)

type chaosCmd struct {
	Kills int    `help:"How many processes are killed, at least." default:"50"`
	Seed  uint64 `help:"Repeats the schedule of an earlier run. Default: by the clock."`
	Long  bool   `help:"Also what takes minutes: processes that stand still, a warehouse that is away."`
	Only  string `help:"Only faults whose names contain this."`
	JSON  bool   `help:"Print one JSON object a line: each fault, then the report." name:"json"`
}

// Run torments a chain of its own and says what it did not keep of its promises.
func (c *chaosCmd) Run(env *environment) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program: %w", err)
	}
	begun := time.Now()
	if c.Seed == 0 {
		c.Seed = uint64(begun.UnixNano())
	}
	out := json.NewEncoder(env.stdout)
	step := func(s string) { fmt.Fprintf(env.stderr, "» %5.1f s  %s\n", time.Since(begun).Seconds(), s) }
	report, err := chaos.Run(env.ctx, chaos.Config{Dir: string(env.state), Exe: exe, Kills: c.Kills,
		Seed: c.Seed, Long: c.Long, Only: c.Only, Log: env.log, Step: step, Event: func(e chaos.Event) {
			if c.JSON {
				_ = out.Encode(e)
				return
			}
			step(e.String())
		}})
	if err == nil {
		err = report.Verdict()
	}
	if c.JSON {
		_ = out.Encode(report)
		return err
	}
	if written := report.WriteTable(env.stdout); err == nil {
		err = written
	}
	return err
}
