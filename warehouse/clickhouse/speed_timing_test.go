package clickhouse_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// BenchmarkInsert writes batches of 100,000 rows to a table with one rollup view, each under a token.
func BenchmarkInsert(b *testing.B) {
	db := open(b)
	withTables(b, db)
	v := makeSales(100_000)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		if err := v.insert(db, fmt.Sprint("bench-", n)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*100_000/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkQuery asks for the sums of a small rollup.
func BenchmarkQuery(b *testing.B) {
	db := open(b)
	withTables(b, db)
	if err := makeSales(100_000).insert(db, "x"); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := mustCount(b, db, "SELECT sum(n) FROM rollup"); n != 100_000 {
			b.Fatal(n)
		}
	}
}

// BenchmarkPing asks for SELECT 1 by the client library.
func BenchmarkPing(b *testing.B) {
	db := open(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := db.Ping(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHTTPPing asks for /ping.
func BenchmarkHTTPPing(b *testing.B) {
	u, err := url.Parse(address(b))
	if err != nil {
		b.Fatal(err)
	}
	u.Path = "/ping"
	b.ReportAllocs()
	for b.Loop() {
		resp, err := http.Get(u.String())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
	}
}
