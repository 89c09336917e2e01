package chaos

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a campaign found.
type Report struct {
	// Seed repeats the schedule.
	Seed uint64 `json:"seed"`
	// Kills counts the processes that were killed.
	Kills int `json:"kills"`
	// Faults counts those that were done.
	Faults int `json:"faults"`
	// Orders is how many orders and refunds the tills were promised.
	Orders int64 `json:"orders"`
	// Lost counts facts that were promised and are missing, Duplicated what took effect twice.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	// DrainX is how many times faster than real time the slowest backlog was drained.
	DrainX float64 `json:"drain_x,omitempty"`
	// Targets tells of each process that was killed alone, by its name.
	Targets map[string]*Target `json:"targets"`
	// PeakMB is the most memory that each process was seen to hold.
	PeakMB map[string]float64 `json:"peak_mb"`
	// Skipped are the faults that could not be made here, with the reason.
	Skipped map[string]string `json:"skipped,omitempty"`
}

// Target is what became of the kills of one process.
type Target struct {
	Kills      int       `json:"kills"`
	recoveries []float64 // of kills of this process alone
}

func newReport(seed uint64) *Report {
	return &Report{Seed: seed, Targets: map[string]*Target{}, PeakMB: map[string]float64{},
		Skipped: map[string]string{"clock jump": "the wall clock belongs to the whole machine; the rooms " +
			"that read it are given other clocks by their own tests"}}
}

func (r *Report) take(e Event) {
	if e.Skipped != "" {
		r.Skipped[e.Fault] = e.Skipped
		return
	}
	r.Faults++
	r.Kills += len(e.Killed)
	r.Orders = max(r.Orders, e.Orders)
	for _, name := range e.Killed {
		t := r.Targets[name]
		if t == nil {
			t = &Target{}
			r.Targets[name] = t
		}
		t.Kills++
		if len(e.Killed) == 1 && e.RecoveryMS > 0 {
			t.recoveries = append(t.recoveries, e.RecoveryMS)
		}
	}
}

func (r *Report) weigh(name string, mb float64) { r.PeakMB[name] = max(r.PeakMB[name], mb) }

func (r *Report) drained(away, took time.Duration) {
	if x := float64(away) / float64(took); r.DrainX == 0 || x < r.DrainX {
		r.DrainX = x
	}
}

// RecoveryMS is the quantile at share of the time from any single kill to orders that are accepted again.
func (r *Report) RecoveryMS(share float64) float64 {
	var all []float64
	for _, t := range r.Targets {
		all = append(all, t.recoveries...)
	}
	return quantile(all, share)
}

// RecoveryMS is the same for one process.
func (t *Target) RecoveryMS(share float64) float64 { return quantile(t.recoveries, share) }

// MarshalJSON adds what is computed.
func (t *Target) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kills int     `json:"kills"`
		P50   float64 `json:"recovery_p50_ms"`
		P99   float64 `json:"recovery_p99_ms"`
	}{t.Kills, round(t.RecoveryMS(0.5)), round(t.RecoveryMS(0.99))})
}

// quantile is the smallest value that at least that share of all values does not exceed; 0 for none.
func quantile(all []float64, share float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(max(int(math.Ceil(share*float64(len(sorted))))-1, 0), len(sorted)-1)]
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// WriteTable writes the report for people.
func (r *Report) WriteTable(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "killed\ttimes\trecovery p50\trecovery p99\tpeak memory")
	for _, name := range slices.Sorted(maps.Keys(r.Targets)) {
		t := r.Targets[name]
		fmt.Fprintf(tw, "%s\t%d\t%.0f ms\t%.0f ms\t%s\n", name, t.Kills, t.RecoveryMS(0.5),
			t.RecoveryMS(0.99), memory(r.PeakMB[name]))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	var skipped strings.Builder
	for _, name := range slices.SortedFunc(maps.Keys(r.Skipped), cmp.Compare[string]) {
		fmt.Fprintf(&skipped, "skipped: %s: %s\n", name, r.Skipped[name])
	}
	_, err := fmt.Fprintf(w, "seed %d: %d faults, %d kills, %d documents, %d lost, %d duplicated, orders "+
		"again after %.0f ms (p99 of single kills), backlog drained at %.0f times real time\n%s", r.Seed,
		r.Faults, r.Kills, r.Orders, r.Lost, r.Duplicated, r.RecoveryMS(0.99), r.DrainX, &skipped)
	return err
}

func memory(mb float64) string {
	if mb == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f MB", mb)
}

// Verdict is nil when nothing was lost and nothing took effect twice.
func (r *Report) Verdict() error {
	if r.Lost == 0 && r.Duplicated == 0 {
		return nil
	}
	return fmt.Errorf("%d facts were lost and %d effects came twice; --seed %d repeats the schedule", r.Lost,
		r.Duplicated, r.Seed)
}
