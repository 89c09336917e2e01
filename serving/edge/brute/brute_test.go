package brute

import (
	"cmp"
	"slices"
	"testing"
)

func TestBestAreTheBest(t *testing.T) {
	s := New(Config{Items: 500, Dimensions: 16, Members: 20, Limit: 10, Seed: 1})
	for member := range 20 {
		var all []pick
		for item := range 500 {
			score := float32(0)
			for k := range 16 {
				score += s.members[member*16+k] * s.items[item*16+k]
			}
			all = append(all, pick{item, score})
		}
		slices.SortFunc(all, func(a, b pick) int { return cmp.Compare(b.Score, a.Score) })
		for k, got := range s.best(nil, member) {
			if got.Item != all[k].Item {
				t.Errorf("member %d, place %d: item %d, want %d", member, k, got.Item, all[k].Item)
			}
		}
	}
}
