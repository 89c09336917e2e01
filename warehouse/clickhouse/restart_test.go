package clickhouse_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

// A DB outlives a restart of ClickHouse: calls fail as unavailable meanwhile and succeed afterwards.
func TestRestartOfTheServer(t *testing.T) {
	if _, err := child.EnginePackage(local.Package); err != nil && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED: %v", err)
	}
	exe, env, err := chtest.Exe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cfg := context.Background(), local.Config{Dir: t.TempDir(), Exe: exe, Env: env}
	engine, err := local.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := openWith(t, clickhouse.Config{URL: engine.URL(), Database: "shop", ConnWait: time.Second})
	withTables(t, db)
	v := makeSales(1000)
	if err := v.insert(db, "a"); err != nil {
		t.Fatal(err)
	}
	engine.Kill()
	if err := v.insert(db, "b"); !errors.Is(err, clickhouse.ErrUnavailable) {
		t.Errorf("while it is down: %v", err)
	}
	if engine, err = local.Start(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	defer engine.Kill()
	for _, token := range []string{"a", "b"} {
		if err := v.insert(db, token); err != nil {
			t.Errorf("after the restart: %v", err)
		}
	}
	// The memory of tokens survives the kill.
	if n := mustCount(t, db, "SELECT count() FROM fact"); n != 2000 {
		t.Errorf("fact has %d rows, want 2000", n)
	}
	if n := mustCount(t, db, "SELECT sum(n) FROM rollup"); n != 2000 {
		t.Errorf("rollup counts %d, want 2000", n)
	}
}

// A full house is unavailable, not an error of the caller's.
func TestConnWait(t *testing.T) {
	db := reopen(t, clickhouse.Config{MaxConns: 1, ConnWait: 100 * time.Millisecond})
	rows, err := db.Query(context.Background(), "SELECT number FROM numbers(10000000)", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if err := db.Ping(context.Background()); !errors.Is(err, clickhouse.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
