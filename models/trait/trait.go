package trait

import (
	"math"
	"slices"
)

// Field says what kind of trait a value is.
type Field uint8

// The fields that goods have.
const (
	Category Field = iota
	Brand
	Price
	Tag
	Colour
	Other
	fields
)

// Weights say how much a field counts, before rarity does.
type Weights [fields]float32

// DefaultWeights let the category decide first, brand and tags next, price and colour last.
func DefaultWeights() Weights {
	return Weights{Category: 1, Brand: .7, Price: .4, Tag: .7, Colour: .3, Other: .5}
}

// Trait is one fact: this item has this value in this field. Values are ids or hashes of the chain's
// own words.
type Trait struct {
	Item  int32
	Field Field
	Value int64
}

// Bands returns two price bands that overlap by half, each about 1.6 times as dear at its top as at its
// bottom: goods that cost nearly the same share at least one of them, on whichever side of an edge they
// lie.
func Bands(priceFen int64) [2]int64 {
	if priceFen <= 0 {
		return [2]int64{0, 1}
	}
	x := math.Log(float64(priceFen)) / math.Log(1.6)
	return [2]int64{2 * int64(x), 2*int64(x+.5) + 1}
}

// key is one feature; features are numbered in its order.
type key struct {
	field Field
	value int64
}

func compareKeys(a, b key) int {
	if a.field != b.field {
		return int(a.field) - int(b.field)
	}
	switch {
	case a.value < b.value:
		return -1
	case a.value > b.value:
		return 1
	}
	return 0
}

// Traits are the goods' vectors: item i has the features feature[start[i]] … with the weights beside
// them, whose squares sum to 1. The transpose (holders of each feature) stands beside it, because a
// search walks it.
type Traits struct {
	keys    []key
	idf     []float32 // weight of a feature before the vector is brought to length 1
	start   []int32
	feature []int32
	weight  []float32
	holdsAt []int32
	holder  []int32
}

// Build makes the vectors of the items 0 … items-1; facts of other items are left out. The weight of a
// feature is
//
//	w = weights[field] · ln(1 + items / holders)
//
// the inverse document frequency of Spärck Jones ("A statistical interpretation of term specificity and
// its application in retrieval", 1972). Cost: a sort of the facts. It sorts the slice.
func Build(items int, facts []Trait, weights Weights) *Traits {
	facts = slices.DeleteFunc(facts, func(f Trait) bool {
		return f.Item < 0 || int(f.Item) >= items || f.Field >= fields || !(weights[f.Field] > 0)
	})
	slices.SortFunc(facts, func(a, b Trait) int {
		if a.Item != b.Item {
			return int(a.Item) - int(b.Item)
		}
		return compareKeys(key{a.Field, a.Value}, key{b.Field, b.Value})
	})
	facts = slices.Compact(facts)
	t := &Traits{start: make([]int32, 1, items+1), feature: make([]int32, 0, len(facts))}
	for _, f := range facts {
		t.keys = append(t.keys, key{f.Field, f.Value})
	}
	slices.SortFunc(t.keys, compareKeys)
	t.keys = slices.Compact(t.keys)
	for _, f := range facts {
		for int(f.Item) >= len(t.start) {
			t.start = append(t.start, int32(len(t.feature)))
		}
		t.feature = append(t.feature, t.find(key{f.Field, f.Value}))
	}
	for len(t.start) <= items {
		t.start = append(t.start, int32(len(t.feature)))
	}
	t.index()
	t.weigh(weights)
	return t
}

// find returns the number of a feature, or -1.
func (t *Traits) find(k key) int32 {
	if at, ok := slices.BinarySearchFunc(t.keys, k, compareKeys); ok {
		return int32(at)
	}
	return -1
}

// index makes the transpose.
func (t *Traits) index() {
	t.holdsAt = make([]int32, len(t.keys)+1)
	for _, f := range t.feature {
		t.holdsAt[f+1]++
	}
	for f := range t.keys {
		t.holdsAt[f+1] += t.holdsAt[f]
	}
	next := slices.Clone(t.holdsAt)
	t.holder = make([]int32, len(t.feature))
	for item := range t.Items() {
		for _, f := range t.feature[t.start[item]:t.start[item+1]] {
			t.holder[next[f]] = int32(item)
			next[f]++
		}
	}
}

func (t *Traits) weigh(weights Weights) {
	t.idf = make([]float32, len(t.keys))
	for f, k := range t.keys {
		holders := float64(t.holdsAt[f+1] - t.holdsAt[f])
		t.idf[f] = weights[k.field] * float32(math.Log1p(float64(t.Items())/holders))
	}
	t.weight = make([]float32, len(t.feature))
	for item := range t.Items() {
		from, to := t.start[item], t.start[item+1]
		unit(t.idf, t.feature[from:to], t.weight[from:to])
	}
}

// unit writes the features' weights, brought to length 1.
func unit(idf []float32, features []int32, into []float32) {
	var sum float64
	for _, f := range features {
		sum += float64(idf[f]) * float64(idf[f])
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i, f := range features {
		into[i] = idf[f] * scale
	}
}

// Items is how many items there are.
func (t *Traits) Items() int { return len(t.start) - 1 }

// Of returns the item's features and their weights. The caller must not change them.
func (t *Traits) Of(item int32) ([]int32, []float32) {
	if item < 0 || int(item) >= t.Items() {
		return nil, nil
	}
	from, to := t.start[item], t.start[item+1]
	return t.feature[from:to:to], t.weight[from:to:to]
}
