package warehouse

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/metric"
)

var (
	moment   = time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)
	shanghai = time.FixedZone("CST", 8*3_600)
)

func planOf(t *testing.T, scope retail.Scope, q Query) *plan {
	t.Helper()
	w := &Warehouse{cfg: Config{Now: func() time.Time { return moment }}, zone: shanghai}
	p, err := w.plan(t.Context(), scope, q, asked{most: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sqlOf(t *testing.T, scope retail.Scope, q Query) statement {
	t.Helper()
	s, err := build(scope, planOf(t, scope, q))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryReadIsScoped(t *testing.T) {
	for _, by := range [][]string{nil, {"store"}, {"region", "day"}, {"channel", "hour"}, {"minute"}} {
		for _, m := range metric.Names() {
			q := Query{Metrics: []string{m}, By: by, From: "2026-11-01", To: "2026-11-08", Compare: "week"}
			s, err := build(retail.StoreScope(7, 9), planOf(t, retail.StoreScope(7, 9), q))
			if errors.As(err, new(InvalidQuery)) && len(by) > 0 {
				continue // not every metric can be split in every way
			}
			reads := regexp.MustCompile(`FROM (rollup|fact)_|\) AS f\n`).FindAllString(s.sql, -1)
			scoped := strings.Count(s.sql, "f.store_id IN {scope:Array(Int32)}") +
				strings.Count(s.sql, "({everywhere:Bool} OR store_id IN {scope:Array(Int32)})")
			if len(reads) == 0 || scoped != len(reads) || s.params["scope"] != "[7,9]" {
				t.Fatalf("%d of %d reads are scoped in\n%s", scoped, len(reads), s.sql)
			}
		}
	}
	empty := sqlOf(t, retail.Scope{}, Query{Metrics: []string{"orders"}})
	if empty.params["scope"] != "[]" || !strings.Contains(empty.sql, "f.store_id IN {scope:Array(Int32)}") {
		t.Fatalf("the empty scope reads\n%s", empty.sql)
	}
}

func TestEmbeddedQueriesAreScoped(t *testing.T) {
	w, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	reads := regexp.MustCompile(`FROM (rollup_|fact_|dim_store|trace_mark|member_favourite|` +
		`\{rollup:Identifier\}|push_list|member_top_now|member_order_day\n)`)
	for name, sql := range w.sql {
		want := len(reads.FindAllString(sql, -1))
		got := len(regexp.MustCompile(
			`\{everywhere:Bool\} OR ([a-z]\.)?(store_id|store|id|home) IN \{scope:Array\(Int32\)\}`).
			FindAllString(sql, -1))
		// Goods, campaigns and experiments are the same for everybody.
		public := regexp.MustCompile(`FROM (dim_sku|dim_campaign|dim_experiment)`).MatchString(sql)
		if want == 0 && !public || got != want {
			t.Errorf("%s: %d of %d reads are scoped", name, got, want)
		}
	}
}

func TestValuesAreBoundAndNeverWritten(t *testing.T) {
	s := sqlOf(t, retail.StoreScope(123_457), Query{Metrics: []string{"net_sales", "products"},
		By: []string{"week"}, From: "2026-11-03", To: "2026-11-09", Compare: "year"})
	for _, value := range []string{"2026", "2025", "123457", "364"} {
		if strings.Contains(s.sql, value) {
			t.Errorf("%s is written into\n%s", value, s.sql)
		}
	}
	for _, name := range regexp.MustCompile(`\{(\w+):`).FindAllStringSubmatch(s.sql, -1) {
		if _, ok := s.params[name[1]]; !ok {
			t.Errorf("parameter %s has no value", name[1])
		}
	}
}

func TestTheSmallestTableIsRead(t *testing.T) {
	f := func(q Query, want ...string) {
		t.Helper()
		var got []string
		for _, m := range regexp.MustCompile(`FROM ((?:rollup|fact)_\w+) AS f`).
			FindAllStringSubmatch(sqlOf(t, retail.HQScope(), q).sql, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v reads %v, want %v", q, got, want)
		}
	}
	days := Query{Metrics: []string{"net_sales", "visitors"}, From: "2026-11-01", To: "2026-11-08"}
	f(days, "rollup_store_day")
	days.Grain = "hour"
	f(days, "rollup_store_hour")
	days.Grain = "minute"
	f(days, "rollup_store_minute")
	f(Query{Metrics: []string{"net_sales"}, By: []string{"category"}}, "rollup_store_category_day")
	f(Query{Metrics: []string{"net_sales", "orders"}, By: []string{"category"}},
		"rollup_store_category_day", "fact_order_line")
	f(Query{Metrics: []string{"net_sales", "products"}}, "rollup_store_day")
	f(Query{Metrics: []string{"aov"}, Compare: "week"}, "rollup_store_day", "rollup_store_day")
	f(Query{Metrics: []string{"aov"}, From: "2026-11-01T00:00:00Z", To: "2026-11-02T00:00:00Z"},
		"rollup_store_hour")
	f(Query{Metrics: []string{"aov"}, From: "2026-11-01T00:15:00Z", To: "2026-11-02T00:00:00Z"},
		"rollup_store_minute")
	f(Query{Metrics: []string{"gmv", "pickup_share"}}, "rollup_placed_day", "rollup_store_day")
	f(Query{Metrics: []string{"gmv"}, By: []string{"hour"}}, "rollup_placed_hour")
	f(Query{Metrics: []string{"units"}, By: []string{"brand"}}, "rollup_store_sku_day")
	f(Query{Metrics: []string{"units"}, By: []string{"sku", "category"}}, "rollup_store_sku_day")
	f(Query{Metrics: []string{"orders"}, By: []string{"sku"}}, "fact_order_line")
	f(Query{Metrics: []string{"orders", "refunds"}, By: []string{"campaign"}}, "rollup_store_campaign_day")
	f(Query{Metrics: []string{"views"}, By: []string{"category"}}, "fact_behaviour")
	f(Query{Metrics: []string{"new_buyers"}, By: []string{"hour"}}, "fact_first_order")
	f(Query{Metrics: []string{"rating"}, By: []string{"brand"}}, "fact_rating")
	f(Query{Metrics: []string{"views", "aov"}, From: "2026-11-01T00:15:09Z", To: "2026-11-02T00:00:00Z"},
		"fact_behaviour", "fact_order_line")
}

func TestComparedSpans(t *testing.T) {
	f := func(compare, from, to, wantFrom, wantTo string) {
		t.Helper()
		s := sqlOf(t, retail.HQScope(), Query{Metrics: []string{"aov"}, From: from, To: to, Compare: compare})
		if s.params["first_day1"] != wantFrom || s.params["last_day1"] != wantTo {
			t.Errorf("%s of %s to %s: %s to %s, want %s to %s", compare, from, to,
				s.params["first_day1"], s.params["last_day1"], wantFrom, wantTo)
		}
	}
	f("previous", "2026-11-10", "2026-11-17", "2026-11-03", "2026-11-09")
	f("previous", "2026-11-01", "2026-12-01", "2026-10-01", "2026-10-31")
	f("previous", "2026-03-01", "2026-05-01", "2026-01-01", "2026-02-28")
	f("week", "2026-11-10", "2026-11-11", "2026-11-03", "2026-11-03")
	f("weekday", "2026-11-10", "2026-11-11", "2026-11-03", "2026-11-03")
	f("weekday-year", "2026-02-01", "2026-03-01", "2025-02-02", "2025-03-01")
	f("lunar-year", "2026-02-15", "2026-02-24", "2025-01-27", "2025-02-04")
	f("lunar-year", "2026-09-25", "2026-09-26", "2025-10-06", "2025-10-06")
	f("year", "2026-11-10", "2026-11-11", "2025-11-11", "2025-11-11")
	f("year", "2024-02-01", "2024-03-01", "2023-02-01", "2023-02-28")
}

func TestAveragesRoundHalfAwayFromZero(t *testing.T) {
	f := func(m retail.Money, n int64, want retail.Money) {
		t.Helper()
		if got := average(m, n); got != want {
			t.Errorf("%d / %d = %d, want %d", m, n, got, want)
		}
	}
	f(10, 4, 3)
	f(-10, 4, -3)
	f(9, 4, 2)
	f(-9, 4, -2)
	f(0, 7, 0)
}

func TestTextsThatCouldBeFormulasAreDisarmed(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := harmless(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	f("=1+1", "'=1+1")
	f("+86", "'+86")
	f("-1", "'-1")
	f("@SUM", "'@SUM")
	f("\t=1", "'\t=1")
	f("＝1", "'＝1")
	f("", "")
	f("牛奶, 1 L", "牛奶, 1 L")
}
