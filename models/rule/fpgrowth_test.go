package rule_test

import (
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/models/rule"
)

// fpTree is the tree of Han, Pei and Yin, "Mining frequent patterns without candidate generation", 2000: the
// oracle for baskets too many for brute force, and the method that BenchmarkMine compares with.
type fpTree struct {
	rank, parent, count, same []int32 // by node; same is the next node of the rank, 0 ends
	head, total               []int32 // by rank
	child                     map[int64]int32
}

func newFPTree(ranks int) *fpTree {
	return &fpTree{rank: []int32{-1}, parent: []int32{0}, count: []int32{0}, same: []int32{0},
		head: make([]int32, ranks), total: make([]int32, ranks), child: map[int64]int32{}}
}

// add takes a path of ascending ranks; rank 0 is the commonest here.
func (f *fpTree) add(path []int32, count int32) {
	node := int32(0)
	for _, r := range path {
		key := int64(node)<<32 | int64(r)
		next, ok := f.child[key]
		if !ok {
			next = int32(len(f.rank))
			f.child[key] = next
			f.rank, f.parent, f.count = append(f.rank, r), append(f.parent, node), append(f.count, 0)
			f.same, f.head[r] = append(f.same, f.head[r]), next
		}
		f.count[next] += count
		f.total[r] += count
		node = next
	}
}

func (f *fpTree) mine(least int32, suffix []int32, found func(ranks []int32, count int32)) {
	for r := len(f.head) - 1; r >= 0; r-- {
		if f.total[r] < least {
			continue
		}
		set := append(slices.Clone(suffix), int32(r))
		found(set, f.total[r])
		beside := make([]int32, r)
		for node := f.head[r]; node != 0; node = f.same[node] {
			for up := f.parent[node]; up != 0; up = f.parent[up] {
				beside[f.rank[up]] += f.count[node]
			}
		}
		below, path := newFPTree(r), []int32(nil)
		for node := f.head[r]; node != 0; node = f.same[node] {
			path = path[:0]
			for up := f.parent[node]; up != 0; up = f.parent[up] {
				if beside[f.rank[up]] >= least {
					path = append(path, f.rank[up])
				}
			}
			slices.Reverse(path)
			below.add(path, f.count[node])
		}
		below.mine(least, set, found)
	}
}

// grow returns the frequent itemsets by FP-growth.
func grow(b rule.Baskets, least int32) map[string]int32 {
	sets := map[string]int32{}
	growEach(b, least, func(items []int32, count int32) {
		slices.Sort(items)
		sets[fmt.Sprint(items)] = count
	})
	return sets
}

func growEach(b rule.Baskets, least int32, found func(items []int32, count int32)) {
	count := make([]int32, b.Items)
	for i := range int32(b.Len) {
		for _, item := range b.At(i) {
			count[item]++
		}
	}
	order := make([]int32, b.Items)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return int(count[y] - count[x]) })
	rank := make([]int32, b.Items)
	for r, item := range order {
		rank[item] = int32(r)
	}
	tree, path := newFPTree(b.Items), []int32(nil)
	for i := range int32(b.Len) {
		path = path[:0]
		for _, item := range b.At(i) {
			if count[item] >= least {
				path = append(path, rank[item])
			}
		}
		slices.Sort(path)
		tree.add(path, 1)
	}
	tree.mine(least, nil, func(ranks []int32, n int32) {
		items := make([]int32, len(ranks))
		for i, r := range ranks {
			items[i] = order[r]
		}
		found(items, n)
	})
}
