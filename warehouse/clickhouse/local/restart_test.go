package local_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

func startOwn(t *testing.T, dir string) (*local.Server, *server) {
	t.Helper()
	exe, env, err := chtest.Exe()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := local.Start(context.Background(), local.Config{Dir: dir, Exe: exe, Env: env,
		Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Kill)
	return engine, serverAt(t, engine.URL())
}

func skipWithoutEngine(t *testing.T) {
	t.Helper()
	onlyLocal(t)
	if _, err := child.EnginePackage(local.Package); err != nil {
		absent.Skip(t, "%v", err)
	}
}

// A kill at any moment loses nothing that was answered, and leaves nothing in the way.
func TestKillAndRestart(t *testing.T) {
	skipWithoutEngine(t)
	dir := t.TempDir()
	engine, s := startOwn(t, dir)
	secret := words{"password": "secret"}
	s.must(question{query: secret, body: "CREATE DATABASE shop"})
	s.must(question{query: secret, body: "CREATE TABLE shop.t (n Int64) ENGINE = MergeTree ORDER BY n"})
	for round := range 3 {
		for range 5 {
			s.must(question{query: secret, body: "INSERT INTO shop.t SELECT number FROM numbers(1000)"})
			s.must(question{query: secret, body: "INSERT INTO shop.t FORMAT CSV\n1\n"})
		}
		if err := os.WriteFile(filepath.Join(dir, "spool", "insert-left"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		address := engine.Address()
		engine.Kill()
		engine, s = startOwn(t, dir)
		if engine.Address() != address {
			t.Errorf("the address moved from %s to %s", address, engine.Address())
		}
		s.expect(question{query: secret, body: "SELECT count() FROM shop.t"},
			[]string{"5005\n", "10010\n", "15015\n"}[round])
		if _, err := os.Stat(filepath.Join(dir, "spool", "insert-left")); !os.IsNotExist(err) {
			t.Errorf("the rest of an insert is still there: %v", err)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, "spool"))
	if err != nil || len(left) > 0 {
		t.Errorf("the spool holds %v, %v", left, err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- engine.Stop(context.Background()) }()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestPassword(t *testing.T) {
	skipWithoutEngine(t)
	_, s := startOwn(t, t.TempDir())
	s.expect(question{body: "SELECT 1", query: words{"user": "default", "password": "secret"}}, "1\n")
	s.expect(question{body: "SELECT 1", headers: words{"X-ClickHouse-User": "default",
		"X-ClickHouse-Key": "secret"}}, "1\n")
	s.expect(question{body: "SELECT 1", headers: words{"Authorization": "Basic ZGVmYXVsdDpzZWNyZXQ="}}, "1\n")
	s.expectError(question{body: "SELECT 1"}, 403, "516", "default")
	s.expectError(question{body: "SELECT 1", query: words{"password": "wrong"}}, 403, "516", "default")
	s.expect(question{method: "GET", path: "ping"}, "Ok.\n")
}

// A folder belongs to one process at a time.
func TestSecondProcess(t *testing.T) {
	skipWithoutEngine(t)
	dir := t.TempDir()
	startOwn(t, dir)
	exe, env, err := chtest.Exe()
	if err != nil {
		t.Fatal(err)
	}
	second := exec.Command(exe[0], "--dir", dir, "--listen", "127.0.0.1:0")
	second.Env = append(os.Environ(), env...)
	var said bytes.Buffer
	second.Stderr = &said
	if err := second.Run(); err == nil || !strings.Contains(said.String(), dir) ||
		!strings.Contains(said.String(), "uses it already") {
		t.Fatalf("%v: %s", err, said.String())
	}
}

func TestPreconditions(t *testing.T) {
	onlyLocal(t)
	t.Setenv(child.EnginesVariable, t.TempDir())
	_, err := local.Start(context.Background(), local.Config{Dir: t.TempDir(), Exe: []string{"x"}})
	if err == nil || !strings.Contains(err.Error(), "make engines") {
		t.Errorf("no engine: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err = local.Serve(context.Background(), local.ServeConfig{Dir: filepath.Join(file, "x"), Listen: ":0"})
	if err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file as folder: %v", err)
	}
}
