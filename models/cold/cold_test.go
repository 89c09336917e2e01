package cold_test

import (
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/cold"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/trait"
)

// hide splits a world: every tenth item is a newcomer, of which the models see neither sales nor facts.
func hide(t testing.TB, w *planted.World) (cold.Kin, []cold.Newcomer) {
	t.Helper()
	known := func(item int32) bool { return item/int32(w.Config.Clusters)%10 != 3 }
	h := w.History
	baskets := neighbour.Groups{Start: []int32{0}}
	rate := make([]float32, w.Config.Items)
	for b := range int32(h.Baskets()) {
		for _, item := range h.Basket(b) {
			if known(item) {
				baskets.Item = append(baskets.Item, item)
				rate[item] += 1 / float32(len(h.Item))
			}
		}
		baskets.Start = append(baskets.Start, int32(len(baskets.Item)))
	}
	bought := neighbour.Count(w.Config.Items, baskets, neighbour.Limits{})
	m, err := neighbour.Fit(neighbour.Sources{Bought: bought}, neighbour.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var facts []trait.Trait
	by := map[int32][]trait.Trait{}
	for _, f := range w.Facts {
		if known(f.Item) {
			facts = append(facts, f)
		} else {
			by[f.Item] = append(by[f.Item], f)
		}
	}
	var newcomers []cold.Newcomer
	for item := range int32(w.Config.Items) {
		if by[item] != nil {
			newcomers = append(newcomers, cold.Newcomer{ID: int64(item), Facts: by[item]})
		}
	}
	traits := trait.Build(w.Config.Items, facts, trait.DefaultWeights())
	return cold.Kin{Traits: traits, Model: m, Rate: rate}, newcomers
}

// Asked which five of all newcomers a member bought, lists that were inherited must be right at least
// 2.5 times as often as chance.
func TestNewcomersFindTheirBuyers(t *testing.T) {
	for seed := range uint64(3) {
		w := planted.Make(planted.Config{Seed: seed})
		kin, newcomers := hide(t, w)
		f := cold.Adopt(kin, newcomers, cold.FamilyConfig{})
		board := list.NewBoard(len(newcomers))
		hits, asked := 0., 0.
		for u := range int32(w.History.Users.Len()) {
			board.Clear()
			owned := w.Owned(u)
			for _, item := range owned {
				heirs, scores := f.Heirs.Of(item)
				for i, n := range heirs {
					board.Add(n, scores[i])
				}
			}
			top := board.Top(nil, 5)
			for n, newcomer := range newcomers {
				if slices.Contains(owned, int32(newcomer.ID)) {
					asked++
					if slices.ContainsFunc(top, func(s list.Scored) bool { return s.Item == int32(n) }) {
						hits++
					}
				}
			}
		}
		chance := 5 / float64(len(newcomers))
		t.Logf("seed %d: recall@5 %.3f, chance %.3f", seed, hits/asked, chance)
		if hits/asked < 2.5*chance {
			t.Errorf("seed %d: recall@5 %.3f, chance %.3f", seed, hits/asked, chance)
		}
	}
}

func TestNewcomersInheritTheirCluster(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 5})
	kin, newcomers := hide(t, w)
	f := cold.Adopt(kin, newcomers, cold.FamilyConfig{Top: 10})
	mine, all := 0, 0
	for n, newcomer := range newcomers {
		items, _ := f.Goes.Of(int32(n))
		for _, j := range items {
			all++
			if w.Cluster(j) == w.Cluster(int32(newcomer.ID)) {
				mine++
			}
		}
		if !(f.Rate[n] > 0 && f.Rate[n] < .1) {
			t.Errorf("newcomer %d is expected to sell %v of all", n, f.Rate[n])
		}
	}
	if 10*mine < 8*all || all == 0 {
		t.Errorf("%d of %d goods that go with newcomers are of their cluster", mine, all)
	}
	none := cold.Adopt(kin, []cold.Newcomer{{ID: 1}}, cold.FamilyConfig{Doubt: float32(math.NaN())})
	if items, _ := none.Goes.Of(0); len(items) != 0 || !(none.Rate[0] > 0) {
		t.Errorf("a newcomer without facts inherits %v, %v", items, none.Rate)
	}
}

func TestNobodyHasNoFamily(t *testing.T) {
	nothing := cold.Kin{Traits: trait.Build(0, nil, trait.DefaultWeights())}
	empty := cold.Adopt(nothing, nil, cold.FamilyConfig{})
	if len(empty.IDs) != 0 {
		t.Error("no newcomers give a family")
	}
}
