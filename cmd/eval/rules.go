package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/rule"
)

// Rule is one rule that a file supports, by the names of its items.
type Rule struct {
	If         []string `json:"if"`
	Then       string   `json:"then"`
	Count      int      `json:"count"`
	Support    float64  `json:"support"`
	Confidence float64  `json:"confidence"`
	Lift       float64  `json:"lift"`
}

// Rules are what a file supports.
type Rules struct {
	Task     string  `json:"task"`
	Baskets  int     `json:"baskets"`
	Items    int     `json:"items"`
	Itemsets int     `json:"itemsets"`
	Rules    int     `json:"rules"`
	MineS    float64 `json:"mine_s"`
	// Best are the first rules, those of the highest lift first.
	Best []Rule `json:"best"`
}

// bestRules is how many rules are named.
const bestRules = 20

func rules(_ context.Context, c *Config) error {
	f, err := c.only("basket", "item")
	if err != nil {
		return err
	}
	c.Step("reading " + f.Name())
	items, baskets := newNames(), newNames()
	var b history.Builder
	err = read(f, func(r replay.Row) error {
		n := baskets.number(r.Values[0])
		b.Add(history.Line{User: n, Basket: n, Item: items.number(r.Values[1]), Qty: 1})
		return nil
	}, "basket", "item")
	if err != nil {
		return err
	}
	h := b.Build(nil)
	c.Step(fmt.Sprintf("mining %d baskets of %d items", h.Baskets(), h.Items.Len()))
	begun := time.Now()
	sets, err := rule.Mine(rule.Of(h), rule.Config{MinSupport: c.Support})
	if err != nil {
		return err
	}
	found, err := sets.Rules(rule.Wanted{MinConfidence: c.Confidence})
	if err != nil {
		return err
	}
	out := Rules{Task: c.Task, Baskets: h.Baskets(), Items: h.Items.Len(), Itemsets: sets.Len(),
		Rules: len(found), MineS: time.Since(begun).Seconds()}
	slices.SortStableFunc(found, func(a, b rule.Rule) int { return cmp.Compare(b.Lift(), a.Lift()) })
	name := func(item int32) string { return items.list[h.Items.ID(item)] }
	for _, r := range found[:min(bestRules, len(found))] {
		n := Rule{Then: name(r.Then[0]), Count: int(r.Both), Support: r.Support(), Confidence: r.Confidence(),
			Lift: r.Lift()}
		for _, item := range r.If {
			n.If = append(n.If, name(item))
		}
		out.Best = append(out.Best, n)
	}
	c.Rules(out)
	return nil
}
