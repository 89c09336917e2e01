package rule_test

import (
	"bufio"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/ulikunitz/xz"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/oltp/child/absent"
)

// groceries are the 9,835 baskets of Hahsler, Hornik and Reutterer, "Implications of probabilistic data
// modeling for mining association rules", 2006, with the names of the items.
func groceries(t *testing.T) (*history.History, []string) {
	t.Helper()
	dir := os.Getenv("TILLSTREAM_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "groceries", "groceries_long.csv.xz")
	f, err := os.Open(path)
	if err != nil {
		absent.Skip(t, "%s is absent; TILLSTREAM_DATA names the folder of the data sets", path)
	}
	defer f.Close()
	plain, err := xz.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(plain)
	var names []string
	number := map[string]int64{}
	var lines history.Builder
	for row, err := r.Read(); err != io.EOF; row, err = r.Read() {
		if err != nil {
			t.Fatal(err)
		}
		basket, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			continue // the header
		}
		if _, known := number[row[1]]; !known {
			number[row[1]] = int64(len(names))
			names = append(names, row[1])
		}
		lines.Add(history.Line{User: basket, Item: number[row[1]], Qty: 1})
	}
	return lines.Build(nil), names
}

// The figures are published: by arules (support .001 and confidence .5 or .8; the rule on bottled beer) and
// by Lantz, "Machine learning with R" (463 rules; the rule on herbs).
func TestGroceries(t *testing.T) {
	h, names := groceries(t)
	if h.Baskets() != 9835 || h.Items.Len() != 169 {
		t.Fatalf("got %d baskets of %d items", h.Baskets(), h.Items.Len())
	}
	f := func(support, confidence float64, want int) {
		t.Helper()
		s := mine(t, rule.Of(h), rule.Config{MinSupport: support})
		if got := rules(t, s, rule.Wanted{MinConfidence: confidence}); len(got) != want {
			t.Errorf("support %v, confidence %v: got %d rules, want %d", support, confidence, len(got), want)
		}
	}
	f(.001, .5, 5668)
	f(.001, .8, 410)
	f(.006, .25, 463)
	f(.01, .5, 15)
	s := mine(t, rule.Of(h), rule.Config{MinSupport: .001})
	if s.Len() != 13492 {
		t.Errorf("got %d itemsets, want 13492", s.Len())
	}
	all := rules(t, s, rule.Wanted{})
	named := func(then string, support, confidence, lift float64, left ...string) {
		t.Helper()
		items := func(names []string, wanted []string) (out []int32) {
			for _, w := range wanted {
				out = append(out, int32(slices.Index(names, w)))
			}
			slices.Sort(out)
			return out
		}
		at := slices.IndexFunc(all, func(r rule.Rule) bool {
			return slices.Equal(r.If, items(names, left)) &&
				slices.Equal(r.Then, items(names, []string{then}))
		})
		if at < 0 {
			t.Fatalf("no rule from %v to %s", left, then)
		}
		r := all[at]
		if math.Abs(r.Support()-support) > 5e-8 || math.Abs(r.Confidence()-confidence) > 5e-8 ||
			math.Abs(r.Lift()-lift) > 5e-6 {
			t.Errorf("%v to %s: %v / %v / %v", left, then, r.Support(), r.Confidence(), r.Lift())
		}
	}
	named("root vegetables", .0070158, .43125, 3.95648, "herbs")
	named("bottled beer", .0019319, .9047619, 11.2352694, "liquor", "red/blush wine")
}
