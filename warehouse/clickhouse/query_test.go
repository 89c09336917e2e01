package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

func TestParams(t *testing.T) {
	db, ctx := open(t), context.Background()
	f := func(expr, value, want string) {
		t.Helper()
		var got string
		sql := "SELECT toString(" + expr + ") FROM numbers(1)"
		_, err := db.Row(ctx, sql, clickhouse.Params{"v": value}, &got)
		if err != nil || got != want {
			t.Errorf("%s with %q: got %q, %v; want %q", expr, value, got, err, want)
		}
	}
	f("{v:Int64}", "-7", "-7")
	f("{v:UInt64}", "18446744073709551615", "18446744073709551615")
	f("{v:Float64}", "1.5", "1.5")
	f("{v:Date}", "2026-11-24", "2026-11-24")
	f("{v:DateTime64(3, 'UTC')}", "2026-11-24 01:02:03.004", "2026-11-24 01:02:03.004")
	f("{v:Bool}", "true", "true")
	f("{v:String}", clickhouse.Text("it's \\ a\ttest\nof \"text\" ü"), "it's \\ a\ttest\nof \"text\" ü")
	f("{v:Nullable(String)}", clickhouse.Text(`\N`), `\N`)
	f("{v:Array(Int32)}", clickhouse.List([]int32{1, -2}), "[1,-2]")
	f("{v:Array(Int32)}", clickhouse.List([]int32(nil)), "[]")
	hard := []string{"a'b", `c\d`, "1", "", "e\tf\ng"}
	f("arrayStringConcat({v:Array(String)}, '|')", clickhouse.List(hard), strings.Join(hard, "|"))
	type code string
	f("arrayStringConcat({v:Array(String)}, '|')", clickhouse.List([]code{"1", "x'"}), "1|x'")
	f("{v:Identifier}", "number", "0")
}

func TestErrorsAreTyped(t *testing.T) {
	db, ctx := open(t), context.Background()
	var refused *clickhouse.Rejected
	if err := db.Exec(ctx, "SELECT * FROM absent", nil); !errors.As(err, &refused) || refused.Code != 60 ||
		refused.Name != "UNKNOWN_TABLE" {
		t.Errorf("unknown table: %#v", err)
	}
	rows, err := db.Query(ctx, "SELECT throwIf(number = 900000) FROM numbers(1000000)", nil)
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if !errors.As(err, &refused) || refused.Code != 395 {
		t.Errorf("an error behind the first rows: %v", err)
	}
	_, err = clickhouse.Open(ctx, clickhouse.Config{URL: "http://127.0.0.1:1/x", DialTimeout: time.Second})
	if !errors.Is(err, clickhouse.ErrUnavailable) {
		t.Errorf("nobody there: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	err = db.Exec(short, "SELECT sleepEachRow(1) FROM numbers(3) "+
		"SETTINGS function_sleep_max_microseconds_per_block = 10000000", nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timeout: %v", err)
	}
}

// A query whose client leaves is ended.
func TestCancelEndsTheQuery(t *testing.T) {
	db := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- db.Exec(ctx, "SELECT sum(sipHash64(number)) FROM numbers(1000000000000) "+
			"SETTINGS log_comment = 'endless'", nil)
	}()
	running := func() uint64 {
		return mustCount(t, db, "SELECT count() FROM system.processes "+
			"WHERE query LIKE '%endless%' AND query NOT LIKE '%processes%'")
	}
	await(t, "the query to run", func() bool { return running() == 1 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	await(t, "the query to end", func() bool { return running() == 0 })
}

func await(t *testing.T, what string, f func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

func TestArrow(t *testing.T) {
	db, ctx := open(t), context.Background()
	var rows, sum int64
	batches := 0
	err := db.Arrow(ctx, "SELECT toInt64(number) AS n, toString(number) AS s, toDate(number % 10) AS d, "+
		"number / 2 AS f, CAST(s, 'LowCardinality(String)') AS l FROM numbers({n:UInt64})",
		clickhouse.Params{"n": "200000"}, func(r arrow.Record) error {
			batches++
			rows += r.NumRows()
			for i, v := range r.Column(0).(*array.Int64).Int64Values() {
				sum += v
				if i == 0 && r.Column(1).(*array.String).Value(0) != fmt.Sprint(v) {
					return fmt.Errorf("text %q beside number %d", r.Column(1).(*array.String).Value(0), v)
				}
			}
			return nil
		})
	if err != nil || rows != 200_000 || sum != 200_000*199_999/2 {
		t.Fatalf("%d rows in %d batches, sum %d: %v", rows, batches, sum, err)
	}
	if err := db.Arrow(ctx, "SELECT 1 AS n WHERE 0", nil, func(r arrow.Record) error {
		if r.NumRows() > 0 {
			t.Errorf("no rows gave %v", r)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	stop := errors.New("enough")
	if err := db.Arrow(ctx, "SELECT number FROM numbers(1000000)", nil,
		func(arrow.Record) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	var refused *clickhouse.Rejected
	err = db.Arrow(ctx, "SELECT throwIf(number = 900000) FROM numbers(1000000)", nil,
		func(arrow.Record) error { return nil })
	if !errors.As(err, &refused) || refused.Code != 395 {
		t.Errorf("an error behind the first batches: %v", err)
	}
}

func TestFormat(t *testing.T) {
	db, ctx := open(t), context.Background()
	stream, err := db.Format(ctx, "CSVWithNames", "SELECT number AS n FROM numbers(3)", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if b, err := io.ReadAll(stream); err != nil || string(b) != "\"n\"\n0\n1\n2\n" {
		t.Fatalf("%q, %v", b, err)
	}
}

func TestConcurrentQueries(t *testing.T) {
	db := reopen(t, clickhouse.Config{MaxConns: 16})
	withTables(t, db)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 5 {
				if err := makeSales(1000).insert(db, fmt.Sprint(i, "-", j)); err != nil {
					t.Error(err)
				}
				var n uint64
				_, err := db.Row(context.Background(), "SELECT sum(n) FROM rollup", nil, &n)
				if err != nil || n%1000 != 0 {
					t.Error(n, err)
				}
			}
		})
	}
	wg.Wait()
	if n := mustCount(t, db, "SELECT sum(n) FROM rollup"); n != 80_000 {
		t.Fatal(n)
	}
}

func TestEmptyResult(t *testing.T) {
	rows, err := open(t).Query(context.Background(), "SELECT 1 AS one WHERE 0", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() || rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	if got := rows.Columns(); len(got) > 0 && !slices.Equal(got, []string{"one"}) {
		t.Fatal(got)
	}
}
