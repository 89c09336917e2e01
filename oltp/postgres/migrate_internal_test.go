package postgres

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/postgres/local"
)

func emptyDatabase(t *testing.T) string {
	t.Helper()
	server, err := local.Start(t.Context(), local.Config{Dir: t.TempDir(),
		Settings: map[string]string{"fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	return server.DSN()
}

func files(texts ...string) fstest.MapFS {
	fs := fstest.MapFS{}
	for i, text := range texts {
		name := "migrations/00" + string(rune('1'+i)) + "_step.sql"
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func TestMigrate(t *testing.T) {
	dsn := emptyDatabase(t)
	one, two := "CREATE TABLE one (n int);", "CREATE TABLE two (n int); INSERT INTO two VALUES (2);"
	f := func(name, want string, texts ...string) {
		t.Helper()
		err := migrate(t.Context(), dsn, files(texts...))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q in it", name, err, want)
		}
	}
	f("first", "", one)
	f("again", "", one)
	f("a mistake", "002_step.sql", one, "INSERT INTO one VALUES (1); CREATE TABLE one (n int);")
	f("the mistake mended", "", one, two)
	f("an edited file", "001_step.sql was edited", one+" ", two)
	f("an old program", "002_step.sql", one)

	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var left int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM one").Scan(&left); err != nil || left != 0 {
		t.Errorf("a failed migration left %d rows, %v", left, err)
	}
	var edited *EditedMigration
	if err := migrate(t.Context(), dsn, files(one+" ", two)); !errors.As(err, &edited) {
		t.Errorf("got %v, want *EditedMigration", err)
	}
	_, _ = conn.Exec(t.Context(), "DROP TABLE one, two, schema_migration")
	testConcurrent(t, dsn)
}

func testConcurrent(t *testing.T, dsn string) {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := Migrate(t.Context(), dsn); err != nil {
				t.Errorf("together with others: %v", err)
			}
		})
	}
	group.Wait()
}

// TestDatabasesOfOneServerMigrateTogether makes the same roles from several databases at once.
func TestDatabasesOfOneServerMigrateTogether(t *testing.T) {
	dsn := emptyDatabase(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var group sync.WaitGroup
	for _, name := range []string{"north", "south", "east", "west"} {
		if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			if err := Migrate(t.Context(), strings.TrimSuffix(dsn, local.Database)+name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	group.Wait()
}

// TestOwnerNeedNotBeSuperuser migrates and opens as a login that may make roles and nothing more.
func TestOwnerNeedNotBeSuperuser(t *testing.T) {
	dsn := emptyDatabase(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{"CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper'",
		"CREATE DATABASE kept OWNER keeper"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User, u.Path = url.UserPassword("keeper", "keeper"), "kept"
	if err := Migrate(t.Context(), u.String()); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), Config{DSN: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	owner, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), "INSERT INTO stock VALUES (1, 1, 1, 1, 0)")
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("the owner is above its own policies: %v", err)
	}
}
