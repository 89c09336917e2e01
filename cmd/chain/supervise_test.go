package chain

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
)

func sleeper(t *testing.T, name string) ward {
	return ward{name: name, start: func(ctx context.Context) (process, error) {
		return child.Start(ctx, child.Spec{Name: name, Cmd: exec.Command("sleep", "600"),
			LogFile: filepath.Join(t.TempDir(), name+".log")})
	}}
}

// await polls until the condition holds; a real process has no other way to tell that it is there.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("%s did not happen within 20 s", what)
		case <-tick.C:
		}
	}
}

func TestSupervisorRestartsWhatDies(t *testing.T) {
	s := &supervisor{log: slog.New(slog.DiscardHandler), changed: func() {}}
	for _, name := range []string{"first", "second"} {
		if err := s.add(t.Context(), sleeper(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := s.pids()
	for range 3 {
		victim := s.pids()["first"]
		if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		await(t, "the restart", func() bool { return s.pids()["first"] != victim })
	}
	if s.pids()["second"] != before["second"] {
		t.Error("the neighbour was restarted too")
	}
	after := s.pids()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	for name, pid := range after {
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
			t.Errorf("%s still runs after the stop: %v", name, err)
		}
	}
}

func TestSupervisorStopsInReverseOrder(t *testing.T) {
	var mu sync.Mutex
	var order []string
	s := &supervisor{log: slog.New(slog.DiscardHandler), changed: func() {}}
	for _, name := range []string{"postgres", "orders", "console"} {
		inner := sleeper(t, name)
		w := ward{name: name, start: func(ctx context.Context) (process, error) {
			p, err := inner.start(ctx)
			return &noted{process: p, stopped: func() {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
			}}, err
		}}
		if err := s.add(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if len(order) != 3 || order[0] != "console" || order[2] != "postgres" {
		t.Errorf("stopped in the order %v", order)
	}
}

type noted struct {
	process
	stopped func()
}

func (n *noted) Stop(ctx context.Context) error {
	n.stopped()
	return n.process.Stop(ctx)
}

func TestAProgramThatNeverStartsIsReportedWithItsLog(t *testing.T) {
	log := filepath.Join(t.TempDir(), "broken.log")
	_, err := child.Start(t.Context(), child.Spec{Name: "broken", LogFile: log,
		Cmd:   exec.Command("sh", "-c", "echo the disk is on fire; exit 3"),
		Ready: func(context.Context) error { return syscall.ECONNREFUSED }})
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte("the disk is on fire")) {
		t.Errorf("got %v", err)
	}
}

// A command that names no folder finds the chain that runs, and nothing that has stopped.
func TestLocateFindsTheChainThatRuns(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	if got := Locate(); got != DefaultState() {
		t.Errorf("without any chain: %s", got)
	}
	elsewhere := State(t.TempDir())
	if err := elsewhere.Announce(); err != nil {
		t.Fatal(err)
	}
	if got := Locate(); got != DefaultState() {
		t.Errorf("a chain that does not run was found: %s", got)
	}
	if err := elsewhere.Publish(Addresses{PID: os.Getpid(), Ready: true}); err != nil {
		t.Fatal(err)
	}
	if got := Locate(); got != elsewhere {
		t.Errorf("found %s, want %s", got, elsewhere)
	}
}

func TestStateRefusesWhatItCannotUse(t *testing.T) {
	s := State(t.TempDir())
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"log", "kafka", "clickhouse"} {
		if info, err := os.Stat(s.Path(name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v, %v", name, info, err)
		}
	}
	release, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lock(); err == nil {
		t.Error("two demos share one folder")
	}
	release()
	again, err := s.Lock()
	if err != nil {
		t.Fatalf("the lock outlives its holder: %v", err)
	}
	again()
	if err := State("/dev/null/x").Prepare(); err == nil {
		t.Error("a folder below a file was accepted")
	}
	if _, err := s.Running(); err == nil {
		t.Error("a chain runs where none was started")
	}
	f := func(a Addresses, says string) {
		t.Helper()
		if err := s.Publish(a); err != nil {
			t.Fatal(err)
		}
		switch _, err := s.Running(); {
		case says == "" && err != nil:
			t.Errorf("%+v: %v", a, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%+v: got %v, want an error with %q", a, err, says)
		}
	}
	f(Addresses{PID: os.Getpid()}, "still starting")
	f(Addresses{PID: os.Getpid(), Ready: true}, "")
	f(Addresses{PID: 1<<22 + 1, Ready: true}, "has stopped")
}

func TestWhatIsHeldStaysDownUntilItIsReleased(t *testing.T) {
	s := &supervisor{log: slog.New(slog.DiscardHandler), changed: func() {}}
	if err := s.add(t.Context(), sleeper(t, "broker")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.hold("nobody"); err == nil {
		t.Error("nobody is held")
	}
	release, err := s.hold("broker")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.hold("broker"); err == nil {
		t.Error("the broker is held twice")
	}
	victim := s.pids()["broker"]
	if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, "the death", func() bool { return syscall.Kill(victim, 0) == syscall.ESRCH })
	select {
	case <-time.After(4 * restartFirst):
	case <-t.Context().Done():
	}
	if now := s.pids()["broker"]; now != victim {
		t.Errorf("process %d was started while the broker was held", now)
	}
	release()
	await(t, "the restart", func() bool { return s.pids()["broker"] != victim })
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
}
