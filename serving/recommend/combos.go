package recommend

import (
	"cmp"
	"slices"

	"github.com/tillstream/tillstream/models/rule"
)

const (
	// maxMatched bounds the rules of one cart that are weighed, those of the highest confidence.
	maxMatched = 64
	// leastLeft is how many goods a rule is about: those about one stand in the neighbours' lists.
	leastLeft = 2
)

// combos are the rules about several goods at once, by the numbers of a snapshot, the highest confidence
// first.
type combos struct {
	matcher *rule.Matcher
	// rules are what the matcher has filed; edges say the same of each one's right side.
	rules []rule.Rule
	edges []Edge
}

// combine takes the rules of a set that are about several goods and whose goods are all still there.
func (s *Snapshot) combine() {
	s.combos = combos{}
	if s.Rules == nil {
		return
	}
	at := make([]int32, len(s.Rules.Items))
	for k, sku := range s.Rules.Items {
		at[k] = s.skus.find(sku)
	}
	c := &s.combos
	for i := range s.Rules.Rules {
		r := &s.Rules.Rules[i]
		if len(r.If) < leastLeft || len(r.Then) != 1 {
			continue
		}
		left, whole := renumber(at, r.If)
		right, sold := renumber(at, r.Then)
		if whole && sold {
			c.rules = append(c.rules, rule.Rule{If: left, Then: right, Counts: r.Counts})
		}
	}
	slices.SortStableFunc(c.rules, func(a, b rule.Rule) int {
		return cmp.Compare(b.Confidence(), a.Confidence())
	})
	for i := range c.rules {
		r := &c.rules[i]
		confidence := float32(r.Confidence())
		c.edges = append(c.edges, NewEdge(r.Then[0], BoughtWithAll, confidence, float32(r.Lift()), confidence,
			int(r.Both)))
	}
	c.matcher = rule.NewMatcher(s.Items.Len(), c.rules)
}

// renumber returns a side by other numbers, ascending; false where one of its goods is gone.
func renumber(at, side []int32) (out []int32, whole bool) {
	for _, k := range side {
		if at[k] < 0 {
			return nil, false
		}
		out = append(out, at[k])
	}
	slices.Sort(out)
	return out, true
}

// Combo returns the goods of the left side of a rule, ascending; nil for -1. The caller must not change
// them.
func (s *Snapshot) Combo(n int32) []int32 {
	if n < 0 {
		return nil
	}
	return s.combos.rules[n].If
}

// together weighs what goes with several goods of the scene at once. An item that several rules propose
// gets the best of them alone: they say the same of the same baskets.
func (r *Ranker) together() {
	if r.s.combos.matcher == nil || len(r.q.Anchors) < leastLeft {
		return
	}
	r.cart = append(r.cart[:0], r.q.Anchors[:min(len(r.q.Anchors), maxAnchors)]...)
	slices.Sort(r.cart)
	r.matched = r.s.combos.matcher.Match(slices.Compact(r.cart), r.matched[:0])
	w := r.weight(OnItem) * r.q.Blend.Combos
	matched := r.matched[:min(len(r.matched), maxMatched)]
	for k, n := range matched {
		e := &r.s.combos.edges[n]
		said := false
		for _, earlier := range matched[:k] {
			said = said || r.s.combos.edges[earlier].Item == e.Item
		}
		if !said {
			r.add(e, w, from{r.s.combos.rules[n].If[0], n}, OnItem)
		}
	}
}
