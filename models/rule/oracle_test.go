package rule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

// baskets are given item by item.
func baskets(items int, all ...[]int32) rule.Baskets {
	return rule.Baskets{Len: len(all), Items: items, At: func(b int32) []int32 { return all[b] }}
}

// someBaskets draws up to 80 baskets of up to 12 items, some of them twice in a basket, some baskets empty.
func someBaskets(seed uint64) [][]int32 {
	rng := rand.New(rand.NewPCG(seed, 7))
	all := make([][]int32, 1+rng.IntN(80))
	for i := range all {
		for range rng.IntN(10) {
			all[i] = append(all[i], int32(min(rng.IntN(12), rng.IntN(12))))
		}
	}
	return all
}

// brute counts every itemset over the 12 items, by looking at each basket for each of the 4,095.
func brute(all [][]int32, least int32, maxLength int) map[string]int32 {
	masks := make([]uint32, len(all))
	for i, basket := range all {
		for _, item := range basket {
			masks[i] |= 1 << item
		}
	}
	counts := map[string]int32{}
	for set := uint32(1); set < 1<<12; set++ {
		var items []int32
		for item := range int32(12) {
			if set>>item&1 == 1 {
				items = append(items, item)
			}
		}
		n := int32(0)
		for _, m := range masks {
			if m&set == set {
				n++
			}
		}
		if n >= least && len(items) <= maxLength {
			counts[fmt.Sprint(items)] = n
		}
	}
	return counts
}

func listed(t *testing.T, s *rule.Itemsets) map[string]int32 {
	t.Helper()
	counts := map[string]int32{}
	for i := range s.Len() {
		items, count := s.At(i)
		if !slices.IsSorted(items) {
			t.Fatalf("itemset %v is not in order", items)
		}
		if _, twice := counts[fmt.Sprint(items)]; twice {
			t.Fatalf("itemset %v is listed twice", items)
		}
		counts[fmt.Sprint(items)] = count
		if got := s.Count(items...); got != count {
			t.Fatalf("itemset %v counts %d when listed, %d when asked for", items, count, got)
		}
	}
	return counts
}

func mine(t *testing.T, b rule.Baskets, cfg rule.Config) *rule.Itemsets {
	t.Helper()
	s, err := rule.Mine(b, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
