package clickhouse_test

import (
	"context"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Every type goes in through a batch and comes back through a query, unchanged.
func TestTypesRoundTrip(t *testing.T) {
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	at := day.Add(13*time.Hour + 7*time.Minute + 9*time.Second)
	f := func(name string, values any) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			for _, compression := range []string{"none", "lz4"} {
				roundTrip(t, compression, name, values)
			}
		})
	}
	f("UInt8", []uint8{0, 1, math.MaxUint8})
	f("UInt16", []uint16{0, 1, math.MaxUint16})
	f("UInt32", []uint32{0, 1, math.MaxUint32})
	f("UInt64", []uint64{0, 1, math.MaxUint64})
	f("Int8", []int8{math.MinInt8, 0, math.MaxInt8})
	f("Int16", []int16{math.MinInt16, 0, math.MaxInt16})
	f("Int32", []int32{math.MinInt32, 0, math.MaxInt32})
	f("Int64", []int64{math.MinInt64, 0, math.MaxInt64})
	f("Float32", []float32{-1.5, 0, math.MaxFloat32})
	f("Float64", []float64{-1.5, 0, math.Inf(1)})
	f("Bool", []bool{true, false, true})
	f("String", []string{"", "till № 1", "\x00\xff\n\t'`"})
	f("LowCardinality(String)", []string{"", "a", "a"})
	f("FixedString(2)", []string{"ab", "cd"})
	f("Date", []time.Time{day, time.Unix(0, 0).UTC()})
	f("DateTime('UTC')", []time.Time{at})
	f("DateTime64(3, 'UTC')", []time.Time{at.Add(7 * time.Millisecond)})
	f("DateTime64(6, 'UTC')", []time.Time{at.Add(7 * time.Microsecond)})
	f("Enum8('till' = 1, 'web, x' = -2)", []string{"till", "web, x"})
	f("UUID", []uuid.UUID{uuid.Nil, uuid.New()})
	f("Decimal(38, 2)", []decimal.Decimal{decimal.RequireFromString("-12345678901234567890.12")})
	f("Decimal(9, 4)", []decimal.Decimal{decimal.RequireFromString("1.2345")})
	one := int64(1)
	f("Nullable(Int64)", []*int64{nil, &one})
	word := "w"
	f("Nullable(String)", []*string{nil, &word})
	f("LowCardinality(Nullable(String))", []*string{nil, &word, &word})
	f("Array(Int32)", [][]int32{{}, {1, 2}, {3}})
	f("Array(Array(LowCardinality(String)))", [][][]string{{}, {{"a"}, {}, {"b", "a"}}})
	f("Array(LowCardinality(String))", [][]string{{}, {}})
	f("Map(String, Int64)", []map[string]int64{{}, {"a": 1, "b": 2}})
	f("Tuple(Int64, String)", [][]any{{int64(1), "x"}})
	f("SimpleAggregateFunction(sum, Int64)", []int64{1, 2})
	f("IPv4", []string{"127.0.0.1"})
}

func roundTrip(t *testing.T, compression, name string, values any) {
	t.Helper()
	ctx := context.Background()
	db := reopen(t, clickhouse.Config{Compression: compression})
	mustExec(t, db, "CREATE TABLE t (n Int64, v "+name+") ENGINE = MergeTree ORDER BY n")
	in := reflect.ValueOf(values)
	numbers := make([]int64, in.Len())
	for i := range numbers {
		numbers[i] = int64(i)
	}
	err := db.Insert(ctx, "t", []string{"n", "v"}, "", func(b *clickhouse.Batch) {
		b.Add(numbers)
		b.Add(values)
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(ctx, "SELECT v FROM t ORDER BY n", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	i := 0
	for ; rows.Next(); i++ {
		want := in.Index(i).Interface()
		got := reflect.New(in.Type().Elem())
		if err := rows.Scan(got.Interface()); err != nil {
			t.Fatal(err)
		}
		if !same(want, got.Elem().Interface()) {
			t.Errorf("%s: row %d: got %v, want %v", compression, i, got.Elem().Interface(), want)
		}
	}
	if err := rows.Err(); err != nil || i != in.Len() {
		t.Fatalf("%d rows of %d: %v", i, in.Len(), err)
	}
}

func same(a, b any) bool {
	if a, ok := a.(time.Time); ok {
		return a.Equal(b.(time.Time))
	}
	if a, ok := a.(decimal.Decimal); ok {
		return a.Equal(b.(decimal.Decimal))
	}
	return reflect.DeepEqual(a, b)
}

func TestAggregateStates(t *testing.T) {
	db := open(t)
	withTables(t, db)
	if err := makeSales(1000).insert(db, ""); err != nil {
		t.Fatal(err)
	}
	if n := mustCount(t, db, "SELECT uniqMerge(u) FROM rollup"); n != 1000 {
		t.Fatalf("%d buyers, want 1000", n)
	}
}
