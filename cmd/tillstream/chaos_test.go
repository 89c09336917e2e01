package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The short crash campaign: every fault once, fifty kills, and books that agree to the fen after each. How
// long orders stand still is bounded loosely: other tests have the machine at the same time, and the bar is
// held by the bench.
func TestFiftyKillsLoseNothingAndRepeatNothing(t *testing.T) {
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "chaos", "--data", dir, "--json", "--log-level", "error")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ended := cmd.Run()
	var report struct {
		Seed       uint64
		Kills      int
		Orders     int64
		Lost       int64
		Duplicated int64
		Targets    map[string]struct {
			Kills int
			P99   float64 `json:"recovery_p99_ms"`
		}
		Skipped map[string]string
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	last := lines[len(lines)-1]
	if err := json.Unmarshal([]byte(last), &report); err != nil || ended != nil {
		t.Fatalf("the campaign ended with %v, %v\n%s\n%s", ended, err, tail(stdout.String()),
			tail(stderr.String()))
	}
	t.Logf("seed %d: %s", report.Seed, last)
	if report.Kills < 50 || report.Lost != 0 || report.Duplicated != 0 || report.Orders < 500 {
		t.Errorf("got %+v", report)
	}
	for _, name := range []string{"clickhouse", "ingest", "kafka", "oltp", "postgres", "stream"} {
		if to := report.Targets[name]; to.Kills < 4 || to.P99 > 15_000 {
			t.Errorf("%s was killed %d times, and orders stood still for %.0f ms", name, to.Kills, to.P99)
		}
	}
}
