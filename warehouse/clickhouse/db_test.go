package clickhouse_test

import (
	"context"
	"testing"
)

func TestOpenQuery(t *testing.T) {
	db, ctx := open(t), context.Background()
	if err := db.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	mustExec(t, db, "CREATE TABLE t (a Int64, s LowCardinality(String), d Date, at DateTime64(6, 'UTC')) "+
		"ENGINE = MergeTree ORDER BY a")
	if n := mustCount(t, db, "SELECT count() FROM t"); n != 0 {
		t.Fatal(n)
	}
}
