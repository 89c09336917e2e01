package rule_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func rules(t *testing.T, s *rule.Itemsets, want rule.Wanted) []rule.Rule {
	t.Helper()
	all, err := s.Rules(want)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func name(r rule.Rule) string { return fmt.Sprint(r.If, r.Then) }

// bruteRules makes every split of every itemset.
func bruteRules(sets map[string]int32, n int32, want rule.Wanted) map[string]rule.Rule {
	of := func(mask uint32) []int32 {
		var items []int32
		for item := range int32(12) {
			if mask>>item&1 == 1 {
				items = append(items, item)
			}
		}
		return items
	}
	all := map[string]rule.Rule{}
	for set := uint32(1); set < 1<<12; set++ {
		both, frequent := sets[fmt.Sprint(of(set))]
		for left := (set - 1) & set; frequent && left > 0; left = (left - 1) & set {
			r := rule.Rule{If: of(left), Then: of(set &^ left), Counts: rule.Counts{Both: both,
				Left: sets[fmt.Sprint(of(left))], Right: sets[fmt.Sprint(of(set&^left))], Total: n}}
			fits := want.AnyThen || len(r.Then) == 1
			if fits && r.Confidence() >= want.MinConfidence && r.Lift() >= want.MinLift &&
				len(r.If)+len(r.Then) >= want.MinLength {
				all[name(r)] = r
			}
		}
	}
	return all
}

func TestRulesAreThoseOfBruteForce(t *testing.T) {
	for seed := range uint64(30) {
		all := someBaskets(seed)
		want := rule.Wanted{MinConfidence: float64(seed%4) / 4, MinLift: float64(seed % 3),
			AnyThen: seed%2 == 0, MinLength: 2 + int(seed%2)}
		got := rules(t, mine(t, baskets(12, all...), rule.Config{MinCount: 2}), want)
		expected := bruteRules(brute(all, 2, 12), int32(len(all)), want)
		if len(got) != len(expected) {
			t.Fatalf("seed %d: got %d rules, want %d", seed, len(got), len(expected))
		}
		for _, r := range got {
			if e := expected[name(r)]; r.Counts != e.Counts {
				t.Fatalf("seed %d: got %+v, want %+v", seed, r, e)
			}
		}
		descend := func(a, b rule.Rule) int { return cmp.Compare(b.Lift(), a.Lift()) }
		if !slices.IsSortedFunc(got, descend) {
			t.Errorf("seed %d: the lifts do not descend", seed)
		}
	}
}

func TestGeneralRulesSayWhatNoShorterOneSays(t *testing.T) {
	for seed := range uint64(5) {
		s := mine(t, baskets(12, someBaskets(seed)...), rule.Config{MinCount: 2})
		everything := rules(t, s, rule.Wanted{AnyThen: true})
		kept := map[string]bool{}
		for _, r := range rules(t, s, rule.Wanted{AnyThen: true, General: true}) {
			kept[name(r)] = true
		}
		for _, r := range everything {
			redundant := float64(r.Right)/float64(r.Total) >= r.Confidence()
			for _, o := range everything {
				redundant = redundant || slices.Equal(o.Then, r.Then) && len(o.If) < len(r.If) &&
					within(o.If, r.If) && o.Confidence() >= r.Confidence()
			}
			if kept[name(r)] == redundant {
				t.Fatalf("seed %d: rule %s kept: %v", seed, name(r), kept[name(r)])
			}
		}
	}
}

func within(part, whole []int32) bool {
	for _, item := range part {
		if !slices.Contains(whole, item) {
			return false
		}
	}
	return true
}

func TestMeasures(t *testing.T) {
	f := func(r rule.Counts, support, confidence, lift, leverage, conviction float64) {
		t.Helper()
		for i, pair := range [][2]float64{{r.Support(), support}, {r.Confidence(), confidence},
			{r.Lift(), lift}, {r.Leverage(), leverage}, {r.Conviction(), conviction}} {
			if pair[0] != pair[1] && math.Abs(pair[0]-pair[1]) > 1e-12 {
				t.Errorf("measure %d of %+v: got %v, want %v", i, r, pair[0], pair[1])
			}
		}
	}
	// By hand, from the formulas.
	f(rule.Counts{Both: 3, Left: 4, Right: 5, Total: 10}, 0.3, 0.75, 1.5, 0.1, 2)
	f(rule.Counts{Both: 4, Left: 4, Right: 5, Total: 10}, 0.4, 1, 2, 0.2, math.Inf(1))
	f(rule.Counts{Both: 10, Left: 10, Right: 10, Total: 10}, 1, 1, 1, 0, math.Inf(1))
	f(rule.Counts{Both: 1, Left: 2, Right: 5, Total: 10}, 0.1, 0.5, 1, 0, 1)
	var none rule.Counts
	if none.Support() != 0 || none.Confidence() != 0 || none.Lift() != 0 || none.Leverage() != 0 {
		t.Error("a rule of nothing has measures")
	}
}

func TestTooManyRulesAreAnError(t *testing.T) {
	s := mine(t, baskets(4, []int32{0, 1, 2, 3}), rule.Config{MinCount: 1})
	n := len(rules(t, s, rule.Wanted{}))
	if n != 4+12+12 {
		t.Errorf("got %d rules, want 28", n)
	}
	if _, err := s.Rules(rule.Wanted{MaxRules: n}); err != nil {
		t.Error(err)
	}
	if _, err := s.Rules(rule.Wanted{MaxRules: n - 1}); !errors.Is(err, rule.ErrTooMany) {
		t.Errorf("got %v", err)
	}
}
