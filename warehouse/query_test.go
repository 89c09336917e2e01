package warehouse_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/metric"
)

// answerable keeps the metrics that can be told as q wants them.
func answerable(q warehouse.Query, names []string) []string {
	need, by := metric.ByDay, metric.Keys(0)
	if strings.Contains(q.From, "T") || oneOf(q.By, "hour") || q.Grain == "hour" || len(q.Hours) > 0 {
		need = metric.ByHour
	}
	if oneOf(q.By, "minute") || q.Grain == "minute" {
		need = metric.ByMinute
	}
	if oneOf(q.By, "category") || len(q.Categories) > 0 {
		by |= metric.Category
	}
	if oneOf(q.By, "brand", "sku") || len(q.Brands)+len(q.SKUs) > 0 {
		by |= metric.SKU
	}
	if oneOf(q.By, "channel") || len(q.Channels) > 0 {
		by |= metric.Channel
	}
	if oneOf(q.By, "campaign") || len(q.Campaigns) > 0 {
		by |= metric.Campaign
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		m, _ := metric.Find(name)
		return slices.ContainsFunc(m.Atoms(), func(atom string) bool {
			a, _ := metric.FindAtom(atom)
			_, _, ok := metric.Smallest(a, need, by)
			return !ok
		})
	})
}

// counted are the metrics that the brute force counts row by row: all but the derived ones.
func counted() []string {
	return slices.DeleteFunc(metric.Names(), func(name string) bool {
		m, _ := metric.Find(name)
		a, _ := metric.FindAtom(m.Atoms()[0])
		return a.Origin >= metric.Visits
	})
}

func TestEveryMetricIsWhatItsDefinitionSays(t *testing.T) {
	tr := newTrade(t, 1)
	tr.fill(900, 900, noon.AddDate(0, 0, -40), 40*24*time.Hour)
	w, _ := chain(t, tr)
	f := func(q warehouse.Query, scope retail.Scope) {
		t.Helper()
		for batch := range slices.Chunk(counted(), 18) {
			if q.Metrics = answerable(q, batch); len(q.Metrics) > 0 {
				check(t, w, tr, scope, q)
			}
		}
	}
	hq, two := retail.HQScope(), retail.StoreScope(2, 5)
	days := warehouse.Query{From: "2026-10-20", To: "2026-11-15"}
	with := func(q warehouse.Query, grain string, by ...string) warehouse.Query {
		q.By, q.Grain = by, grain
		return q
	}
	f(days, hq)
	f(with(days, "", "store"), hq)
	f(with(days, "", "store"), two)
	f(with(days, "", "region", "city"), hq)
	f(with(days, "day", "channel"), hq)
	f(with(days, "week", "region"), two)
	f(with(days, "month"), hq)
	f(with(days, "", "hour"), hq)
	f(with(days, "hour", "city"), hq)
	f(with(days, "", "category"), hq)
	f(with(days, "", "category", "store", "day"), two)
	f(with(days, "", "category", "hour"), hq)
	f(with(days, "", "brand"), hq)
	f(with(days, "", "sku"), two)
	f(with(days, "week", "brand", "region"), hq)
	f(with(days, "", "sku", "category", "channel"), hq)
	f(with(days, "", "campaign"), hq)
	f(with(days, "day", "campaign", "city"), two)
	f(with(days, "", "campaign", "category"), hq)
	f(with(days, "", "campaign", "hour"), hq)
	f(with(days, "", "brand", "hour"), hq)
	f(with(warehouse.Query{From: "2026-11-10", To: "2026-11-17"}, "minute"), hq)
	instants := warehouse.Query{From: "2026-11-10T00:00:00+08:00", To: "2026-11-15T06:00:00Z"}
	f(with(instants, "hour"), hq)
	f(with(instants, "", "store", "day"), hq)
	f(with(warehouse.Query{From: "2026-11-10T00:30:00Z", To: "2026-11-15T06:31:00Z"}, "day"), two)
	f(with(warehouse.Query{From: "2026-11-10T00:30:17Z", To: "2026-11-15T06:31:02Z"}, "", "category"), hq)
	f(warehouse.Query{Stores: []string{"301", "=9"}, From: "2026-11-01", To: "2026-11-02"}, hq)
}

