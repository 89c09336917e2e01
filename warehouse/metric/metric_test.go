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
			if _, _, ok := metric.Smallest(atom, metric.ByDay, false); !ok {
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
	f := func(atom string, need metric.Resolution, byCategory bool, want string) {
		t.Helper()
		a, ok := metric.FindAtom(atom)
		if !ok {
			t.Fatalf("no atom %s", atom)
		}
		s, sql, ok := metric.Smallest(a, need, byCategory)
		if s.Table != want || ok != (want != "") || ok && sql == "" {
			t.Errorf("%s at %d, category %v: %q, want %q", atom, need, byCategory, s.Table, want)
		}
	}
	f("gross", metric.ByDay, false, "rollup_store_day")
	f("gross", metric.ByHour, false, "rollup_store_hour")
	f("gross", metric.ByMinute, false, "rollup_store_minute")
	f("gross", metric.ByInstant, false, "fact_order_line")
	f("gross", metric.ByDay, true, "rollup_store_category_day")
	f("gross", metric.ByHour, true, "fact_order_line")
	f("orders", metric.ByDay, true, "fact_order_line")
	f("products", metric.ByDay, false, "rollup_store_day")
	f("products", metric.ByDay, true, "rollup_store_category_day")
	f("visitors", metric.ByDay, false, "rollup_store_day")
	f("visitors", metric.ByInstant, false, "fact_behaviour")
	f("visitors", metric.ByDay, true, "")
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
tell it: the rollups by day, hour or minute and store, the rollup by category and day, else the facts.
"By category" says which table answers then; a dash means that it cannot be split so.

| metric | unit | owner | meaning | by day | by hour | by minute | by category |
| --- | --- | --- | --- | --- | --- | --- | --- |
`)
	for _, m := range metric.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", m.Name, m.Unit, m.Owner, m.Meaning,
			sources(m, metric.ByDay, false), sources(m, metric.ByHour, false),
			sources(m, metric.ByMinute, false), sources(m, metric.ByDay, true))
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

func sources(m metric.Metric, need metric.Resolution, byCategory bool) string {
	var tables []string
	for _, name := range m.Atoms() {
		a, _ := metric.FindAtom(name)
		s, _, ok := metric.Smallest(a, need, byCategory)
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
