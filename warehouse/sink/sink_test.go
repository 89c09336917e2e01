package sink

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/schema"
)

func TestMain(m *testing.M) { chtest.Main(m) }

func open(t *testing.T) *clickhouse.DB {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	return db
}

// batch fills every column of every table with seeded values.
func batch(seed uint64, rows int) *fact.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	b := &fact.Batch{ID: r.Uint64()}
	tables := reflect.ValueOf(b).Elem()
	for i := range tables.NumField() {
		if tables.Field(i).Kind() == reflect.Struct && tables.Type().Field(i).Name != "Range" {
			fill(r, tables.Field(i), rows)
		}
	}
	return b
}

func fill(r *rand.Rand, table reflect.Value, rows int) {
	for i := range table.NumField() {
		f, name := table.Field(i), table.Type().Field(i).Name
		if f.Kind() == reflect.Struct {
			fill(r, f, rows)
			continue
		}
		f.Set(reflect.MakeSlice(f.Type(), rows, rows))
		for row := range rows {
			set(r, f.Index(row), name, row)
		}
	}
}

func set(r *rand.Rand, v reflect.Value, name string, row int) {
	switch {
	case name == "Offset":
		v.SetUint(uint64(row))
	case name == "ID":
		v.SetInt(int64(row))
	case name == "Day" || name == "FirstDay" || name == "LastDay":
		v.SetInt(20_000 + r.Int64N(60))
	case slices.Contains([]string{"At", "Placed", "Committed", "Since", "First", "Last", "From",
		"Until"}, name) &&
		v.Kind() == reflect.Int64:
		v.SetInt(1_760_000_000_000_000 + r.Int64N(3e13))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		for i := range v.Len() {
			set(r, v.Index(i), "At", row)
		}
	case name == "Doc":
		v.SetUint(1 + r.Uint64N(2))
	case v.CanInt():
		v.SetInt(r.Int64N(30_000) - 1_000)
	case v.CanUint():
		v.SetUint(r.Uint64N(100))
	case v.CanFloat():
		v.SetFloat(float64(r.IntN(1_000)) / 8)
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case v.Kind() == reflect.String:
		v.SetString([]string{"", "瓶\t'\\\n", "a\x00b", "=1+1"}[r.IntN(4)])
	default:
		panic("no value for " + v.Type().String())
	}
}

func TestEveryColumnComesBackAsItWent(t *testing.T) {
	db, b := open(t), batch(1, 300)
	if err := New(db).Write(t.Context(), "a", b); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables(b) {
		got := read(t, db, table)
		for j, c := range table.columns {
			for i, want := range texts(c.values) {
				if got[i][j] != want {
					t.Fatalf("%s.%s row %d is %q, want %q", table.name, c.name, i, got[i][j], want)
				}
			}
		}
	}
}