func TestFiltersNarrowEveryMetric(t *testing.T) {
	tr := newTrade(t, 6)
	tr.fill(900, 900, noon.AddDate(0, 0, -40), 40*24*time.Hour)
	w, _ := chain(t, tr)
	f := func(change func(*warehouse.Query), by ...string) {
		t.Helper()
		q := warehouse.Query{From: "2026-10-20", To: "2026-11-15", By: by}
		change(&q)
		for batch := range slices.Chunk(counted(), 18) {
			if q.Metrics = answerable(q, batch); len(q.Metrics) > 0 {
				check(t, w, tr, retail.HQScope(), q)
			}
		}
	}
	f(func(q *warehouse.Query) { q.Regions = []string{"east"} }, "store")
	f(func(q *warehouse.Query) { q.Cities = []string{"Shanghai", "New York"} }, "city")
	f(func(q *warehouse.Query) { q.Regions, q.Cities = []string{"east"}, []string{"Hangzhou"} })
	f(func(q *warehouse.Query) { q.Stores, q.Cities = []string{"301", "303"}, []string{"Shanghai"} })
	f(func(q *warehouse.Query) { q.Categories = []string{"c1", "c4"} })
	f(func(q *warehouse.Query) { q.Categories = []string{"c2"} }, "store", "brand")
	f(func(q *warehouse.Query) { q.Brands = []string{"Brand 0"} }, "category")
	f(func(q *warehouse.Query) { q.SKUs = []string{"sku1", "sku2", "sku7"} }, "sku", "channel")
	f(func(q *warehouse.Query) { q.Channels = []string{"web", "mini_program"} }, "hour")
	f(func(q *warehouse.Query) { q.Campaigns = []string{"m1"} }, "region")
	f(func(q *warehouse.Query) { q.Campaigns, q.SKUs = []string{"m1", "m2"}, []string{"sku3"} })
	f(func(q *warehouse.Query) { q.Hours = []string{"11", "12", "13"} }, "region", "day")
	f(func(q *warehouse.Query) {
		q.Categories, q.Brands, q.Channels = []string{"c1"}, []string{"Brand 1"}, []string{"till"}
	}, "month")
}

func TestComparisonsLineUp(t *testing.T) {
	tr := newTrade(t, 2)
	tr.fill(700, 300, noon.AddDate(0, 0, -80), 80*24*time.Hour)
	tr.fill(300, 100, time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC), 20*24*time.Hour)
	w, _ := chain(t, tr)
	names := []string{"net_sales", "orders", "aov", "buyers", "products", "upt", "visitors"}
	f := func(compare, from, to, grain string, by ...string) {
		t.Helper()
		q := warehouse.Query{Metrics: names, By: by, From: from, To: to, Grain: grain, Compare: compare}
		check(t, w, tr, retail.HQScope(), q)
	}
	f("previous", "2026-11-10", "2026-11-17", "")
	f("previous", "2026-11-10", "2026-11-17", "day", "store")
	f("previous", "2026-11-10", "2026-11-17", "", "hour", "channel")
	f("previous", "2026-11-16", "2026-11-17", "hour")
	f("week", "2026-11-01", "2026-11-17", "day")
	f("week", "2026-11-16", "2026-11-17", "minute")
	f("year", "2026-11-03", "2026-11-17", "day")
	f("previous", "2026-11-17T00:00:00Z", "2026-11-17T06:00:00Z", "hour")
	f("previous", "2026-11-16T00:00:00Z", "2026-11-18T00:00:00Z", "", "day")
	f("week", "2026-11-17T00:00:00Z", "2026-11-18T04:00:20Z", "", "store")
}

func TestWholeMonthsCompareWithMonths(t *testing.T) {
	tr := newTrade(t, 3)
	tr.fill(600, 0, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), 60*24*time.Hour)
	w, _ := chain(t, tr)
	ask := func(q warehouse.Query) []any {
		t.Helper()
		table, err := w.Query(t.Context(), retail.HQScope(), q)
		if err != nil {
			t.Fatal(err)
		}
		return table.Rows[0]
	}
	both := ask(warehouse.Query{Metrics: []string{"net_sales"}, From: "2026-10-01", To: "2026-11-01",
		Compare: "previous"})
	october := ask(warehouse.Query{Metrics: []string{"net_sales"}, From: "2026-10-01", To: "2026-11-01"})
	september := ask(warehouse.Query{Metrics: []string{"net_sales"}, From: "2026-09-01", To: "2026-10-01"})
	if both[0] != october[0] || both[1] != september[0] {
		t.Fatalf("got %v, want October %v and September %v", both, october, september)
	}
}

