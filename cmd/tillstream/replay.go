package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/ingest/replay"
)

type replayCmd struct {
	DataSet string `arg:"" name:"data-set" help:"completejourney or online-retail." enum:"completejourney,online-retail"`
	Dir     string `arg:"" help:"Folder with the data set's CSV files (.csv or .csv.xz)." placeholder:"DIR"`
	Speed   string `help:"max, or how many times faster than history, such as 1000x." default:"max"`
	Output  string `help:"Form of the report." enum:"text,json" default:"text"`
	Again   bool   `help:"Send everything again; what took effect before takes none again."`
	remote
}

// Run replays a data set through the chain's order service.
func (c *replayCmd) Run(env *environment) error {
	speed, err := parseSpeed(c.Speed)
	if err != nil {
		return err
	}
	address, token, err := c.remote.resolve(env)
	if err != nil {
		return err
	}
	state := env.state.Path("replay-" + c.DataSet + ".json")
	if c.Again {
		_ = os.Remove(state)
	}
	bar := newBars(env)
	run := map[string]func(context.Context, replay.Config) (*replay.Report, error){
		"completejourney": replay.CompleteJourney, "online-retail": replay.OnlineRetail}[c.DataSet]
	report, err := run(env.ctx, replay.Config{
		Dir: c.Dir, Shop: role.PatientClient(address, token), Speed: speed,
		StateFile: state, Logger: env.log,
		Progress: func(p replay.Progress) { bar.show(p.Phase, p.Done, p.Total) },
	})
	bar.finish()
	if err != nil {
		return fmt.Errorf("%w\nwhat was placed is kept: run the same command again to go on", err)
	}
	if c.Output == "json" {
		return json.NewEncoder(env.stdout).Encode(report)
	}
	_, err = fmt.Fprintln(env.stdout, report)
	return err
}

func parseSpeed(s string) (float64, error) {
	if s == "max" {
		return 0, nil
	}
	speed, err := strconv.ParseFloat(strings.TrimRight(s, "x×"), 64)
	if err != nil || !(speed > 0) {
		return 0, fmt.Errorf("cannot use --speed %q: want max, or a positive number such as 1000x", s)
	}
	return speed, nil
}

// bars shows one progress bar a phase on a terminal, and a line now and then elsewhere.
type bars struct {
	env   *environment
	phase string
	bar   *progressbar.ProgressBar
}

func newBars(env *environment) *bars { return &bars{env: env} }

func (b *bars) show(phase string, done, total int) {
	if phase != b.phase {
		b.finish()
		b.phase = phase
		b.bar = progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(b.env.stderr),
			progressbar.OptionSetDescription(fmt.Sprintf("%-10s", phase)),
			progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionOnCompletion(func() { fmt.Fprintln(b.env.stderr) }))
	}
	if total > 0 {
		b.bar.ChangeMax(total)
	}
	_ = b.bar.Set(done)
}

func (b *bars) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
		b.bar = nil
	}
}
