package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tillstream/tillstream/models/rule"
)

// How often each world is mined; the middle one counts. The baseline is mined once.
const ruleRounds = 9

// rules judges association rules by published counts, and measures how long they take on two shapes of
// baskets, beside a plain Apriori.
func (r *run) rules(ctx context.Context) error {
	if err := r.groceries(); err != nil {
		return err
	}
	for _, w := range []struct {
		figure  string
		world   rule.World
		support float64
	}{
		{"rules_large_s", rule.Retail(1), 0.001},
		{"rules_33841_s", rule.Grocer(1), 0.005},
	} {
		took, plain, err := r.mine(ctx, w.world, w.support)
		if err != nil {
			return err
		}
		r.put(w.figure, took.Seconds(), "s", plain.Seconds())
	}
	return nil
}

// mine tells how long itemsets and rules take, and how long Apriori takes for the itemsets alone. Both must
// find the same itemsets.
func (r *run) mine(ctx context.Context, w rule.World, support float64) (took, plain time.Duration,
	err error) {
	r.step("rules: mining %d baskets of %d items", w.Baskets, w.Items)
	b := w.Draw()
	var sets *rule.Itemsets
	var rounds samples
	for range ruleRounds {
		start := time.Now()
		if sets, err = rule.Mine(b, rule.Config{MinSupport: support}); err != nil {
			return 0, 0, err
		}
		if _, err = sets.Rules(rule.Wanted{MinConfidence: 0.5}); err != nil {
			return 0, 0, err
		}
		rounds = append(rounds, time.Since(start))
	}
	slices.Sort(rounds)
	r.step("rules: the same itemsets by Apriori")
	start := time.Now()
	found, err := apriori(ctx, b, support)
	if err != nil {
		return 0, 0, err
	}
	plain = time.Since(start)
	if found.len() != sets.Len() {
		return 0, 0, fmt.Errorf("found %d itemsets, Apriori %d", sets.Len(), found.len())
	}
	for i := range sets.Len() {
		items, count := sets.At(i)
		if n := found.count(items); n != count {
			return 0, 0, fmt.Errorf("found %v in %d baskets, Apriori in %d", items, count, n)
		}
	}
	return rounds[len(rounds)/2], plain, nil
}
