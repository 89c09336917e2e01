package warehouse_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

func TestABadQueryIsToldWhatIsWrong(t *testing.T) {
	tr := newTrade(t, 31)
	tr.fill(10, 10, noon.AddDate(0, 0, -1), 24*time.Hour)
	w, _ := chain(t, tr)
	good := func() warehouse.Query {
		return warehouse.Query{Metrics: []string{"net_sales"}, From: "2026-11-01", To: "2026-11-19"}
	}
	f := func(field, reason string, change func(*warehouse.Query)) {
		t.Helper()
		q := good()
		change(&q)
		_, err := w.Query(t.Context(), retail.StoreScope(1, 2), q)
		var bad warehouse.InvalidQuery
		if !errors.As(err, &bad) || bad.Field != field || !strings.Contains(err.Error(), reason) {
			t.Errorf("got %v, want one about %s: %s", err, field, reason)
		}
	}
	f("metrics", "want 1 to 32", func(q *warehouse.Query) { q.Metrics = nil })
	f("metrics", "want 1 to 32", func(q *warehouse.Query) { q.Metrics = make([]string, 33) })
	f("metrics", "gross_sales, discounts", func(q *warehouse.Query) { q.Metrics = []string{"sales"} })
	f("metrics", "twice", func(q *warehouse.Query) { q.Metrics = []string{"aov", "aov"} })
	f("by", "store, region", func(q *warehouse.Query) { q.By = []string{"1; DROP TABLE dim_store"} })
	f("by", "twice", func(q *warehouse.Query) { q.By = []string{"day", "day"} })
	f("by", "at most 3", func(q *warehouse.Query) { q.By = []string{"store", "day", "hour", "city"} })
	f("by", "cannot be split by category", func(q *warehouse.Query) {
		q.By, q.Metrics = []string{"category"}, []string{"searches"}
	})
	f("by", "gmv cannot be split by brand: orders that are placed or cancelled are known as a whole",
		func(q *warehouse.Query) { q.By, q.Metrics = []string{"brand"}, []string{"gmv"} })
	f("by", "repurchase_rate_30 cannot be split by hour", func(q *warehouse.Query) {
		q.By, q.Metrics = []string{"hour"}, []string{"repurchase_rate_30"}
	})
	f("by", "cancelled_orders cannot be split by campaign", func(q *warehouse.Query) {
		q.By, q.Metrics = []string{"campaign"}, []string{"cancelled_orders"}
	})
	f("by", "rating cannot be split by channel: reviews are of goods and a store",
		func(q *warehouse.Query) { q.By, q.Metrics = []string{"channel"}, []string{"rating"} })
	f("from", "covers business days, not instants", func(q *warehouse.Query) {
		q.Metrics, q.From, q.To = []string{"repurchase_rate_60"}, "2026-11-01T00:00:00Z",
			"2026-11-19T00:00:00Z"
	})
	f("skus", "new_buyers cannot be narrowed to skus", func(q *warehouse.Query) {
		q.SKUs, q.Metrics = []string{"sku1"}, []string{"new_buyers"}
	})
	f("skus", `"sku99": there is no such value`, func(q *warehouse.Query) { q.SKUs = []string{"sku99"} })
	f("brands", "no such value", func(q *warehouse.Query) { q.Brands = []string{"Brand 1", "'"} })
	f("categories", "no such value", func(q *warehouse.Query) { q.Categories = []string{"c0"} })
	f("campaigns", "no such value", func(q *warehouse.Query) { q.Campaigns = []string{"m9"} })
	f("channels", "till, mini_program, web, phone", func(q *warehouse.Query) {
		q.Channels = []string{"fax"}
	})
	f("hours", "0 to 23", func(q *warehouse.Query) { q.Hours = []string{"24"} })
	f("regions", "unknown region", func(q *warehouse.Query) { q.Regions = []string{"west"} })
	f("cities", "unknown city", func(q *warehouse.Query) { q.Cities = []string{"Urumqi"} })
	f("brands", "at most 1000", func(q *warehouse.Query) { q.Brands = make([]string, 1_001) })
	f("compare", "no campaign ran", func(q *warehouse.Query) {
		q.Compare, q.From, q.To = "promotion", "2026-03-01", "2026-03-09"
	})
	f("compare", "no campaign of the name or kind of m4", func(q *warehouse.Query) {
		q.Compare, q.From, q.To = "promotion", "2026-02-11", "2026-02-12"
	})
	f("compare", "name one in campaigns; there are m6, m5", func(q *warehouse.Query) {
		q.Compare, q.From, q.To = "promotion", "2026-06-11", "2026-06-12"
	})
	f("compare", "ask for the two apart", func(q *warehouse.Query) {
		q.Compare, q.From, q.To = "lunar-year", "2026-02-01", "2026-10-01"
	})
	f("grain", "minute, hour, day", func(q *warehouse.Query) { q.Grain = "year" })
	f("grain", "already names hour", func(q *warehouse.Query) { q.Grain, q.By = "hour", []string{"hour"} })
	f("grain", "at most 31 days", func(q *warehouse.Query) {
		q.Grain, q.From, q.To = "minute", "2026-01-01", "2026-03-01"
	})
	f("grain", "at most 732 days", func(q *warehouse.Query) { q.Grain, q.From = "hour", "2022-01-01" })
	f("from", "without from", func(q *warehouse.Query) { q.From = "" })
	f("from", "want a day such as", func(q *warehouse.Query) { q.From = "yesterday" })
	f("from", "want a day such as", func(q *warehouse.Query) { q.From = "2026-02-30" })
	f("from", "a year from 2000", func(q *warehouse.Query) { q.From = "1970-01-01" })
	f("to", "a year from 2000", func(q *warehouse.Query) { q.To = "9999-01-01" })
	f("to", "after from", func(q *warehouse.Query) { q.To = "2026-11-01" })
	f("to", "both be days", func(q *warehouse.Query) { q.To = "2026-11-19T00:00:00Z" })
	f("to", "at most 3660 days", func(q *warehouse.Query) { q.From = "2010-01-01" })
	f("from", "whole seconds", func(q *warehouse.Query) {
		q.From, q.To = "2026-11-01T00:00:00.5Z", "2026-11-19T00:00:00Z"
	})
	f("stores", "unknown store; there are 301, 302", func(q *warehouse.Query) { q.Stores = []string{"999"} })
	f("stores", "unknown store", func(q *warehouse.Query) { q.Stores = []string{"303"} })
	f("compare", "previous, weekday", func(q *warehouse.Query) { q.Compare = "decade" })
	f("compare", "do not meet", func(q *warehouse.Query) {
		q.From, q.To = "2026-11-10T00:00:00Z", "2026-11-10T06:30:00Z"
		q.Compare, q.Grain = "previous", "hour"
	})
	f("sort", "net_sales", func(q *warehouse.Query) { q.Sort = "aov" })
	f("limit", "100000 rows", func(q *warehouse.Query) { q.Limit = 100_001 })
	f("limit", "100000 rows", func(q *warehouse.Query) { q.Limit = -1 })
	err := w.Export(t.Context(), retail.HQScope(), good(), "xls", io.Discard)
	if !errors.As(err, &warehouse.InvalidQuery{}) || !strings.Contains(err.Error(), "csv, parquet") {
		t.Errorf("got %v", err)
	}
}

