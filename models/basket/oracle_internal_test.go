package basket

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// drawn is a book of a seeded world, and the baskets that it holds, by member.
func drawn(seed uint64) (*book, map[int64][][]int64) {
	rng := rand.New(rand.NewPCG(seed, 0x0c))
	cfg := Config{RecentBaskets: 3, RecentItems: 1000, Neighbours: 1000, MaxBuyers: 1000}.withDefaults()
	b, all := newBook(cfg), map[int64][][]int64{}
	for id := range int64(25) {
		for v := range 1 + rng.IntN(14) {
			var items []int64
			for range 1 + rng.IntN(5) {
				items = append(items, rng.Int64N(1+rng.Int64N(30)))
			}
			b.add(id, int64(v+1), 0, items)
			slices.Sort(items)
			all[id] = append(all[id], slices.Compact(items))
		}
	}
	for id := int64(0); id < 25; id += 4 {
		b.remove(id)
		delete(all, id)
	}
	return b, all
}

// recount counts one item over all baskets by the words of the tally's comment.
func recount(all map[int64][][]int64, item int64) (t tally) {
	for _, baskets := range all {
		n, latest := len(baskets), -1
		for v, items := range baskets {
			has := slices.Contains(items, item)
			if latest >= 0 {
				age := min(v-latest-1, ages-1)
				t.chances[age]++
				if has {
					t.returns[age]++
				}
			}
			if !has {
				continue
			}
			t.lines++
			t.place += int64(2*v+1) * places / int64(2*n)
			if v == n-1 {
				t.last++
				if latest < 0 {
					t.fresh++
				}
			}
			if v == n-2 {
				t.previous++
			}
			latest = v
		}
		if latest >= 0 {
			t.buyers++
		}
	}
	return t
}

func TestCountsAgreeWithARecount(t *testing.T) {
	for seed := range uint64(20) {
		b, all := drawn(seed)
		var whole cadence
		for n, id := range b.ids {
			want := recount(all, id)
			if got := b.stat[n]; !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: item %d is counted\n%+v, want\n%+v", seed, id, got, want)
			}
			if b.popular[n] != want.popularity() || len(b.buyers[n]) != int(want.buyers) {
				t.Fatalf("seed %d: item %d has popularity %d and %d buyers", seed, id, b.popular[n],
					len(b.buyers[n]))
			}
			for a := range ages {
				whole.chances[a] += want.chances[a]
				whole.returns[a] += want.returns[a]
			}
		}
		if b.all != whole {
			t.Fatalf("seed %d: over all items %+v, want %+v", seed, b.all, whole)
		}
	}
}

// near computes what seek does for one member and item, from the formula.
func near(b *book, all map[int64][][]int64, asking, item int64) (sum [3]float64) {
	baskets, want := all[asking], map[int64]float64{}
	for back := range min(3, len(baskets)) {
		for _, j := range baskets[len(baskets)-1-back] {
			want[j] += math.Pow(recency, float64(back))
		}
	}
	most := func(items []int64) (m float64) {
		for _, j := range items {
			m = max(m, want[j])
		}
		return m
	}
	total := 0.0
	for id, other := range all {
		lines, sim := 0, 0.0
		held := map[int64]bool{}
		for _, items := range other {
			lines += len(items)
			for _, j := range items {
				held[j] = true
			}
		}
		for j, w := range want {
			if held[j] {
				t := recount(all, j)
				sim += w * math.Pow(math.Log1p(float64(len(all))/float64(t.buyers+1)), rarity)
			}
		}
		if sim /= math.Sqrt(float64(lines + breadth)); id == asking {
			continue
		}
		total += sim
		for v, items := range other {
			if !slices.Contains(items, item) {
				continue
			}
			sum[0] += sim * math.Pow(fading, float64(len(other)-1-v))
			sum[1] += sim * most(items)
			if v > 0 {
				sum[2] += sim * most(other[v-1])
			}
		}
	}
	for i := range sum {
		sum[i] /= total + 1e-9
	}
	return sum
}

func TestNeighboursAgreeWithTheFormula(t *testing.T) {
	var s Scratch
	for seed := range uint64(4) {
		b, all := drawn(seed)
		for asking := range all {
			s.gather(b, &b.members[b.at[asking]], 0, 0)
			for n, id := range b.ids {
				want, g := near(b, all, asking, id), s.goods[n]
				for i, got := range []float32{g.all, g.beside, g.after} {
					if math.Abs(float64(got)-want[i]) > 1e-4 {
						t.Fatalf("seed %d, member %d, item %d: sum %d is %v, want %v", seed, asking, id, i,
							got, want[i])
					}
				}
			}
		}
	}
}

// The traits of one member, worked out by hand.
func TestTraitsOfAHabit(t *testing.T) {
	b := newBook(Config{}.withDefaults())
	for _, v := range []struct {
		time  int64
		items []int64
	}{{10, []int64{1, 2}}, {20, []int64{2}}, {30, []int64{1, 3}}, {50, []int64{4}}} {
		b.add(7, v.time, 0, v.items)
	}
	var s Scratch
	s.gather(b, &b.members[0], 60, 0)
	row := s.describe(b, b.number[1])
	for trait, want := range map[int]float32{traitCount: 2, traitShare: 0.5, traitAge: 1, traitDue: 30.0 / 20,
		traitWait: 30 / (40.0 / 3), traitBaskets: 4, traitSize: 1.5, traitNewest: 1, traitRepeats: 3.0 / 11,
		traitIdle: 10 / (40.0 / 3), traitBuyers: 1, traitLast: 0, traitStore: -1, traitNear: 0} {
		if math.Abs(float64(row[trait]-want)) > 1e-6 {
			t.Errorf("trait %d is %v, want %v", trait, row[trait], want)
		}
	}
}
