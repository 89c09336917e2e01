package rule

import (
	"cmp"
	"math"
	"slices"
)

// Rule says that who buys all of If buys all of Then. It carries counts, from which its measures follow
// exactly. Sources of the measures: Agrawal, Imieliński and Swami, "Mining association rules between sets of
// items in large databases", 1993 (support, confidence); Brin, Motwani, Ullman and Tsur, "Dynamic itemset
// counting and implication rules for market basket data", 1997 (lift, conviction); Piatetsky-Shapiro,
// "Discovery, analysis, and presentation of strong rules", 1991 (leverage).
type Rule struct {
	// If and Then have no item in common; both ascend.
	If, Then []int32
	// Both is how many baskets hold If and Then, Left and Right how many hold If and how many Then, of
	// Total baskets.
	Both, Left, Right, Total int32
}

// Support is the share of baskets that hold both sides: P(If ∧ Then).
func (r *Rule) Support() float64 { return ratio(r.Both, r.Total) }

// Confidence is how many of the baskets with If hold Then: P(Then | If).
func (r *Rule) Confidence() float64 { return ratio(r.Both, r.Left) }

// Lift is how many times as often Then stands beside If as anywhere: P(If ∧ Then) / (P(If)·P(Then)).
func (r *Rule) Lift() float64 { return lift(r.Both, r.Left, r.Right, r.Total) }

// Leverage is the share of baskets that hold both sides beyond what chance explains:
// P(If ∧ Then) − P(If)·P(Then).
func (r *Rule) Leverage() float64 {
	return ratio(r.Both, r.Total) - ratio(r.Left, r.Total)*ratio(r.Right, r.Total)
}

// Conviction is how many times as often the rule would fail if the sides were independent:
// (1 − P(Then)) / (1 − confidence); +Inf for a rule that never fails.
func (r *Rule) Conviction() float64 {
	if r.Both >= r.Left {
		return math.Inf(1)
	}
	return (1 - ratio(r.Right, r.Total)) / (1 - ratio(r.Both, r.Left))
}

// ratio is a/b, 0 where b is 0.
func ratio(a, b int32) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// lift of counts; 0 where one side has none.
func lift(both, left, right, total int32) float64 {
	if left == 0 || right == 0 {
		return 0
	}
	return float64(both) * float64(total) / (float64(left) * float64(right))
}

// compare puts the higher lift first, then the higher confidence, the larger count, and the items.
func compare(a, b *Rule) int {
	switch {
	case a.Lift() != b.Lift():
		return cmp.Compare(b.Lift(), a.Lift())
	case a.Confidence() != b.Confidence():
		return cmp.Compare(b.Confidence(), a.Confidence())
	case a.Both != b.Both:
		return cmp.Compare(b.Both, a.Both)
	}
	if by := slices.Compare(a.If, b.If); by != 0 {
		return by
	}
	return slices.Compare(a.Then, b.Then)
}