func TestOrderLimitAndNames(t *testing.T) {
	tr := newTrade(t, 32)
	tr.fill(300, 0, noon.AddDate(0, 0, -5), 5*24*time.Hour)
	w, _ := chain(t, tr)
	q := warehouse.Query{Metrics: []string{"net_sales"}, By: []string{"store"}, From: "2026-11-10",
		To: "2026-11-19", Sort: "-net_sales", Names: true}
	all, err := w.Query(t.Context(), retail.HQScope(), q)
	if err != nil || len(all.Rows) != len(shops) || all.Truncated || !all.AsOf.Equal(noon) {
		t.Fatalf("%+v, %v", all, err)
	}
	sales := func(i int) retail.Money { return all.Rows[i][3].(retail.Money) }
	for i, row := range all.Rows {
		if row[1] != "店"+row[0].(string) || row[2] != "Shop "+row[0].(string) {
			t.Errorf("names of %v", row)
		}
		if i > 0 && sales(i) > sales(i-1) {
			t.Errorf("row %d sells more than the one before", i)
		}
	}
	q.Limit, q.Names = 2, false
	top, err := w.Query(t.Context(), retail.HQScope(), q)
	if err != nil || len(top.Rows) != 2 || !top.Truncated || top.Rows[0][0] != all.Rows[0][0] {
		t.Fatalf("%+v, %v", top, err)
	}
	q = warehouse.Query{Metrics: []string{"orders"}, By: []string{"store", "day"}, From: "2026-11-10",
		To: "2026-11-19"}
	first, err := w.Query(t.Context(), retail.HQScope(), q)
	if err != nil {
		t.Fatal(err)
	}
	key := func(row []any) string { return row[0].(string) + row[1].(string) }
	if !slices.IsSortedFunc(first.Rows, func(a, b []any) int { return strings.Compare(key(a), key(b)) }) {
		t.Error("rows are not in the order of their dimensions")
	}
}

func TestAQueryWithoutASpanIsToday(t *testing.T) {
	tr := newTrade(t, 33)
	tr.fill(200, 0, noon.AddDate(0, 0, -3), 3*24*time.Hour)
	w, _ := chain(t, tr)
	scope := retail.StoreScope(1, 2, 3, 4)
	q := warehouse.Query{Metrics: []string{"net_sales", "orders"}}
	got, err := w.Query(t.Context(), scope, q)
	if err != nil {
		t.Fatal(err)
	}
	q.From, q.To = "2026-11-18", "2026-11-19"
	want, err := w.Query(t.Context(), scope, q)
	if err != nil || !slices.Equal(got.Rows[0], want.Rows[0]) || got.Rows[0][1] == int64(0) {
		t.Fatalf("%v, want %v: %v", got.Rows, want.Rows, err)
	}
}

func TestAStoreThatNobodyDescribedGoesByItsNumber(t *testing.T) {
	tr := newTrade(t, 34)
	tr.document(1, place{store: 2, channel: 1, at: noon})
	tr.batch.Stores.Offset = nil
	w, _ := chain(t, tr)
	got, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{Metrics: []string{"orders"},
		By: []string{"store", "region"}, From: "2026-11-18"})
	if err != nil || len(got.Rows) != 1 || got.Rows[0][0] != "#2" || got.Rows[0][1] != "" {
		t.Fatalf("%+v, %v", got, err)
	}
	live, err := w.Live(t.Context(), retail.HQScope(), noon)
	if err != nil || len(live.Stores) != 1 || live.Stores[0].Store != "#2" || live.Orders[0].Store != "#2" {
		t.Fatalf("%+v, %v", live, err)
	}
}
