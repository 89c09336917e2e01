package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

// A DB outlives a restart of ClickHouse: calls fail as unavailable meanwhile and succeed afterwards.
func TestRestartOfTheServer(t *testing.T) {
	if _, err := child.EnginePackage(local.Package); err != nil {
		absent.Skip(t, "%v", err)
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

// A kill at any moment of an insert leaves at most a part of it, and repeating it under the same token
// makes the fact and its rollup whole, and equal.
func TestKillWithinInserts(t *testing.T) {
	if _, err := child.EnginePackage(local.Package); err != nil {
		absent.Skip(t, "%v", err)
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
	defer func() { engine.Kill() }()
	db := openWith(t, clickhouse.Config{URL: engine.URL(), Database: "shop"})
	withTables(t, db)
	const rows, kills = 2000, 6
	v := makeSales(rows)
	inserted := uint64(0)
	for kill := range kills {
		var token string
		bang := time.AfterFunc(time.Duration(20+17*(kill%16))*time.Millisecond, engine.Kill)
		for err = nil; err == nil; {
			inserted++
			token = fmt.Sprint("batch-", inserted)
			err = v.insert(db, token)
		}
		bang.Stop()
		<-engine.Done()
		if !errors.Is(err, clickhouse.ErrUnavailable) {
			t.Fatalf("insert %s: %v", token, err)
		}
		if engine, err = local.Start(ctx, cfg); err != nil {
			t.Fatal(err)
		}
		if err := v.insert(db, token); err != nil {
			t.Fatalf("insert %s again: %v", token, err)
		}
		fact := mustCount(t, db, "SELECT count() FROM fact")
		rollup := mustCount(t, db, "SELECT sum(n) FROM rollup")
		if fact != inserted*rows || rollup != fact {
			t.Fatalf("after kill %d: fact %d, rollup %d, want %d", kill, fact, rollup, inserted*rows)
		}
	}
	t.Logf("%d inserts, %d kills", inserted, kills)
}