// read returns the rows of a table as texts.
func read(t *testing.T, db *clickhouse.DB, table table) [][]string {
	t.Helper()
	var names []string
	for _, c := range table.columns {
		names = append(names, "toString("+c.name+")")
	}
	rows, err := db.Query(t.Context(),
		"SELECT ["+strings.Join(names, ", ")+"] FROM "+table.name+" ORDER BY source_offset", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all [][]string
	for rows.Next() {
		var row []string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func texts(values any) []string {
	if v, ok := values.(same); ok {
		return slices.Repeat([]string{fmt.Sprint(v.value)}, v.rows)
	}
	var all []string
	for i := range reflect.ValueOf(values).Len() {
		v := reflect.ValueOf(values).Index(i).Interface()
		switch values.(type) {
		case micros:
			v = time.UnixMicro(v.(int64)).UTC().Format("2006-01-02 15:04:05.000000")
		case days:
			v = time.Unix(int64(v.(int32))*86_400, 0).UTC().Format(time.DateOnly)
		case instants:
			v = quoted(texts(micros(v.([]int64))))
		case [][]string:
			v = quoted(v.([]string))
		}
		all = append(all, fmt.Sprint(v))
	}
	return all
}

// quoted is a list as the engine writes it.
func quoted(list []string) string {
	escape := strings.NewReplacer("\\", "\\\\", "'", "\\'", "\t", "\\t", "\n", "\\n", "\x00", "\\0")
	for i, text := range list {
		list[i] = "'" + escape.Replace(text) + "'"
	}
	return "[" + strings.Join(list, ",") + "]"
}

// sums are figures that would show a row that is there twice or not at all, in facts and rollups. They
// add up over batches.
func sums(t *testing.T, db *clickhouse.DB) []int64 {
	t.Helper()
	var parts []string
	for _, name := range slices.Concat(schema.Facts(), schema.Derived(), []string{"order_step"}) {
		parts = append(parts, "SELECT [toInt64(count()), toInt64(sum(source_offset))] AS v FROM "+name)
	}
	parts = append(parts,
		"SELECT [toInt64(count()), sumIf(net_fen, doc = 1) - sumIf(net_fen, doc = 2)] FROM fact_order_line")
	for _, name := range append(schema.Rollups(), "rollup_store_sku_day", "rollup_store_campaign_day") {
		parts = append(parts, "SELECT [sum(order_lines + refund_lines), "+
			"sum(net_of_orders_fen) - sum(refunds_fen)] FROM "+name)
	}
	for _, name := range schema.Rollups()[:3] {
		parts = append(parts, "SELECT [sum(views + searches + cart_adds + impressions + clicks), "+
			"sum(coupons_issued)] FROM "+name)
	}
	for _, name := range []string{"rollup_placed_day", "rollup_placed_hour"} {
		parts = append(parts, "SELECT [sum(placed_orders + cancelled_orders), sum(paid_orders)] FROM "+name)
	}
	for _, name := range []string{"rollup_stock_day", "rollup_stock_sku_day"} {
		parts = append(parts, "SELECT [sum(on_hand + sold + returned + received), "+
			"sum(out + listed)] FROM "+name)
	}
	parts = append(parts, "SELECT [sum(visits + bounces), sum(pages)] FROM rollup_visit_day",
		"SELECT [sum(orders), sum(seconds)] FROM rollup_order_span_day")
	var all []int64
	for _, sql := range parts {
		var pair []int64
		if ok, err := db.Row(t.Context(), sql, nil, &pair); err != nil || !ok {
			t.Fatalf("%s: %v", sql, err)
		}
		all = append(all, pair...)
	}
	return all
}

func TestARepeatedBatchChangesNothing(t *testing.T) {
	db := open(t)
	s, first, second := New(db), batch(2, 500), batch(3, 400)
	write := func(token string, b *fact.Batch) error { return s.Write(t.Context(), token, b) }
	if err := errors.Join(write("one", first), write("two", second)); err != nil {
		t.Fatal(err)
	}
	want := sums(t, db)
	var group errgroup.Group
	for i := range 6 {
		group.Go(func() error {
			if i%2 == 0 {
				return write("one", first)
			}
			return write("two", second)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := sums(t, db); !slices.Equal(got, want) {
		t.Fatalf("sums are %v, want %v", got, want)
	}
	if err := write("three", first); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(sums(t, db), want) {
		t.Fatal("another token was taken for a repetition")
	}
}

func TestABatchThatFailedHalfWayIsCompleted(t *testing.T) {
	db := open(t)
	s, b := New(db), batch(4, 500)
	if err := s.Write(t.Context(), "whole", b); err != nil {
		t.Fatal(err)
	}
	once := sums(t, db)
	batches := int64(1)
	f := func(token string, half func()) {
		t.Helper()
		half()
		for range 2 {
			if err := s.Write(t.Context(), token, b); err != nil {
				t.Fatal(err)
			}
		}
		batches++
		for i, got := range sums(t, db) {
			if got != once[i]*batches {
				t.Fatalf("%s: sum %d is %d, want %d", token, i, got, once[i]*batches)
			}
		}
	}
	for _, table := range tables(b) {
		f("only "+table.name, func() {
			if err := s.insert(t.Context(), "only "+table.name+"/"+table.name, table); err != nil {
				t.Fatal(err)
			}
		})
	}
	for _, table := range slices.Concat(schema.Rollups(), schema.OtherRollups(), schema.DerivedRollups(),
		schema.Derived(), []string{"fact_order_line", "fact_behaviour"}) {
		f("without "+table, func() {
			exec(t, db, "RENAME TABLE "+table+" TO hidden")
			var failed *Error
			if err := s.Write(t.Context(), "without "+table, b); !errors.As(err, &failed) {
				t.Fatalf("got %v, want an Error", err)
			}
			exec(t, db, "RENAME TABLE hidden TO "+table)
		})
	}
}

func exec(t *testing.T, db *clickhouse.DB, sql string) {
	t.Helper()
	if err := db.Exec(t.Context(), sql, nil); err != nil {
		t.Fatal(err)
	}
}

func TestErrorsSayWhetherToTryAgain(t *testing.T) {
	db := open(t)
	s := New(db)
	f := func(ctx context.Context, token string, b *fact.Batch, permanent bool) {
		t.Helper()
		var failed *Error
		if err := s.Write(ctx, token, b); !errors.As(err, &failed) || failed.Permanent != permanent {
			t.Fatalf("got %v, want an error with permanent %v", err, permanent)
		}
	}
	f(t.Context(), "", batch(5, 1), true)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	f(cancelled, "x", batch(5, 1), false)
	late := batch(5, 3)
	late.OrderLines.Day[1] = 90_000
	f(t.Context(), "x", late, true)
	gone, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	if err := New(gone).Write(t.Context(), "x", batch(5, 1)); err == nil {
		t.Fatal("a closed connection took a batch")
	}
}

func TestAnEmptyBatchAndADozenYearsAreFine(t *testing.T) {
	db := open(t)
	s := New(db)
	if err := s.Write(t.Context(), "empty", &fact.Batch{}); err != nil {
		t.Fatal(err)
	}
	b := batch(6, 150)
	for _, days := range [][]int32{b.OrderLines.Day, b.OrderSteps.Day, b.StockMoves.Day, b.Behaviours.Day} {
		for i := range days {
			days[i] = int32(10_957 + 30*i)
		}
	}
	if err := s.Write(t.Context(), "years", b); err != nil {
		t.Fatal(err)
	}
	var n uint64
	if _, err := db.Row(t.Context(), "SELECT count() FROM fact_order_line", nil, &n); err != nil || n != 150 {
		t.Fatalf("%d rows, %v", n, err)
	}
}
