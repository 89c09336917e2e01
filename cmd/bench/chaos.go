package bench

import (
	"context"
	"maps"
	"slices"

	"github.com/tillstream/tillstream/cmd/chaos"
)

// chaosKills is the length of the short campaign.
const chaosKills = 50

// torment runs the short campaign over a chain of its own and puts what it found, also when it failed.
func torment(ctx context.Context, cfg *Config) error {
	report, err := chaos.Run(ctx, chaos.Config{Dir: cfg.Dir, Exe: cfg.Exe, Kills: chaosKills,
		Seed: cfg.Seed, Log: cfg.Log, Step: cfg.Step,
		Event: func(e chaos.Event) { cfg.Step("chaos: " + e.String()) }})
	r := &run{Config: *cfg}
	r.put("chaos_seed", float64(report.Seed), "")
	r.put("chaos_kills", float64(report.Kills), "kills")
	r.put("chaos_faults", float64(report.Faults), "faults")
	r.put("chaos_documents", float64(report.Orders), "documents")
	if err != nil && report.Lost == 0 && report.Duplicated == 0 {
		return err // what was lost is not known
	}
	r.put("chaos_lost", float64(report.Lost), "events")
	r.put("chaos_duplicated", float64(report.Duplicated), "effects")
	r.put("chaos_recovery_p50_ms", report.RecoveryMS(0.50), "ms")
	r.put("chaos_recovery_p99_ms", report.RecoveryMS(0.99), "ms")
	r.put("chaos_drain_x", report.DrainX, "x")
	for _, name := range slices.Sorted(maps.Keys(report.Targets)) {
		t := report.Targets[name]
		r.put("chaos_"+name+"_kills", float64(t.Kills), "kills")
		r.put("chaos_"+name+"_recovery_p99_ms", t.RecoveryMS(0.99), "ms")
	}
	return err
}
