package rule

import (
	"cmp"
	"fmt"
	"slices"
)

// Wanted says which rules are kept.
type Wanted struct {
	// MinConfidence and MinLift are the least a rule must have. Default 0: all.
	MinConfidence, MinLift float64
	// MinLength is how many items both sides have at least. Default 2, the fewest there are.
	MinLength int
	// AnyThen asks for right sides of several items too: up to 2^n rules from an itemset of n. Default: one
	// item on the right.
	AnyThen bool
	// General leaves out a rule where a part of its left side, nothing included, predicts the same right side
	// with at least the same confidence: the longer rule says nothing new. Up to 2^n look-ups for each rule.
	General bool
	// MaxRules bounds the answer. Default 1,000,000. Where there are more, Rules returns ErrTooMany.
	MaxRules int
}

// maxParts bounds the itemsets of which every part is tried.
const maxParts = 24

// Rules returns the rules that follow from the itemsets, those with the highest lift first. A left side is
// never empty.
func (s *Itemsets) Rules(want Wanted) ([]Rule, error) {
	if want.MaxRules == 0 {
		want.MaxRules = 1_000_000
	}
	s.indexed.Do(s.index)
	d := &deriving{Itemsets: s, want: want}
	for i := range s.count {
		items, count := s.At(i)
		if len(items) < max(2, want.MinLength) {
			continue
		}
		if err := d.derive(items, count); err != nil {
			return nil, err
		}
	}
	return d.sorted(), nil
}

// deriving gathers rules.
type deriving struct {
	*Itemsets
	want  Wanted
	rules []Rule
	arena []int32 // where the sides of further rules lie
	hash  []uint64
	// left, right and part are scratch.
	left, right, part []int32
}

// derive makes the rules of one itemset.
func (d *deriving) derive(items []int32, both int32) error {
	if len(items) > maxParts && (d.want.AnyThen || d.want.General) {
		return fmt.Errorf("cannot try every part of an itemset of %d items: set MaxLength to %d or less: %w",
			len(items), maxParts, ErrTooMany)
	}
	d.hash = d.hash[:0]
	sum := uint64(0)
	for _, item := range items {
		d.hash = append(d.hash, mix(item))
		sum += mix(item)
	}
	if d.want.AnyThen {
		return d.deriveAny(items, both, sum)
	}
	for skip := range items {
		c := Counts{Both: both, Left: d.find(sum-d.hash[skip], items, skip),
			Right: d.find(d.hash[skip], items[skip:skip+1], -1), Total: d.baskets}
		if !d.wanted(c) {
			continue
		}
		d.left = append(append(d.left[:0], items[:skip]...), items[skip+1:]...)
		if err := d.add(c, d.left, items[skip:skip+1]); err != nil {
			return err
		}
	}
	return nil
}

// deriveAny makes the rules of one itemset with every right side.
func (d *deriving) deriveAny(items []int32, both int32, sum uint64) error {
	for mask := uint32(1); mask < 1<<len(items)-1; mask++ { // the items on the right
		d.left, d.right = d.left[:0], d.right[:0]
		rightSum := uint64(0)
		for i, item := range items {
			if mask>>i&1 == 0 {
				d.left = append(d.left, item)
				continue
			}
			d.right, rightSum = append(d.right, item), rightSum+d.hash[i]
		}
		c := Counts{Both: both, Left: d.find(sum-rightSum, d.left, -1), Right: d.find(rightSum, d.right, -1),
			Total: d.baskets}
		if !d.wanted(c) {
			continue
		}
		if err := d.add(c, d.left, d.right); err != nil {
			return err
		}
	}
	return nil
}

func (d *deriving) wanted(c Counts) bool {
	return c.Confidence() >= d.want.MinConfidence && c.Lift() >= d.want.MinLift
}

// add takes a rule with its sides, unless a shorter rule says the same and that is asked.
func (d *deriving) add(c Counts, left, right []int32) error {
	if d.want.General && d.said(left, right, c) {
		return nil
	}
	if len(d.rules) >= d.want.MaxRules {
		return fmt.Errorf("cannot list the rules of confidence %v and lift %v: more than the limit of %d; "+
			"raise MinConfidence or MinLift, or MaxRules: %w", d.want.MinConfidence, d.want.MinLift,
			d.want.MaxRules, ErrTooMany)
	}
	d.rules = append(d.rules, Rule{If: d.side(left), Then: d.side(right), Counts: c})
	return nil
}

// side copies a side into the arena, which grows by blocks so that what was handed out stays.
func (d *deriving) side(items []int32) []int32 {
	if cap(d.arena)-len(d.arena) < len(items) {
		d.arena = make([]int32, 0, max(len(items), 1<<14))
	}
	from := len(d.arena)
	d.arena = append(d.arena, items...)
	return d.arena[from:len(d.arena):len(d.arena)]
}

func (d *deriving) sorted() []Rule {
	type key struct {
		lift float64
		at   int
	}
	keys := make([]key, len(d.rules))
	for i := range d.rules {
		keys[i] = key{d.rules[i].Lift(), i}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if by := cmp.Compare(b.lift, a.lift); by != 0 {
			return by
		}
		return compare(&d.rules[a.at], &d.rules[b.at])
	})
	sorted := make([]Rule, len(keys))
	for i, k := range keys {
		sorted[i] = d.rules[k.at]
	}
	return sorted
}
