package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/models/experiment"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// Experiments knows the experiments and what their visitors did; warehouse.Warehouse does.
type Experiments interface {
	// Experiments lists the last ones, the one that began last first.
	Experiments(ctx context.Context) ([]warehouse.Experiment, error)
	// ExperimentArms returns what the visitors of each arm did at the stores of a scope, and how many stood
	// in two arms.
	ExperimentArms(ctx context.Context, scope retail.Scope, e *warehouse.Experiment, window time.Duration) (
		arms []warehouse.ExperimentArm, crossed int64, err error)
}

// ExperimentBrief names an experiment.
type ExperimentBrief struct {
	Name    string    `json:"name"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until" doc:"The first moment that no longer belongs to it."`
	Holdout float64   `json:"holdout" doc:"Share of visitors who were to be shown what sells."`
	State   string    `json:"state" enum:"planned,running,over"`
}

type experimentsQuery struct {
	Experiment string `query:"experiment" maxLength:"64" doc:"Name of the experiment. Default: the one that is running, else the one that began last."`
	WindowDays int    `query:"window_days" minimum:"1" maximum:"90" default:"7" doc:"How many days after a member was first shown something an order counts."`
}

type experimentsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ExperimentResults
}

// ExperimentResults is what an experiment shows, at the stores that one sees.
type ExperimentResults struct {
	AsOf        time.Time         `json:"as_of"`
	Experiments []ExperimentBrief `json:"experiments" doc:"All there are, the one that began last first."`
	Experiment  *ExperimentBrief  `json:"experiment" doc:"The one that is shown; null without any."`
	WindowDays  int               `json:"window_days"`
	Crossed     int64             `json:"crossed_visitors" doc:"Visitors who stood in two arms and are in neither."`
	// Report is nil without an experiment.
	Report *experiment.Report `json:"report"`
}

func (s *Server) experimentsOperation() huma.Operation {
	report := &huma.Schema{Type: huma.TypeObject, Nullable: true, Description: "Figures by arm, each with " +
		"its 95 % interval (value, low, high; null where the data gives none), and the differences to the " +
		"control and to those who were held out with their p. Revenue is what members paid in the window " +
		"less what they brought back. sample_ratio.found warns that the arms were not filled as meant."}
	text, whole := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeInteger}
	brief := &huma.Schema{Type: huma.TypeObject, Nullable: true, Properties: map[string]*huma.Schema{
		"name": text, "from": {Type: huma.TypeString, Format: "date-time"},
		"until":   {Type: huma.TypeString, Format: "date-time"},
		"holdout": {Type: huma.TypeNumber}, "state": {Type: huma.TypeString,
			Enum: []any{"planned", "running", "over"}}}}
	return huma.Operation{
		OperationID: "experiment-results", Method: http.MethodGet, Path: "/v1/experiment-results",
		Tags: []string{"figures"}, Summary: "What an experiment with recommendations shows",
		Description: "Visitors are members, or sessions of those who are not known. Only members are " +
			"followed to their orders. Only what happened at the stores that one sees is counted.",
		Responses: map[string]*huma.Response{"200": {Description: "The figures.",
			Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
				Type: huma.TypeObject, Properties: map[string]*huma.Schema{
					"as_of":       {Type: huma.TypeString, Format: "date-time"},
					"experiments": {Type: huma.TypeArray, Items: brief}, "experiment": brief,
					"window_days": whole, "crossed_visitors": whole, "report": report}}}}}},
	}
}

func (s *Server) experiments(ctx context.Context, in *experimentsQuery) (*experimentsOutput, error) {
	release, err := s.slot()
	if err != nil {
		return nil, err
	}
	defer release()
	ctx, cancel := context.WithTimeout(ctx, s.cfg.QueryTimeout)
	defer cancel()
	now := s.cfg.Now().UTC()
	all, err := s.cfg.Experiments.Experiments(ctx)
	if err != nil {
		return nil, s.cfg.refusal(err)
	}
	out := &experimentsOutput{CacheControl: "private, no-cache", Body: ExperimentResults{AsOf: now,
		Experiments: make([]ExperimentBrief, len(all)), WindowDays: in.WindowDays}}
	for i := range all {
		out.Body.Experiments[i] = briefOf(&all[i], now)
	}
	at, err := choose(out.Body.Experiments, in.Experiment)
	if err != nil || at < 0 {
		return out, err
	}
	e := &all[at]
	arms, crossed, err := s.cfg.Experiments.ExperimentArms(ctx, principal(ctx).Scope, e,
		time.Duration(in.WindowDays)*24*time.Hour)
	if err != nil {
		return nil, s.cfg.refusal(err)
	}
	report := experiment.Judge(armsOf(e, arms))
	out.Body.Experiment, out.Body.Crossed, out.Body.Report = &out.Body.Experiments[at], crossed, &report
	return out, nil
}

func briefOf(e *warehouse.Experiment, now time.Time) ExperimentBrief {
	b := ExperimentBrief{Name: e.Name, From: e.From, Until: e.Until, Holdout: e.Holdout, State: "running"}
	if now.Before(e.From) {
		b.State = "planned"
	} else if !now.Before(e.Until) {
		b.State = "over"
	}
	return b
}

// choose finds the experiment that is asked for; -1 when none is and there is none.
func choose(all []ExperimentBrief, name string) (int, error) {
	best := -1
	for i := range all {
		switch {
		case name != "" && all[i].Name == name:
			return i, nil
		case all[i].State == "running" && (best < 0 || all[best].State != "running"):
			best = i
		case all[i].State == "over" && best < 0:
			best = i
		}
	}
	if name != "" {
		bad := invalid("experiment", name, "is not a known experiment")
		for i := range all {
			bad.Errors[0].Known = append(bad.Errors[0].Known, all[i].Name)
		}
		return -1, bad
	}
	if best < 0 && len(all) > 0 {
		best = 0 // all are planned
	}
	return best, nil
}

// armsOf puts the figures of the warehouse into arms: one for each variant and, last, one for all who were
// held out. Amounts become yuan. An arm that nobody is in is there all the same.
func armsOf(e *warehouse.Experiment, counted []warehouse.ExperimentArm) []experiment.Arm {
	sum := 0.
	for _, v := range e.Variants {
		sum += v.Weight
	}
	arms := make([]experiment.Arm, len(e.Variants)+1)
	for i, v := range e.Variants {
		arms[i] = experiment.Arm{Name: v.Name, Share: (1 - e.Holdout) * v.Weight / sum}
	}
	held := &arms[len(e.Variants)]
	held.HeldOut, held.Share = true, e.Holdout
	for i := range counted {
		c := &counted[i]
		to := held
		if !c.HeldOut {
			if c.Variant >= len(e.Variants) {
				// The fact of the change is still on its way: its visitors are counted when it is there.
				continue
			}
			to = &arms[c.Variant]
		}
		to.Add(&experiment.Arm{Impressions: c.Impressions, Clicks: c.Clicks, Buyers: c.Buyers,
			Shown: experiment.Pair{N: c.Visitors,
				XX: c.ClickedVariance, YY: c.ShownVariance, XY: c.Covariance,
				X: mean(c.Clicks, c.Visitors), Y: mean(c.Impressions, c.Visitors)},
			Revenue: experiment.Moments{N: c.Members, Mean: mean(int64(c.Revenue), c.Members) / 100,
				Variance: c.RevenueVariance / 1e4}})
	}
	if e.Holdout == 0 && held.Shown.N == 0 {
		arms = arms[:len(e.Variants)]
	}
	return arms
}

func mean(sum, n int64) float64 {
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}
