package metric_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/warehouse/metric"
)

var update = flag.Bool("update", false, "write docs/metrics.md anew")

func TestTheCatalogueHangsTogether(t *testing.T) {
	used := map[string]bool{}
	for i, m := range metric.All() {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]*[a-z0-9]$`).MatchString(m.Name) || strings.Contains(m.Name, "__") {
			t.Errorf("metric %q: want lower case words joined by single underscores", m.Name)
		}
		if slices.Index(metric.Names(), m.Name) != i {
			t.Errorf("metric %s is there twice", m.Name)
		}
		if !strings.HasSuffix(m.Meaning, ".") || m.Owner == "" || m.Unit == "" || len(m.Atoms()) == 0 {
			t.Errorf("metric %s lacks a meaning, an owner, a unit or atoms", m.Name)
		}
		for _, name := range m.Atoms() {
			used[name] = true
			atom, ok := metric.FindAtom(name)
			if !ok {
				t.Errorf("metric %s names the unknown atom %s", m.Name, name)
			}
			if _, _, ok := metric.Smallest(atom, metric.ByDay, 0); !ok {
				t.Errorf("atom %s cannot be told", name)
			}
		}
		if found, ok := metric.Find(m.Name); !ok || found != m {
			t.Errorf("metric %s is not found", m.Name)
		}
	}
	if _, ok := metric.Find("nonsense"); ok {
		t.Error("nonsense is found")
	}
}

func TestTheSmallestSourceAnswers(t *testing.T) {
	f := func(atom string, need metric.Resolution, by metric.Keys, want string) {
		t.Helper()
		a, ok := metric.FindAtom(atom)
		if !ok {
			t.Fatalf("no atom %s", atom)
		}
		s, sql, ok := metric.Smallest(a, need, by)
		if s.Table != want || ok != (want != "") || ok && sql == "" {
			t.Errorf("%s at %d, by %v: %q, want %q", atom, need, by, s.Table, want)
		}
	}
	f("gross", metric.ByDay, 0, "rollup_store_day")
	f("gross", metric.ByHour, 0, "rollup_store_hour")
	f("gross", metric.ByMinute, 0, "rollup_store_minute")
	f("gross", metric.ByInstant, 0, "fact_order_line")
	f("gross", metric.ByDay, metric.Category, "rollup_store_category_day")
	f("gross", metric.ByHour, metric.Category, "fact_order_line")
	f("orders", metric.ByDay, metric.Category, "fact_order_line")
	f("products", metric.ByDay, 0, "rollup_store_day")
	f("products", metric.ByDay, metric.Category, "rollup_store_category_day")
	f("visitors", metric.ByDay, 0, "rollup_store_day")
	f("visitors", metric.ByInstant, 0, "fact_behaviour")
	f("visitors", metric.ByDay, metric.Category, "fact_behaviour")
	f("searches", metric.ByDay, metric.SKU, "")
	f("units", metric.ByDay, metric.SKU, "rollup_store_sku_day")
	f("units", metric.ByDay, metric.SKU|metric.Category, "rollup_store_sku_day")
	f("units", metric.ByDay, metric.Campaign, "rollup_store_campaign_day")
	f("units", metric.ByDay, metric.Campaign|metric.SKU, "fact_order_line")
	f("buyers", metric.ByDay, metric.SKU, "fact_order_line")
	f("placed_fen", metric.ByDay, metric.Campaign, "rollup_placed_day")
	f("placed_fen", metric.ByHour, 0, "rollup_placed_hour")
	f("placed_fen", metric.ByHour, metric.Campaign, "fact_order_step")
	f("placed_fen", metric.ByDay, metric.Category, "")
	f("cancelled_orders", metric.ByDay, metric.Campaign, "")
	f("pickup_orders", metric.ByDay, metric.SKU, "fact_order_line")
	f("repeat_buyers_30", metric.ByDay, metric.Campaign, "member_order_day")
	f("repeat_buyers_30", metric.ByHour, 0, "")
	f("first_orders", metric.ByInstant, metric.Campaign, "fact_first_order")
	f("stars", metric.ByHour, metric.SKU, "fact_rating")
	f("coupons_issued", metric.ByDay, metric.Campaign, "fact_behaviour")
	f("views", metric.ByDay, metric.Campaign, "")
}

func TestFormulasAreFilledIn(t *testing.T) {
	m, _ := metric.Find("net_sales")
	if got := m.Formula(); got != "gross - discounts - refunded" {
		t.Errorf("formula %q", got)
	}
	got := m.SQL(func(atom string) string { return "x_" + atom })
	if want := "x_gross - x_discounts - x_refunded"; got != want {
		t.Errorf("SQL %q, want %q", got, want)
	}
}

// page prints the catalogue as docs/metrics.md.
func page() []byte {
	var b bytes.Buffer
	b.WriteString(`# Metrics

This page is printed from warehouse/metric by its test (` + "`go test ./warehouse/metric -update`" + `).

Money is computed in fen and shown with two places. A ratio over nothing is undefined, and so is an
average over nothing: JSON null, an empty cell in CSV. A metric comes from the smallest table that can
tell it: the rollups by day, hour or minute and store, those by category, SKU or campaign and day, else
the facts. Store, region, city and channel are in every table but that of reviews,
which has no channel; "by hour" holds for the hour of the day and for a course of hours, "by SKU" for
brands too. A dash means that it cannot be split so. The
category of an order line is that of the day of sale, elsewhere it is that of today, as brands are.

New and returning buyers and repurchases look at what a member bought in the whole chain, though only
purchases in the scope of the asker are counted.

| metric | unit | owner | meaning | by day | by hour | by minute | by category | by SKU | by campaign |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`)
	for _, m := range metric.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", m.Name, m.Unit, m.Owner,
			m.Meaning, sources(m, metric.ByDay, 0), sources(m, metric.ByHour, 0),
			sources(m, metric.ByMinute, 0), sources(m, metric.ByDay, metric.Category),
			sources(m, metric.ByDay, metric.SKU), sources(m, metric.ByDay, metric.Campaign))
	}
	b.WriteString("\n## Formulas\n\nThe names are atoms: sums and counts over the stores and the time " +
		"asked for.\n\n| metric | formula |\n| --- | --- |\n")
	for _, m := range metric.All() {
		fmt.Fprintf(&b, "| `%s` | `%s` |\n", m.Name, m.Formula())
	}
	b.WriteString("\n## Atoms\n\n| atom | in the rollups | in the facts |\n| --- | --- | --- |\n")
	var seen []string
	for _, m := range metric.All() {
		for _, name := range m.Atoms() {
			if a, _ := metric.FindAtom(name); !slices.Contains(seen, name) {
				seen = append(seen, name)
				fmt.Fprintf(&b, "| %s | %s | `%s` |\n", name, code(a.Rollup), a.Fact)
			}
		}
	}
	return b.Bytes()
}

func code(sql string) string {
	if sql == "" {
		return "-"
	}
	return "`" + sql + "`"
}

func sources(m metric.Metric, need metric.Resolution, by metric.Keys) string {
	var tables []string
	for _, name := range m.Atoms() {
		a, _ := metric.FindAtom(name)
		s, _, ok := metric.Smallest(a, need, by)
		if !ok {
			return "-"
		}
		short := strings.TrimPrefix(strings.TrimPrefix(s.Table, "rollup_store_"), "fact_")
		if !slices.Contains(tables, short) {
			tables = append(tables, short)
		}
	}
	return strings.Join(tables, ", ")
}

func TestThePageSaysWhatTheCatalogueSays(t *testing.T) {
	const path = "../../docs/metrics.md"
	if *update {
		if err := os.WriteFile(path, page(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, page()) {
		t.Errorf("%s is out of date: go test ./warehouse/metric -update", path)
	}
}
