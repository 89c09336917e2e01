package api

import (
	"context"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) experimentRoutes() {
	op := putRoute("experiments", "At most one is in force at a time. The first variant is the control. "+
		"Once an experiment has begun, only its end may change.")
	op.Tags, op.may = []string{"experiments"}, staff.EditCatalogue
	handle(a, op, func(c *call, b *wire.Experiments) {
		merge(a, c, "experiments", b.Experiments, experimentRow,
			func(ctx context.Context, rows []retail.Experiment) ([]catalogue.Result, error) {
				return a.cfg.Experiments.PutExperiments(ctx, rows, a.cfg.Now())
			})
	})
	list(a, "experiments", staff.ReadKPIs,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]retail.Experiment, error) {
			return a.cfg.Experiments.Experiments(ctx, after, n)
		}, func(_ *staff.Principal, e *retail.Experiment) (string, wire.Experiment) {
			w := wire.Experiment{Name: e.Name, From: e.From, Until: e.Until, Holdout: e.Holdout,
				Variants: make([]wire.ExperimentVariant, len(e.Variants)), Version: e.Version}
			for i := range e.Variants {
				w.Variants[i] = wire.ExperimentVariant(e.Variants[i])
			}
			return e.Name, w
		})
}

func experimentRow(_ *translation, w *wire.Experiment) (string, retail.Experiment) {
	e := retail.Experiment{Name: w.Name, From: w.From, Until: w.Until, Holdout: w.Holdout,
		Variants: make([]retail.Variant, len(w.Variants))}
	for i := range w.Variants {
		e.Variants[i] = retail.Variant(w.Variants[i])
	}
	return w.Name, e
}
