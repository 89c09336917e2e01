package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The names within the data folder.
const (
	clusterFolder = "cluster"
	passwordFile  = "password"
	portFile      = "port"
)

// User is the server's owner, Database the database that Start makes.
const (
	User     = "tillstream"
	Database = "tillstream"
)

// prepare makes the folder and, the first time, the database cluster in it. It builds the cluster aside
// and renames it, so that a crash in between leaves nothing half made.
func prepare(ctx context.Context, dir string, bin binaries, acc account) error {
	cluster := filepath.Join(dir, clusterFolder)
	kept, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	if err == nil {
		return checkVersion(cluster, strings.TrimSpace(string(kept)), bin)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot read the database in %s: %w", cluster, err)
	}
	if err := keepPassword(dir, acc); err != nil {
		return err
	}
	fresh := cluster + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("cannot clear %s: %w", fresh, err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("cannot make the database folder: %w", err)
	}
	if err := acc.own(fresh); err != nil {
		return err
	}
	if err := initdb(ctx, fresh, filepath.Join(dir, passwordFile), bin, acc); err != nil {
		return err
	}
	if err := os.Rename(fresh, cluster); err != nil {
		return fmt.Errorf("cannot put the new database in its place: %w", err)
	}
	return nil
}

func checkVersion(cluster, kept string, bin binaries) error {
	if kept != strconv.Itoa(bin.major) {
		return fmt.Errorf("the database in %s was made by PostgreSQL %s, but %s is %d: use that version, "+
			"or move the folder away to begin anew", cluster, kept, bin.dir, bin.major)
	}
	return nil
}

func keepPassword(dir string, acc account) error {
	path := filepath.Join(dir, passwordFile)
	if _, err := os.Stat(path); err == nil {
		return acc.own(path)
	}
	if err := os.WriteFile(path, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("cannot keep the database password: %w", err)
	}
	return acc.own(path)
}

func initdb(ctx context.Context, cluster, pwfile string, bin binaries, acc account) error {
	// All writers stop for some 40 ms where one segment of the log ends and the next begins. At the peak
	// that is three times a second with segments of 16 MiB, which is what one order in a hundred then
	// waits.
	cmd := acc.command(ctx, bin.path("initdb"), "--pgdata", cluster, "--username", User,
		"--pwfile", pwfile, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale",
		"--data-checksums", "--wal-segsize", "64")
	if out, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("cannot make a database in %s: %w\n  %s", cluster, err,
			strings.Join(lines[max(0, len(lines)-6):], "\n  "))
	}
	return nil
}

// environment leaves out every PG variable of the caller, which would steer the server elsewhere.
func environment() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") &&
			!strings.HasPrefix(kv, "LANG") {
			env = append(env, kv)
		}
	}
	return append(env, "LC_ALL=C")
}
