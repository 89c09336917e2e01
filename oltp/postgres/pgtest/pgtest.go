// Package pgtest gives tests a real PostgreSQL: one server for each test binary, started when the first
// test asks, and a migrated database of its own for each test. Nothing of it is left when the binary
// ends, however it ends.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/local"
)

// server is the one of this test binary.
var server = sync.OnceValues(startServer)

// databases counts the databases handed out, to name them apart.
var databases atomic.Int64

// Start returns the address of a fresh migrated database, which is dropped when the test ends. The
// server writes a logical log and trades safety against power failure for speed.
func Start(t testing.TB) string {
	t.Helper()
	admin, err := server()
	if err != nil {
		t.Fatalf("cannot start PostgreSQL for tests: %v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := execute(admin, "CREATE DATABASE "+name+" TEMPLATE "+local.Database); err != nil {
		t.Fatalf("cannot make a test database: %v", err)
	}
	t.Cleanup(func() {
		drop := `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
			WHERE database = '` + name + `' AND active`
		slots := `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
			WHERE database = '` + name + `'`
		for _, sql := range []string{drop, slots, "DROP DATABASE " + name + " WITH (FORCE)"} {
			if err := execute(admin, sql); err != nil {
				t.Logf("cannot drop the test database: %v", err)
			}
		}
	})
	u, _ := url.Parse(admin)
	u.Path = name
	return u.String()
}

// execute runs one statement from the database "postgres", since the template must have no sessions.
func execute(admin, sql string) error {
	ctx := context.Background()
	u, err := url.Parse(admin)
	if err != nil {
		return err
	}
	u.Path = "postgres"
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func startServer() (string, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "tillstream-pgtest-")
	if err != nil {
		return "", err
	}
	s, err := local.Start(ctx, local.Config{Dir: filepath.Join(dir, "data"), Settings: map[string]string{
		"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "512MB",
		"max_connections": "200", "max_replication_slots": "50", "max_wal_senders": "50",
	}})
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	if err := leaveJanitor(dir, s.PID()); err != nil {
		s.Kill()
		os.RemoveAll(dir)
		return "", err
	}
	return s.DSN(), postgres.Migrate(ctx, s.DSN())
}

// leaveJanitor starts a shell that waits for this process to end, whether in good order or not: the
// pipe that it reads from closes then. The server, which gets a signal at the same moment, must be gone
// before its folder is removed.
func leaveJanitor(dir string, pid int) error {
	const script = `cat; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"`
	// The writing end is a bare descriptor, so that no finalizer closes it.
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", script, "sh", strconv.Itoa(pid), dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stdin := os.NewFile(uintptr(pipe[0]), "alive")
	defer stdin.Close()
	cmd.Stdin = stdin
	return cmd.Start()
}
