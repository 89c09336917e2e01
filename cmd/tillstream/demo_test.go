package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/child/absent"
)

// binary builds the program once for all tests of this package, or takes the one that `make build` made.
var binary = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("TILLSTREAM_BIN"); bin != "" {
		return bin, nil
	}
	bin := filepath.Join(os.TempDir(), fmt.Sprintf("tillstream-test-%d", os.Getpid()))
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("cannot build the program: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := binary(); err == nil && os.Getenv("TILLSTREAM_BIN") == "" {
		os.Remove(bin)
	}
	os.Exit(code)
}

// demo is a chain that `tillstream demo` runs in a folder of the test.
type demo struct {
	t     testing.TB
	state string
	args  []string
	cmd   *exec.Cmd
	out   *bytes.Buffer
	at    addresses
	ended chan struct{}
}

type addresses struct {
	Console, Edge, Gateway, Orders, Stream string
	Postgres, Kafka, ClickHouse            string
	Ready                                  bool
	PID                                    int
	Processes                              map[string]int
}

func startDemo(t testing.TB, args ...string) *demo {
	t.Helper()
	d := &demo{t: t, state: t.TempDir(), args: args}
	if err := os.Chmod(d.state, 0o755); err != nil {
		t.Fatal(err)
	}
	d.start()
	t.Cleanup(d.stop)
	return d
}

func (d *demo) start() {
	d.t.Helper()
	bin, err := binary()
	if err != nil {
		d.t.Fatal(err)
	}
	args := append([]string{"demo", "--data", d.state, "--listen", "127.0.0.1:0", "--edge",
		"127.0.0.1:0", "--no-open"}, d.args...)
	d.cmd, d.out = exec.Command(bin, args...), new(bytes.Buffer)
	// The default folder of whoever runs the tests stays as it is.
	d.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+d.state)
	d.cmd.Stdout, d.cmd.Stderr = d.out, d.out
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.ended = make(chan struct{})
	go func() {
		_ = d.cmd.Wait()
		close(d.ended)
	}()
	await(d.t, 2*time.Minute, "the chain to come up", func() error {
		select {
		case <-d.ended:
			d.t.Fatalf("the demo ended by itself:\n%s", d.out)
		default:
		}
		return d.refresh()
	})
}

// refresh reads where the chain is and fails until it is ready.
func (d *demo) refresh() error {
	text, err := os.ReadFile(filepath.Join(d.state, "chain.json"))
	if err != nil {
		return err
	}
	var at addresses
	if err := json.Unmarshal(text, &at); err != nil {
		return err
	}
	if !at.Ready {
		return fmt.Errorf("not ready yet")
	}
	d.at = at
	return nil
}

func (d *demo) stop() {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.ended:
	case <-time.After(time.Minute):
		_ = d.cmd.Process.Kill()
		d.t.Error("the demo did not stop within a minute")
	}
	if d.t.Failed() {
		d.t.Logf("the demo said:\n%s", d.out)
		d.logs()
	}
}

// logs shows the end of each process's log.
func (d *demo) logs() {
	files, _ := filepath.Glob(filepath.Join(d.state, "log", "*.log"))
	for _, f := range files {
		text, _ := os.ReadFile(f)
		if len(text) > 0 {
			d.t.Logf("%s ends:\n%s", filepath.Base(f), text[max(0, len(text)-1500):])
		}
	}
}

// run runs a command of the program against the chain and returns what it printed.
func (d *demo) run(args ...string) string {
	d.t.Helper()
	out, err := d.try(args...)
	if err != nil {
		d.t.Fatalf("tillstream %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (d *demo) try(args ...string) (string, error) {
	bin, err := binary()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, append(args, "--data", d.state)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%w: %s", err, tail(stderr.String()))
	}
	return stdout.String(), nil
}

// rows asks for KPIs and returns the rows with numbers as they were printed.
func (d *demo) rows(args ...string) []map[string]json.RawMessage {
	d.t.Helper()
	var rows []map[string]json.RawMessage
	out := d.run(append([]string{"kpi", "--output", "json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		d.t.Fatalf("the answer is no JSON array: %v\n%s", err, out)
	}
	return rows
}

// call sends a request to the console and returns status and body.
func (d *demo) call(method, path, token, key, body string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.at.Console+path,
		strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(answer)
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

// await polls until the condition holds: real processes have no other way to tell.
func await(t testing.TB, within time.Duration, what string, holds func() error) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := holds()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("waited %s for %s: %v", within, what, err)
		case <-tick.C:
		}
	}
}

// dataSet returns the folder of a public data set, or skips the test loudly where it is absent.
func dataSet(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("TILLSTREAM_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		absent.Skip(t, "the data set %s is not at %s; set TILLSTREAM_DATA to its parent", name, dir)
	}
	return dir
}
