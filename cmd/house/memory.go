package house

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Resident reads what a process holds in memory, and the most that it ever held, in MB.
func Resident(pid int) (now, peak float64, err error) {
	fields, err := kilobytes(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	return fields["VmRSS"] / 1024, fields["VmHWM"] / 1024, err
}

// Shares sums the proportional memory of a process and all below it, in MB.
func Shares(pid int) (float64, error) {
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
		if below, err := Shares(child); err == nil { // else it has just ended
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
