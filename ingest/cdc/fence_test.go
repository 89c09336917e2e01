package cdc_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/cdc"
)

// process is a relay in a process of its own.
type process struct {
	cmd    *exec.Cmd
	states chan string
}

func (c *chain) process(t *testing.T) *process {
	t.Helper()
	p := &process{exec.Command(os.Args[0], serveRelay, c.dsn, c.brokers[0], c.slot),
		make(chan string, 1_000)}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	go func() {
		for in := bufio.NewScanner(out); in.Scan(); {
			p.states <- in.Text()
		}
		close(p.states)
	}()
	return p
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// await reads states until one has the words.
func (p *process) await(t *testing.T, words string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case s, open := <-p.states:
			if !open {
				t.Fatalf("the relay ended before it was %q", words)
			}
			t.Logf("the process is %s", s)
			if strings.Contains(s, words) {
				return
			}
		case <-deadline:
			t.Fatalf("the relay was never %q", words)
		}
	}
}

func TestSecondRelayTakesOverFromADeadOne(t *testing.T) {
	c := newChain(t)
	first := c.process(t)
	first.await(t, string(cdc.Streaming))
	cfg := c.config(t)
	cfg.WaitForSlot = 0 // the default
	second, _ := relay(t, cfg)
	eventually(t, "the second to wait", func() bool { return second.Stats().State == cdc.Waiting })
	conn := connect(t, c.dsn)
	over := c.trade(t, 1)
	in := c.consumer(t)
	in.await(t, 200)
	first.signal(t, syscall.SIGKILL)
	dead := time.Now()
	streaming(t, second)
	if took := time.Since(dead); took > 2*time.Second {
		t.Errorf("the second took over after %s, want at most 2 s", took)
	} else {
		t.Logf("the second took over after %s", took)
	}
	over()
	c.commit(t, conn, 1)
	in.await(t, int(c.written))
	in.exactlyOnce(t, c.written, false)
	if s := second.Stats(); s.Gaps != 0 {
		t.Errorf("taking over counts as a gap: %s", s.LastGap)
	}
}

// A relay that is stopped amid traffic loses the slot. When it wakes it still holds records that its
// successor has sent meanwhile, and a position that is older: neither may do harm.
func TestRelayThatSleptDoesNoHarm(t *testing.T) {
	c := newChain(t)
	sleeper := c.process(t)
	sleeper.await(t, string(cdc.Streaming))
	cfg := c.config(t)
	second, stop := relay(t, cfg)
	conn := connect(t, c.dsn)
	in := c.consumer(t)
	for round := range 3 {
		eventually(t, "the second to wait", func() bool { return second.Stats().State == cdc.Waiting })
		over := c.trade(t, 1)
		in.await(t, len(in.facts)+200)
		sleeper.signal(t, syscall.SIGSTOP)
		streaming(t, second)
		in.await(t, len(in.facts)+200)
		sleeper.signal(t, syscall.SIGCONT)
		sleeper.await(t, string(cdc.Waiting))
		over()
		c.commit(t, conn, 1)
		in.await(t, int(c.count()))
		in.exactlyOnce(t, c.count(), true)
		// What is remembered is the second's position, not the sleeper's.
		awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
		confirmed := second.Stats().Confirmed
		at, err := cfg.Memory.Load(t.Context(), c.slot)
		if err != nil || at.Confirmed < confirmed {
			t.Errorf("round %d: %+v is remembered (%v), want at least %x", round, at, err, confirmed)
		}
		stop()
		sleeper.await(t, string(cdc.Streaming)+", 1 gaps") // the first start alone
		c.commit(t, conn, 10)
		in.await(t, int(c.count()))
		second, stop = relay(t, cfg)
	}
	if n := second.Stats().Gaps; n != 0 {
		t.Errorf("%d gaps: %s", n, second.Stats().LastGap)
	}
	t.Logf("%d records were repeated", in.repeated())
}
