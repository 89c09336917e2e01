package bench

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// memory puts what each process of the chain holds: rss_<process>_mb now, rss_<process>_peak_mb at its
// highest. PostgreSQL is many processes over one shared memory; its figure is the sum of their
// proportional shares.
func (r *run) memory() error {
	pids := r.chain.Addresses().Processes
	for _, name := range slices.Sorted(maps.Keys(pids)) {
		if name == "postgres" {
			mb, err := shares(pids[name])
			if err != nil {
				return err
			}
			r.put("rss_postgres_mb", mb, "MB")
			continue
		}
		now, peak, err := resident(pids[name])
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
	_, peak, err := resident(r.chain.Addresses().Processes[name])
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

// resident reads VmRSS and VmHWM in MB.
func resident(pid int) (now, peak float64, err error) {
	fields, err := kilobytes(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	return fields["VmRSS"] / 1024, fields["VmHWM"] / 1024, err
}

// shares sums the proportional memory of a process and all below it, in MB.
func shares(pid int) (float64, error) {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	fields, err := kilobytes(filepath.Join(proc, "smaps_rollup"))
	if err != nil {
		return 0, fmt.Errorf("cannot read the memory of process %d: %w", pid, err)
	}
	sum := fields["Pss"] / 1024
	children, err := os.ReadFile(filepath.Join(proc, "task", strconv.Itoa(pid), "children"))
	if err != nil {
		return sum, fmt.Errorf("cannot list the processes below %d: %w", pid, err)
	}
	for _, word := range strings.Fields(string(children)) {
		child, err := strconv.Atoi(word)
		if err != nil {
			return sum, fmt.Errorf("cannot read the process number %q: %w", word, err)
		}
		if below, err := shares(child); err == nil { // else it has just ended
			sum += below
		}
	}
	return sum, nil
}

// kilobytes reads the lines "name: number kB" of a file under /proc.
func kilobytes(file string) (map[string]float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fields := map[string]float64{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) != 3 || words[2] != "kB" {
			continue
		}
		if v, err := strconv.ParseFloat(words[1], 64); err == nil {
			fields[strings.TrimSuffix(words[0], ":")] = v
		}
	}
	return fields, nil
}
