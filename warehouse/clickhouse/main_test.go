package clickhouse_test

import (
	"context"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
)

func TestMain(m *testing.M) { chtest.Main(m) }

func open(t testing.TB) *clickhouse.DB {
	t.Helper()
	return reopen(t, clickhouse.Config{})
}

func openWith(t testing.TB, cfg clickhouse.Config) *clickhouse.DB {
	t.Helper()
	db, err := clickhouse.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func mustExec(t testing.TB, db *clickhouse.DB, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if err := db.Exec(context.Background(), sql, nil); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func mustCount(t testing.TB, db *clickhouse.DB, sql string) uint64 {
	t.Helper()
	var n uint64
	if ok, err := db.Row(context.Background(), sql, nil, &n); err != nil || !ok {
		t.Fatalf("%s: %v, %v", sql, ok, err)
	}
	return n
}

// reopen opens a fresh database with settings other than the default ones.
func reopen(t testing.TB, cfg clickhouse.Config) *clickhouse.DB {
	t.Helper()
	cfg.URL = address(t)
	return openWith(t, cfg)
}

func address(t testing.TB) string {
	t.Helper()
	return chtest.Start(t)
}
