package trait_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/trait"
)

func world(seed uint64, items int) []trait.Trait {
	rng := rand.New(rand.NewPCG(seed, 1))
	var facts []trait.Trait
	for i := range int32(items) {
		add := func(f trait.Field, v int64) {
			facts = append(facts, trait.Trait{Item: i, Field: f, Value: v})
		}
		add(trait.Category, rng.Int64N(5))
		add(trait.Brand, rng.Int64N(9))
		for range rng.IntN(4) {
			add(trait.Tag, rng.Int64N(12))
		}
		for _, band := range trait.Bands(rng.Int64N(90000)) {
			add(trait.Price, band)
		}
	}
	return facts
}

// The oracle compares every item with every other.
func TestNearestIsTheBruteForce(t *testing.T) {
	for seed := range uint64(5) {
		const items = 60
		tr := trait.Build(items, world(seed, items), trait.DefaultWeights())
		lists := tr.Lists(8, items)
		for a := range int32(items) {
			best := list.NewBest(nil, 8)
			for b := range int32(items) {
				if s := tr.Alike(a, b); b != a && s > 0 {
					best.Offer(b, s)
				}
			}
			got, scores := lists.Of(a)
			for i, want := range best.Sorted() {
				if d := scores[i] - want.Score; math.Abs(float64(d)) > 1e-5 || scores[i] > 1.00001 {
					t.Fatalf("seed %d, item %d: %d with %v, want %v", seed, a, got[i], scores[i], want)
				}
			}
		}
	}
}

func TestOrderOfFactsDoesNotMatter(t *testing.T) {
	facts := world(1, 40)
	want := trait.Build(40, world(1, 40), trait.DefaultWeights())
	rng := rand.New(rand.NewPCG(2, 2))
	rng.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	got := trait.Build(40, append(facts, facts[:9]...), trait.DefaultWeights())
	if !reflect.DeepEqual(got, want) {
		t.Error("another order of the facts, and some of them twice, give other traits")
	}
}

func TestNewItemFindsItsLike(t *testing.T) {
	facts := world(3, 50)
	var mine []trait.Trait
	for _, f := range facts {
		if f.Item == 7 {
			mine = append(mine, f)
		}
	}
	s := trait.Build(50, facts, trait.DefaultWeights()).NewSearch(trait.DefaultHolders)
	got := s.NearestTo(nil, append(mine, trait.Trait{Field: trait.Brand, Value: 1e9}), 3)
	if len(got) != 3 || math.Abs(float64(got[0].Score)-1) > 1e-5 {
		t.Errorf("the twin of item 7 is like %v", got)
	}
	if none := s.NearestTo(nil, nil, 3); len(none) != 0 {
		t.Errorf("an item without traits is like %v", none)
	}
}

func TestCommonFeaturesAreBounded(t *testing.T) {
	var facts []trait.Trait
	for i := range int32(1000) {
		facts = append(facts, trait.Trait{Item: i, Field: trait.Colour, Value: 1})
	}
	facts = append(facts, trait.Trait{Item: 5000, Field: trait.Colour}, trait.Trait{Item: -1},
		trait.Trait{Field: 99})
	s := trait.Build(1001, facts, trait.DefaultWeights()).NewSearch(10)
	if got := s.Nearest(nil, 500, 99); len(got) != 9 || got[0].Item != 501 {
		t.Errorf("got %v", got)
	}
	if got := s.Nearest(nil, 1000, 99); len(got) != 0 {
		t.Errorf("an item without traits is like %v", got)
	}
}
