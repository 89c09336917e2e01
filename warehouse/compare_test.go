package warehouse_test

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

func TestASpringFestivalIsComparedWithTheOneBefore(t *testing.T) {
	tr := newTrade(t, 7)
	tr.fill(300, 200, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), 28*24*time.Hour)
	tr.fill(300, 200, time.Date(2025, 1, 10, 0, 0, 0, 0, time.UTC), 30*24*time.Hour)
	w, _ := chain(t, tr)
	names := []string{"net_sales", "orders", "gmv", "buyers", "new_buyers", "visitors", "rating"}
	f := func(q warehouse.Query) {
		t.Helper()
		q.Metrics, q.Compare = answerable(q, names), "lunar-year"
		check(t, w, tr, retail.HQScope(), q)
	}
	f(warehouse.Query{From: "2026-02-10", To: "2026-02-25", Grain: "day"})
	f(warehouse.Query{From: "2026-02-10", To: "2026-02-25", By: []string{"store", "day"}})
	f(warehouse.Query{From: "2026-02-17", To: "2026-02-18", Grain: "hour"})
	f(warehouse.Query{From: "2026-02-16T16:00:00Z", To: "2026-02-18T16:00:00Z", Grain: "hour"})
	table, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{Metrics: []string{"orders"},
		From: "2026-02-10", To: "2026-02-25", Compare: "lunar-year"})
	want := warehouse.Compared{With: "lunar-year", From: "2026-02-10", To: "2026-02-25",
		CompareFrom: "2025-01-22", CompareTo: "2025-02-06",
		Anchor: "Spring Festival, 2026-02-17 and 2025-01-29"}
	if err != nil || table.Compared == nil || *table.Compared != want {
		t.Fatalf("compared %+v, %v; want %+v", table.Compared, err, want)
	}
}

// Both campaigns ran for some days of which only the first ones are laid upon each other.
func TestACampaignIsComparedWithTheOneOfTheYearBefore(t *testing.T) {
	tr := newTrade(t, 8)
	tr.fill(500, 300, time.Date(2026, 10, 28, 0, 0, 0, 0, time.UTC), 20*24*time.Hour)
	tr.fill(500, 300, time.Date(2025, 10, 25, 0, 0, 0, 0, time.UTC), 22*24*time.Hour)
	w, _ := chain(t, tr)
	names := []string{"net_sales", "orders", "gmv", "buyers", "new_buyers", "coupons_redeemed",
		"repurchase_rate_30"}
	f := func(q warehouse.Query) {
		t.Helper()
		q.From, q.To, q.Compare = "2026-11-01", "2026-11-13", "promotion"
		q.Metrics = answerable(q, names)
		check(t, w, tr, retail.HQScope(), q)
	}
	f(warehouse.Query{})
	f(warehouse.Query{By: []string{"day"}})
	f(warehouse.Query{By: []string{"day"}, Campaigns: []string{"m1"}})
	f(warehouse.Query{By: []string{"campaign", "region"}, Campaigns: []string{"m1"}})
	f(warehouse.Query{By: []string{"category"}, Campaigns: []string{"m1"}})
	table, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{Metrics: []string{"orders"},
		From: "2026-11-01", To: "2026-11-13", Compare: "promotion"})
	want := warehouse.Compared{With: "promotion", From: "2026-11-01", To: "2026-11-13",
		CompareFrom: "2025-10-31", CompareTo: "2025-11-12",
		Anchor: "m1, 2026-11-01 to 2026-11-12; m2, 2025-10-31 to 2025-11-12"}
	if err != nil || table.Compared == nil || *table.Compared != want {
		t.Fatalf("compared %+v, %v; want %+v", table.Compared, err, want)
	}
}

func TestAnExportSaysWhichDaysWereCompared(t *testing.T) {
	tr := newTrade(t, 9)
	tr.fill(50, 0, noon.AddDate(0, 0, -5), 5*24*time.Hour)
	w, _ := chain(t, tr)
	f := func(from, to, compareFrom, compareTo string) {
		t.Helper()
		var out bytes.Buffer
		err := w.Export(t.Context(), retail.HQScope(), warehouse.Query{Metrics: []string{"orders"},
			From: from, To: to, Compare: "weekday"}, "csv", &out)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(lines) != 2 || len(lines[0]) != 5 {
			t.Fatalf("%v, %v", lines, err)
		}
		if lines[0][3] != "compare_from" || lines[1][3] != compareFrom || lines[1][4] != compareTo {
			t.Errorf("%v, want %s and %s", lines, compareFrom, compareTo)
		}
	}
	f("2026-11-14", "2026-11-18", "2026-11-07", "2026-11-11")
	f("2026-11-14T00:00:00Z", "2026-11-14T01:00:00Z", "2026-11-07T00:00:00Z", "2026-11-07T01:00:00Z")
}

// The states of uniques merge across any grouping: whatever two ways of splitting are put together, the
// uniques of each group are those of its facts.
func TestUniquesAreThoseOfTheUnion(t *testing.T) {
	tr := newTrade(t, 10)
	tr.fill(400, 600, noon.AddDate(0, 0, -12), 12*24*time.Hour)
	w, _ := chain(t, tr)
	dims := warehouse.Dimensions()
	for i, one := range dims {
		for _, other := range dims[i+1:] {
			q := warehouse.Query{By: []string{one, other}, From: "2026-11-05", To: "2026-11-18"}
			q.Metrics = answerable(q, []string{"buyers", "products", "visitors", "sessions", "new_buyers",
				"repurchase_rate_90"})
			if len(q.Metrics) == 0 {
				t.Fatalf("no uniques by %s and %s", one, other)
			}
			check(t, w, tr, retail.HQScope(), q)
		}
	}
}
