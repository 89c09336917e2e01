package warehouse

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Experiment is an experiment with recommendations as the warehouse knows it.
type Experiment struct {
	ID   retail.ExperimentID
	Name string
	// From is included, Until is not.
	From, Until time.Time
	// Holdout is the share of visitors who were to be shown what sells.
	Holdout float64
	// Variants have names and weights alone; the first is the control.
	Variants []retail.Variant
}

// ExperimentArm is what the visitors of one arm did, as sums, means and variances over them.
type ExperimentArm struct {
	// Variant is the number of the variant. Those who were held out are an arm whatever their variant.
	Variant int
	HeldOut bool
	// Visitors were shown Impressions products and chose Clicks of them.
	Visitors, Impressions, Clicks int64
	// The variances of both by visitor, and their covariance, with n − 1.
	ShownVariance, ClickedVariance, Covariance float64
	// Members are the visitors who were drawn as members; Buyers of them ordered within the window.
	Members, Buyers int64
	// Revenue is what they paid less what they brought back; its variance by member is in fen².
	Revenue         retail.Money
	RevenueVariance float64
}

// Experiments lists the last 200 experiments, the one that began last first. They are the same for everybody.
func (w *Warehouse) Experiments(ctx context.Context) ([]Experiment, error) {
	rows, err := w.ask(ctx, retail.HQScope(), "experiments", nil)
	if err != nil {
		return nil, err
	}
	all := make([]Experiment, len(rows))
	for i, r := range rows {
		all[i] = Experiment{ID: retail.ExperimentID(r.int("number")), Name: r.text("known"),
			From: r.micros("begins_us"), Until: r.micros("ends_us"), Holdout: r.float("held")}
		if err := json.Unmarshal([]byte(r.text("split")), &all[i].Variants); err != nil {
			return nil, fmt.Errorf("cannot read the variants of experiment %s: %w", all[i].Name, err)
		}
	}
	return all, nil
}

// ExperimentArms returns what the visitors of each arm did at the stores in scope, and how many visitors
// stood in two arms and are in neither. A member's orders count if they were paid within the window after
// the member was first shown something.
func (w *Warehouse) ExperimentArms(ctx context.Context, scope retail.Scope, e *Experiment,
	window time.Duration) (arms []ExperimentArm, crossed int64, err error) {
	// Stores lie in several time zones, so a day more on either side.
	const day = 24 * time.Hour
	rows, err := w.ask(ctx, scope, "experiment_arms", clickhouse.Params{
		"experiment": strconv.Itoa(int(e.ID)),
		"window_s":   strconv.FormatInt(int64(window/time.Second), 10),
		"first_day":  retail.DayOf(e.From.Add(-day)).String(),
		"last_day":   retail.DayOf(e.Until.Add(day)).String()})
	for _, r := range rows {
		if r.int("crossed") != 0 {
			crossed += r.int("visitors")
			continue
		}
		arms = append(arms, ExperimentArm{Variant: int(r.int("variant")), HeldOut: r.int("held_out") != 0,
			Visitors: r.int("visitors"), Impressions: r.int("impressions"), Clicks: r.int("clicks"),
			ShownVariance: r.float("shown_variance"), ClickedVariance: r.float("clicked_variance"),
			Covariance: r.float("covariance"), Members: r.int("members"), Buyers: r.int("buyers"),
			Revenue: r.money("revenue_fen"), RevenueVariance: r.float("revenue_variance")})
	}
	return arms, crossed, err
}

// float is a number that may be none, as the variance of one value is: then 0.
func (r record) float(name string) float64 {
	switch v := r[name].(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0
		}
		return v
	case nil:
		return 0
	}
	panic("BUG: the query has no fraction " + name)
}
