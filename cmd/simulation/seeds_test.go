//go:build synctests

package simulation_test

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The variables that say what to simulate: how many seeds, one seed to replay, and, between this binary
// and the children that it starts, from which seed on, every how many, up to which.
const (
	seedsVariable = "TILLSTREAM_SEEDS"
	seedVariable  = "TILLSTREAM_SEED"
	shareVariable = "TILLSTREAM_SEEDS_SHARE"
)

// TestSimulation runs the seeds from 1 on: in as many processes as there are processors, each on one of
// them, so that as little as can be depends on chance that the seed does not hold.
func TestSimulation(t *testing.T) {
	if text := os.Getenv(seedVariable); text != "" {
		replay(t, text)
		return
	}
	if text := os.Getenv(shareVariable); text != "" {
		share(t, text)
		return
	}
	n := seeds
	if text := os.Getenv(seedsVariable); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("%s is %q, want a positive number", seedsVariable, text)
		}
	}
	var children sync.WaitGroup
	every := runtime.NumCPU()
	for first := range every {
		children.Go(func() { child(t, fmt.Sprintf("%d %d %d", first+1, every, n)) })
	}
	children.Wait()
	if !t.Failed() {
		t.Logf("%d seeds: the stream's result is that of the batch recomputation", n)
	}
}

// child runs a share of the seeds in a process of its own.
func child(t *testing.T, share string) {
	limit := time.Duration(0)
	if deadline, ok := t.Deadline(); ok {
		// Soon enough to say at which seed it hangs.
		limit = max(time.Second, time.Until(deadline)-20*time.Second)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSimulation$",
		"-test.timeout="+limit.String())
	command.Env = append(os.Environ(), shareVariable+"="+share, "GOMAXPROCS=1", "GOGC=400")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("a share of the simulation failed with %v:\n%s", err, clip(out))
	}
}

// clip keeps the start of a long output, where the first failure stands, and its end.
func clip(out []byte) string {
	const most = 8 << 10
	if len(out) <= 2*most {
		return string(out)
	}
	return string(out[:most]) + "\n...\n" + string(out[len(out)-most:])
}

// share runs its part of the seeds and stops at the first that fails.
func share(t *testing.T, text string) {
	var first, every, last uint64
	if _, err := fmt.Sscan(text, &first, &every, &last); err != nil || every == 0 {
		t.Fatalf("%s is %q, want three numbers: %v", shareVariable, text, err)
	}
	for seed := first; seed <= last && !t.Failed(); seed += every {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			simulate(t, seed, slog.New(slog.DiscardHandler))
		})
	}
}

// replay runs one seed and tells all that engines and clients say.
func replay(t *testing.T, text string) {
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s is %q, want a number", seedVariable, text)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	log := new(strings.Builder)
	defer func() { t.Logf("what seed %d said:\n%s", seed, log) }()
	simulate(t, seed, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

// TestSeedsThatFoundFaults goes again through worlds in which something was wrong once.
func TestSeedsThatFoundFaults(t *testing.T) {
	if os.Getenv(shareVariable) != "" || os.Getenv(seedVariable) != "" {
		return
	}
	f := func(seed uint64) {
		t.Helper()
		for range 5 {
			simulate(t, seed, slog.New(slog.DiscardHandler))
		}
	}
	// An engine waited for ever for dead letters that no broker acknowledged.
	f(162)
	f(193)
	// An engine that was expelled and let in anew went on where it had been, and committed over what its
	// successor had.
	f(429)
}
