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
		return bar.resumable(err)
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

// bars shows one progress bar for each phase on a terminal, and elsewhere a line at the end of each.
type bars struct {
	env      *environment
	terminal bool
	phase    string
	bar      *progressbar.ProgressBar
	done     int
}

func newBars(env *environment) *bars {
	b := &bars{env: env}
	if file, ok := env.stderr.(*os.File); ok {
		info, err := file.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// resumable says that a replay can go on, if it had begun to send.
func (b *bars) resumable(err error) error {
	if b.phase == "" || b.phase == "read" {
		return err
	}
	return fmt.Errorf("%w\nwhat was sent is kept: run the same command again to go on", err)
}

func (b *bars) show(phase string, done, total int) {
	if phase != b.phase {
		b.finish()
		b.phase = phase
		if b.terminal {
			b.bar = b.newBar(total)
		}
	}
	b.done = done
	if b.bar == nil {
		return
	}
	if total > 0 {
		b.bar.ChangeMax(total)
	}
	_ = b.bar.Set(done)
}

func (b *bars) newBar(total int) *progressbar.ProgressBar {
	return progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(b.env.stderr),
		progressbar.OptionSetDescription(fmt.Sprintf("%-10s", b.phase)),
		progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(b.env.stderr) }))
}

// finish ends the phase. A bar that is not full stays as it is: it shows how far the phase came.
func (b *bars) finish() {
	switch {
	case b.bar != nil:
		_ = b.bar.Exit()
	case b.phase != "":
		fmt.Fprintf(b.env.stderr, "» %s: %d done\n", b.phase, b.done)
	}
	b.bar = nil
}