func TestNothingLeavesItsScope(t *testing.T) {
	tr := newTrade(t, 4)
	tr.fill(400, 400, noon.AddDate(0, 0, -10), 10*24*time.Hour)
	w, _ := chain(t, tr)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	for range 40 {
		var ids []retail.StoreID
		for id := range len(shops) + 2 {
			if r.IntN(2) == 0 {
				ids = append(ids, retail.StoreID(id))
			}
		}
		q := warehouse.Query{From: "2026-11-08", To: "2026-11-19"}
		for _, i := range r.Perm(len(warehouse.Dimensions()))[:r.IntN(3)] {
			q.By = append(q.By, warehouse.Dimensions()[i])
		}
		names := answerable(q, counted())
		for _, i := range r.Perm(len(names))[:3] {
			q.Metrics = append(q.Metrics, names[i])
		}
		if r.IntN(3) == 0 {
			q.Compare = "week"
		}
		check(t, w, tr, retail.StoreScope(ids...), q)
	}
}

func TestTheEmptyScopeSeesNothing(t *testing.T) {
	tr := newTrade(t, 5)
	tr.fill(50, 50, noon.AddDate(0, 0, -1), 24*time.Hour)
	w, _ := chain(t, tr)
	for _, scope := range []retail.Scope{{}, retail.StoreScope(), retail.StoreScope(99)} {
		table, err := w.Query(t.Context(), scope, warehouse.Query{Metrics: []string{"net_sales"},
			By: []string{"store"}, From: "2026-11-01", To: "2026-12-01"})
		if err != nil || len(table.Rows) != 0 || len(table.Columns) != 2 {
			t.Fatalf("%q: %v, %v", scope.Key(), table, err)
		}
		live, err := w.Live(t.Context(), scope, noon)
		if err != nil || live.Today.Orders != 0 || len(live.Stores) != 0 || len(live.Orders) != 0 {
			t.Fatalf("%q: %+v, %v", scope.Key(), live, err)
		}
	}
}

// check asks the warehouse and compares each cell with the brute force.
func check(t *testing.T, w *warehouse.Warehouse, tr *trade, scope retail.Scope, q warehouse.Query) {
	t.Helper()
	table, err := w.Query(t.Context(), scope, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	now, then := expect(t, tr, scope, q)
	got := map[string][]any{}
	for _, row := range table.Rows {
		key := ""
		for j, c := range table.Columns {
			if c.Dimension {
				key += fmt.Sprint(row[j]) + "|"
			}
		}
		if got[key] != nil {
			t.Fatalf("%+v: group %s comes twice", q, key)
		}
		got[key] = row
	}
	for key := range merged(now, then) {
		row := got[key]
		if row == nil {
			t.Fatalf("%+v: group %s is missing among %d", q, key, len(got))
		}
		for j, c := range table.Columns {
			if want := expected(now[key], then[key], c); !c.Dimension && !same(row[j], want) {
				t.Errorf("%+v scope %s: %s of %q is %v, want %v", q, scope.Key(), c.Name, key, row[j], want)
			}
		}
	}
	if len(got) > len(merged(now, then)) && len(q.By)+len(q.Grain) > 0 {
		for key := range got {
			if merged(now, then)[key] == nil {
				t.Errorf("%+v scope %s: group %q should not be there: %v", q, scope.Key(), key, got[key])
			}
		}
	}
}

func merged(a, b map[string]*tally) map[string]*tally {
	all := map[string]*tally{}
	for _, m := range []map[string]*tally{a, b} {
		for key, v := range m {
			all[key] = v
		}
	}
	return all
}

func same(got, want any) bool {
	f, isFloat := got.(float64)
	g, wantsFloat := want.(float64)
	if isFloat && wantsFloat {
		return math.Abs(f-g) <= 1e-9*max(1, math.Abs(g))
	}
	return got == want
}
