package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

type trainCmd struct {
	Only      []string      `help:"Only these models: popularity, rules, neighbours, session, cold, factors, nextbasket, outfits, sizes."`
	Every     time.Duration `help:"Train again after this pause, until stopped; sooner while the chain is young. 0 trains once." placeholder:"1h"`
	Follow    time.Duration `help:"Between trainings, make lists anew from what was sold since, after this pause; needs --every. 0 does not." placeholder:"10m"`
	Days      int           `help:"Business days before the newest sale to learn from; 0 means all."`
	Seed      uint64        `help:"Draws the questions of the judgement, and whatever models draw." default:"1"`
	HoldOut   float64       `help:"Share of the baskets, the newest ones, to judge by." default:"0.1"`
	Tolerance float64       `help:"How much worse than the published figure a model may be, as a share." default:"0.1"`
	Force     bool          `help:"Publish even what is worse than what is published."`
	Keep      int           `help:"Published versions of each model to keep." default:"5"`
	MaxLines  int           `help:"Largest number of lines, the newest ones, to read." default:"10000000"`
	Workers   int           `help:"Goroutines that compute. Default: one a core."`
	TimeZone  string        `help:"Time zone of the chain's own day." default:"Asia/Shanghai"`
	Output    string        `help:"json: an array of objects; table: for people." enum:"json,table" default:"table"`
	role.Backends
}

// Run trains and prints what each model was worth.
func (c *trainCmd) Run(env *environment) error {
	if c.ClickHouse == "" {
		b, err := c.Backends.OrRunning(env.state)
		if err != nil {
			return err
		}
		c.Backends = b
	}
	shown := newBars(env)
	cfg := role.TrainConfig{ClickHouse: c.ClickHouse, TimeZone: c.TimeZone, Every: c.Every,
		Follow: c.Follow,
		Train: train.Config{Only: c.Only, Days: c.Days, Seed: c.Seed, HoldOut: c.HoldOut,
			Tolerance: c.Tolerance, Force: c.Force, Keep: c.Keep, MaxLines: c.MaxLines, Workers: c.Workers,
			Progress: func(model, step string, done, total int) {
				shown.show(strings.TrimSpace(model+" "+step), done, total)
			}},
		Done: func(versions []shelf.Version, err error) {
			shown.finish()
			*shown = *newBars(env)
			if e := c.print(env.stdout, versions); e != nil {
				err = errors.Join(err, e)
			}
			if err != nil && c.Every > 0 {
				env.log.Warn("training", "error", err)
			}
		}}
	return role.Train(env.ctx, cfg, env.log)
}

// trained is a version as it is printed.
type trained struct {
	Model       string        `json:"model"`
	Version     int64         `json:"version"`
	Published   bool          `json:"published"`
	Note        string        `json:"note,omitempty"`
	Judged      int64         `json:"judged"`
	Quality     shelf.Quality `json:"at_10"`
	Popular     shelf.Quality `json:"popularity_at_10"`
	Coverage    float64       `json:"coverage"`
	Diversity   float64       `json:"diversity"`
	Novelty     float64       `json:"novelty_bits"`
	Calibration float64       `json:"calibration_nats"`
	Members     int64         `json:"members"`
	Items       int64         `json:"items"`
	Baskets     int64         `json:"baskets"`
	Sessions    int64         `json:"sessions"`
	FirstDay    string        `json:"first_day"`
	LastDay     string        `json:"last_day"`
	Seconds     float64       `json:"seconds"`
}

func (c *trainCmd) print(w io.Writer, versions []shelf.Version) error {
	if c.Output == "json" {
		all := make([]trained, len(versions))
		for i, v := range versions {
			all[i] = trained{v.Model, v.Version, v.Published, v.Note, v.Judged, v.Quality, v.Popular,
				v.Coverage, v.Diversity, v.Novelty, v.Calibration, v.Members, v.Items, v.Baskets,
				v.Sessions, v.FirstDay.String(), v.LastDay.String(), v.Fit.Seconds()}
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	if len(versions) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "model\tpublished\tjudged\trecall\tNDCG\tpopularity\tPHR\tMRR\tcoverage\tdiversity\t"+
		"novelty\tcalibration\tseconds\tnote")
	for _, v := range versions {
		fmt.Fprintf(tw, "%s\t%v\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.2f\t%.2f\t%.1f\t%.2f\t%.1f\t%s\n",
			v.Model, v.Published, v.Judged, v.Quality.Recall, v.Quality.NDCG, v.Popular.NDCG,
			v.Quality.HitRate,
			v.Quality.MRR, v.Coverage, v.Diversity, v.Novelty, v.Calibration, v.Fit.Seconds(), v.Note)
	}
	last := versions[len(versions)-1]
	fmt.Fprintf(tw, "within the first ten of each list; learnt from %d baskets of %d members, %s to %s\n",
		last.Baskets, last.Members, last.FirstDay, last.LastDay)
	return tw.Flush()
}
