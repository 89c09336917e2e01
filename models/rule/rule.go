package rule

import (
	"cmp"
	"math"
	"slices"
)

// Counts say how two sides go together, and the measures follow from them exactly. Sources: Agrawal,
// Imieliński and Swami, "Mining association rules between sets of items in large databases", 1993 (support,
// confidence); Brin, Motwani, Ullman and Tsur, "Dynamic itemset counting and implication rules for market
// basket data", 1997 (lift, conviction); Piatetsky-Shapiro, "Discovery, analysis, and presentation of strong
// rules", 1991 (leverage).
type Counts struct {
	// Both is how many baskets hold both sides, Left and Right how many hold the one and the other, of Total
	// baskets.
	Both, Left, Right, Total int32
}

// Rule says that who buys all of If buys all of Then.
type Rule struct {
	// If and Then have no item in common; both ascend.
	If, Then []int32
	Counts
}

// Support is the share of baskets that hold both sides: P(If ∧ Then).
func (c Counts) Support() float64 { return ratio(c.Both, c.Total) }

// Confidence is how many of the baskets with If hold Then: P(Then | If).
func (c Counts) Confidence() float64 { return ratio(c.Both, c.Left) }

// Lift is how many times as often Then stands beside If as anywhere: P(If ∧ Then) / (P(If)·P(Then)).
func (c Counts) Lift() float64 {
	if c.Left == 0 || c.Right == 0 {
		return 0
	}
	return float64(c.Both) * float64(c.Total) / (float64(c.Left) * float64(c.Right))
}

// Leverage is the share of baskets that hold both sides beyond what chance explains:
// P(If ∧ Then) − P(If)·P(Then).
func (c Counts) Leverage() float64 {
	return ratio(c.Both, c.Total) - ratio(c.Left, c.Total)*ratio(c.Right, c.Total)
}

// Conviction is how many times as often the rule would fail if the sides were independent:
// (1 − P(Then)) / (1 − confidence); +Inf for a rule that never fails.
func (c Counts) Conviction() float64 {
	if c.Both >= c.Left {
		return math.Inf(1)
	}
	return (1 - ratio(c.Right, c.Total)) / (1 - ratio(c.Both, c.Left))
}

// ratio is a/b, 0 where b is 0.
func ratio(a, b int32) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
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
