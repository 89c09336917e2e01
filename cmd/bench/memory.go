package bench

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	housing "github.com/tillstream/tillstream/cmd/house"
)

// memory puts what each process of the chain holds: rss_<process>_mb now, rss_<process>_peak_mb at its
// highest. PostgreSQL is many processes over one shared memory; its figure is the sum of their
// proportional shares.
func (r *run) memory() error {
	pids := r.chain.Addresses().Processes
	for _, name := range slices.Sorted(maps.Keys(pids)) {
		if name == "postgres" {
			mb, err := housing.Shares(pids[name])
			if err != nil {
				return err
			}
			r.put("rss_postgres_mb", mb, "MB")
			continue
		}
		now, peak, err := housing.Resident(pids[name])
		if err != nil {
			return fmt.Errorf("cannot read the memory of %s: %w", name, err)
		}
		r.put("rss_"+name+"_mb", now, "MB")
		r.put("rss_"+name+"_peak_mb", peak, "MB")
	}
	return nil
}

// peakOf is the highest resident memory of a process of the chain so far.
func (r *run) peakOf(name string) (float64, error) {
	_, peak, err := housing.Resident(r.chain.Addresses().Processes[name])
	if err != nil {
		return 0, fmt.Errorf("cannot read the memory of %s: %w", name, err)
	}
	return peak, nil
}

// forgetPeak lets the highest memory of a process count from now: writing a synthetic history at once takes
// more of ClickHouse than any trade does.
func (r *run) forgetPeak(name string) error {
	file := filepath.Join("/proc", strconv.Itoa(r.chain.Addresses().Processes[name]), "clear_refs")
	if err := os.WriteFile(file, []byte("5"), 0o200); err != nil {
		return fmt.Errorf("cannot reset the highest memory of %s: %w", name, err)
	}
	return nil
}
