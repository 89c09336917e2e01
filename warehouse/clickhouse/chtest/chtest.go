// Package chtest gives tests a ClickHouse: one local engine per test binary, or the server that the
// environment variable TILLSTREAM_CLICKHOUSE names. In: a test. Out: the URL of an empty database that
// is the test's own and goes away with it.
//
// The engine is the test binary run again, so a package that uses Start needs
//
//	func TestMain(m *testing.M) { chtest.Main(m) }
package chtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

// Variable names the environment variable with the URL of a ClickHouse server to test against, such as
// http://user:password@host:8123.
const Variable = "TILLSTREAM_CLICKHOUSE"

// engineVariable tells a test binary that it is to be the engine.
const engineVariable = "TILLSTREAM_CHTEST_ENGINE"

// folderVariable tells the tests' process where the engine of this run lives.
const folderVariable = "TILLSTREAM_CHTEST_DIR"

// engineFolder is the engine's folder within that of the run.
const engineFolder = "engine"

// Main runs the tests of a package, or the engine if this process was started as one. It does not return.
func Main(m *testing.M) {
	if os.Getenv(engineVariable) != "" {
		os.Exit(serve())
	}
	dir, err := os.MkdirTemp("", "chtest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot make a folder for the ClickHouse engine:", err)
		os.Exit(1)
	}
	if err := os.Setenv(folderVariable, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if _, err := os.Stat(filepath.Join(dir, engineFolder)); err == nil {
		// It was started, so this does not start it.
		if server, err := engine(); err == nil {
			code = max(code, end(server, dir))
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "cannot remove the ClickHouse engine's folder:", err)
	}
	os.Exit(code)
}

// end kills the engine; one that had died by itself fails the run and its last words are shown.
func end(server *local.Server, dir string) int {
	select {
	case <-server.Done():
		words, err := os.ReadFile(filepath.Join(dir, engineFolder, "clickhouse.log"))
		fmt.Fprintf(os.Stderr, "the ClickHouse engine died: %v\n%s\n%v\n", server.Err(), words, err)
		return 1
	default:
		server.Kill()
		return 0
	}
}

// serve is the engine's process: the flags are those that local.Start passes.
func serve() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	cfg := local.ServeConfig{Password: os.Getenv(local.PasswordVariable),
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	for i := 1; i+1 < len(os.Args); i += 2 {
		switch os.Args[i] {
		case "--dir":
			cfg.Dir = os.Args[i+1]
		case "--listen":
			cfg.Listen = os.Args[i+1]
		}
	}
	if err := local.Serve(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Exe is the command line that runs this test binary as the engine, and the environment it needs: for
// tests that start an engine of their own.
func Exe() (exe, env []string, err error) {
	path, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("cannot find the test binary: %w", err)
	}
	return []string{path}, []string{engineVariable + "=1"}, nil
}

// Start returns the URL of a fresh database: http://host:port/name. Where the engine is not installed
// the test is skipped, unless CI is set.
func Start(t testing.TB) string {
	t.Helper()
	base, err := server()
	if missing := (*child.MissingEngine)(nil); errors.As(err, &missing) {
		absent.Skip(t, "no ClickHouse: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + hex.EncodeToString(random(t))
	if err := exec(base, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := exec(base, "DROP DATABASE IF EXISTS "+name); err != nil {
			t.Error(err)
		}
	})
	fresh := *base
	fresh.Path = "/" + name
	return fresh.String()
}

func random(t testing.TB) []byte {
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func server() (*url.URL, error) {
	address := os.Getenv(Variable)
	if address == "" {
		s, err := engine()
		if err != nil {
			return nil, err
		}
		address = s.URL()
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("cannot read %s=%q as a URL: %w", Variable, address, err)
	}
	return u, nil
}

// engine starts the engine of this test binary once.
var engine = sync.OnceValues(func() (*local.Server, error) {
	dir := os.Getenv(folderVariable)
	if dir == "" {
		return nil, errors.New("the package's TestMain does not call chtest.Main")
	}
	exe, env, err := Exe()
	if err != nil {
		return nil, err
	}
	return local.Start(context.Background(), local.Config{Dir: filepath.Join(dir, engineFolder), Exe: exe,
		Env: env})
})

func exec(base *url.URL, query string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base.String(), strings.NewReader(query))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("cannot run %q: %w", query, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("cannot run %q: status %d: %s: %w", query, resp.StatusCode, body, err)
	}
	return nil
}
