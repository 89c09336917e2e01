package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

const factAndRollup = `CREATE TABLE fact (a Int64, s LowCardinality(String), d Date,
	at DateTime64(6, 'UTC'), ok Bool, net Int64) ENGINE = MergeTree ORDER BY a
	SETTINGS non_replicated_deduplication_window = 1000;
CREATE TABLE rollup (s LowCardinality(String), n SimpleAggregateFunction(sum, UInt64),
	net SimpleAggregateFunction(sum, Int64), u AggregateFunction(uniq, Int64))
	ENGINE = AggregatingMergeTree ORDER BY s SETTINGS non_replicated_deduplication_window = 1000;
CREATE MATERIALIZED VIEW fold TO rollup AS
	SELECT s, count() AS n, sum(net) AS net, uniqState(a) AS u FROM fact GROUP BY s`

// sales are rows of the table fact.
type sales struct {
	a   []int64
	s   []string
	d   []int32
	at  []int64
	ok  []bool
	net []int64
}

func makeSales(rows int) *sales {
	v := &sales{}
	for i := range rows {
		v.a = append(v.a, int64(i))
		v.s = append(v.s, fmt.Sprintf("store %d", i%30))
		v.d = append(v.d, int32(20_000+i%90))
		v.at = append(v.at, 1_764_000_000_000_000+int64(i)*1001)
		v.ok = append(v.ok, i%2 == 0)
		v.net = append(v.net, int64(i%1000))
	}
	return v
}

func (v *sales) insert(db *clickhouse.DB, token string) error {
	return db.Insert(context.Background(), "fact", []string{"a", "s", "d", "at", "ok", "net"}, token,
		func(b *clickhouse.Batch) {
			b.Add(v.a)
			b.Add(v.s)
			b.AddDays(v.d)
			b.AddMicros(v.at)
			b.Add(v.ok)
			b.Add(v.net)
		})
}

func withTables(t testing.TB, db *clickhouse.DB) {
	t.Helper()
	for _, sql := range strings.Split(factAndRollup, ";\n") {
		mustExec(t, db, sql)
	}
}

func TestInsertOncePerToken(t *testing.T) {
	for _, compression := range []string{"none", "lz4", "zstd"} {
		t.Run(compression, func(t *testing.T) { insertOncePerToken(t, compression) })
	}
}

func insertOncePerToken(t *testing.T, compression string) {
	db := reopen(t, clickhouse.Config{Compression: compression})
	withTables(t, db)
	v := makeSales(5000)
	expect := func(rows uint64) {
		t.Helper()
		if n := mustCount(t, db, "SELECT count() FROM fact"); n != rows {
			t.Errorf("fact has %d rows, want %d", n, rows)
		}
		if n := mustCount(t, db, "SELECT sum(n) FROM rollup"); n != rows {
			t.Errorf("rollup counts %d, want %d", n, rows)
		}
	}
	for range 3 {
		if err := v.insert(db, "p0-100"); err != nil {
			t.Fatal(err)
		}
	}
	expect(5000)
	if err := v.insert(db, "p0-200"); err != nil {
		t.Fatal(err)
	}
	expect(10_000)
	for range 2 {
		if err := v.insert(db, ""); err != nil {
			t.Fatal(err)
		}
	}
	expect(20_000)
	var a, at, net int64
	var s string
	var day uint16
	var yes bool
	ok, err := db.Row(context.Background(), "SELECT a, s, toUInt16(d), toUnixTimestamp64Micro(at), ok, net "+
		"FROM fact WHERE a = 1234 LIMIT 1", nil, &a, &s, &day, &at, &yes, &net)
	if err != nil || !ok || s != v.s[1234] || int32(day) != v.d[1234] || at != v.at[1234] || !yes ||
		net != v.net[1234] {
		t.Errorf("row 1234 came back as %d %q %d %d %v %d, %v", a, s, day, at, yes, net, err)
	}
}

// A view's target that missed a block gets it when the insert is repeated, and the others do not get it
// twice.
func TestInsertRefillsAView(t *testing.T) {
	db := open(t)
	withTables(t, db)
	v := makeSales(1000)
	mustExec(t, db, "DROP TABLE fold")
	if err := v.insert(db, "x"); err != nil {
		t.Fatal(err)
	}
	mustExec(t, db, "CREATE MATERIALIZED VIEW fold TO rollup AS SELECT s, count() AS n, sum(net) AS net, "+
		"uniqState(a) AS u FROM fact GROUP BY s")
	if err := v.insert(db, "x"); err != nil {
		t.Fatal(err)
	}
	fact := mustCount(t, db, "SELECT count() FROM fact")
	rollup := mustCount(t, db, "SELECT sum(n) FROM rollup")
	if fact != 1000 || rollup != 1000 {
		t.Fatalf("fact %d, rollup %d, want 1000 each", fact, rollup)
	}
}

func TestInsertAMillionRowsIsOneBlock(t *testing.T) {
	db := open(t)
	withTables(t, db)
	if err := makeSales(1_000_000).insert(db, "million"); err != nil {
		t.Fatal(err)
	}
	if n := mustCount(t, db, "SELECT sum(n) FROM rollup"); n != 1_000_000 {
		t.Fatal(n)
	}
	parts := mustCount(t, db, "SELECT countDistinct(name) FROM system.parts WHERE database = "+
		"currentDatabase() AND table = 'fact' AND level = 0")
	if parts != 1 {
		t.Fatalf("%d parts, want 1", parts)
	}
}

func TestInsertMistakes(t *testing.T) {
	db, ctx := open(t), context.Background()
	withTables(t, db)
	f := func(want string, columns []string, build func(*clickhouse.Batch)) {
		t.Helper()
		err := db.Insert(ctx, "fact", columns, "", build)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	f("no column nope", []string{"nope"}, func(*clickhouse.Batch) {})
	f("1 columns were named and 0 added", []string{"a"}, func(*clickhouse.Batch) {})
	f("cannot add the column a", []string{"a"}, func(b *clickhouse.Batch) { b.Add([]string{"x"}) })
	f("has 1 rows and those before it 2", []string{"a", "net"}, func(b *clickhouse.Batch) {
		b.Add([]int64{1, 2})
		b.Add([]int64{1})
	})
	err := db.Insert(ctx, "absent", []string{"a"}, "", func(*clickhouse.Batch) {})
	var refused *clickhouse.Rejected
	if !errors.As(err, &refused) || refused.Code != 60 {
		t.Errorf("absent table: %v", err)
	}
	none := func(b *clickhouse.Batch) { b.Add([]int64{}) }
	if err := db.Insert(ctx, "fact", []string{"a"}, "", none); err != nil {
		t.Errorf("no rows: %v", err)
	}
}

// A table that was altered is asked for its columns again.
func TestInsertAfterAlter(t *testing.T) {
	db := open(t)
	mustExec(t, db, "CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY tuple()")
	add := func(values any) error {
		return db.Insert(context.Background(), "t", []string{"a"}, "",
			func(b *clickhouse.Batch) { b.Add(values) })
	}
	if err := add([]int64{1}); err != nil {
		t.Fatal(err)
	}
	mustExec(t, db, "ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE t ADD COLUMN a String")
	if err := add([]string{"two"}); err == nil {
		t.Fatal("the first insert after the change cannot know of it")
	}
	if err := add([]string{"three"}); err != nil {
		t.Fatal(err)
	}
}
