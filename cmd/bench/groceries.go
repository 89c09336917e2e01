package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/rule"
)

// dataFolder is where the public data sets lie.
func dataFolder(set string) string {
	root := os.Getenv("TILLSTREAM_DATA")
	if root == "" {
		root = filepath.Join("..", "shared", "data")
	}
	return filepath.Join(root, set)
}

// groceries counts the published figures that come out otherwise.
func (r *run) groceries() error {
	dir := dataFolder("groceries")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		r.step("rules: SKIPPED groceries_rules_wrong: no data in %s; TILLSTREAM_DATA names the folder of "+
			"the data sets", dir)
		return nil
	}
	r.step("rules: comparing with the published figures on Groceries")
	shop, err := readGrocer(dir)
	if err != nil {
		return err
	}
	wrong, err := shop.wrong()
	if err != nil {
		return err
	}
	for _, w := range wrong {
		r.step("rules: WRONG: %s", w)
	}
	r.put("groceries_rules_wrong", float64(len(wrong)), "counts")
	return nil
}

// grocer are the baskets with the names of the items.
type grocer struct {
	*history.History
	names []string
}

func readGrocer(dir string) (*grocer, error) {
	g, number, lines := &grocer{}, map[string]int64{}, history.Builder{}
	for row, err := range replay.Rows(dir, "groceries_long", "tid", "item") {
		if err != nil {
			return nil, err
		}
		basket, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("cannot read the number of a basket: %w", err)
		}
		if _, known := number[row[1]]; !known {
			number[row[1]] = int64(len(g.names))
			g.names = append(g.names, row[1])
		}
		lines.Add(history.Line{User: basket, Item: number[row[1]], Qty: 1})
	}
	g.History = lines.Build(nil)
	return g, nil
}

// wrong lists what differs from the published figures: those of arules (Hahsler, Grün and Hornik, "arules: a
// computational environment for mining association rules and frequent item sets", 2005) and of Lantz,
// "Machine learning with R", 2013 (463 rules; herbs).
func (g *grocer) wrong() (wrong []string, err error) {
	for _, want := range []struct {
		support, confidence float64
		rules               int
	}{{.001, .5, 5668}, {.001, .8, 410}, {.006, .25, 463}, {.01, .5, 15}} {
		_, rules, err := g.mine(want.support, want.confidence)
		if err != nil {
			return nil, err
		}
		if len(rules) != want.rules {
			wrong = append(wrong, fmt.Sprintf("%d rules at support %v and confidence %v, not %d", len(rules),
				want.support, want.confidence, want.rules))
		}
	}
	sets, rules, err := g.mine(.001, 0)
	if err != nil {
		return nil, err
	}
	if sets != 13_492 {
		wrong = append(wrong, fmt.Sprintf("%d itemsets, not 13492", sets))
	}
	for _, want := range []struct {
		left                      []string
		then                      string
		support, confidence, lift float64
	}{
		{[]string{"herbs"}, "root vegetables", .0070158, .43125, 3.95648},
		{[]string{"liquor", "red/blush wine"}, "bottled beer", .0019319, .9047619, 11.2352694},
	} {
		at := slices.IndexFunc(rules, func(r rule.Rule) bool {
			return slices.Equal(r.If, g.items(want.left...)) && slices.Equal(r.Then, g.items(want.then))
		})
		if at < 0 || off(rules[at].Support(), want.support) || off(rules[at].Confidence(), want.confidence) ||
			off(rules[at].Lift(), want.lift) {
			wrong = append(wrong, fmt.Sprintf("the rule from %v to %s", want.left, want.then))
		}
	}
	return wrong, nil
}

// off tells whether a figure differs from one that was printed with seven digits or six.
func off(got, printed float64) bool { return math.Abs(got-printed) > 5e-6*math.Max(1e-2, printed) }

func (g *grocer) mine(support, confidence float64) (sets int, rules []rule.Rule, err error) {
	s, err := rule.Mine(rule.Of(g.History), rule.Config{MinSupport: support})
	if err != nil {
		return 0, nil, err
	}
	rules, err = s.Rules(rule.Wanted{MinConfidence: confidence})
	return s.Len(), rules, err
}

// items are the numbers of the names, ascending.
func (g *grocer) items(names ...string) []int32 {
	var items []int32
	for _, name := range names {
		items = append(items, g.Items.Find(int64(slices.Index(g.names, name))))
	}
	slices.Sort(items)
	return items
}
