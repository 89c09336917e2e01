package recommend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/trait"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// wardrobe is a catalogue of styles in several sizes, in categories two deep.
func wardrobe(seed uint64, goods int) recommend.Catalogue {
	rng := rand.New(rand.NewPCG(seed, 1))
	c := recommend.Catalogue{At: time.Unix(1_800_000_000, 0)}
	for k := range 12 {
		parent := ""
		if k > 2 {
			parent = fmt.Sprint("c", k%3)
		}
		c.Categories = append(c.Categories, retail.Category{Code: fmt.Sprint("c", k), Parent: parent})
	}
	var sku retail.SKU
	for k := range goods {
		if k%4 == 0 || sku.StyleID == 0 { // else another size
			sku = retail.SKU{Category: c.Categories[rng.IntN(12)], Brand: fmt.Sprint("b", rng.IntN(9)),
				Price: retail.Money(100 + rng.IntN(90_000)), StyleID: retail.StyleID(k / 4 * rng.IntN(8)),
				Active: true}
			if rng.IntN(3) == 0 {
				sku.Tags = []retail.TimedTag{{Tag: retail.Hot}}
			}
		}
		sku.ID, sku.Code = retail.SKUID(k+1), fmt.Sprint("P", k+1)
		c.SKUs = append(c.SKUs, sku)
	}
	return c
}

// vectors spells out what models/trait compresses: ln(1 + items / holders) for each trait, over the
// length of the whole.
func vectors(s *recommend.Snapshot, c recommend.Catalogue) []map[string]float64 {
	weights := trait.DefaultWeights()
	parent := map[string]string{}
	for _, x := range c.Categories {
		parent[x.Code] = x.Parent
	}
	all, holders := make([]map[string]float64, s.Items.Len()), map[string]int{}
	for k := range all {
		all[k] = map[string]float64{}
		add := func(name string, w float32) { all[k][name] = float64(w); holders[name]++ }
		for code := s.Categories.Code[s.Items.Category[k]]; code != ""; code = parent[code] {
			add(code, weights[trait.Category])
		}
		add(s.Brands[s.Items.Brand[k]], weights[trait.Brand])
		for _, band := range trait.Bands(s.Items.PriceFen[k]) {
			add(fmt.Sprint(band), weights[trait.Price])
		}
		if s.Items.Tags[k] != 0 {
			add("hot", weights[trait.Tag])
		}
	}
	for k := range all {
		sum := 0.0
		for name := range all[k] {
			all[k][name] *= math.Log1p(float64(len(all)) / float64(holders[name]))
			sum += all[k][name] * all[k][name]
		}
		for name := range all[k] {
			all[k][name] /= math.Sqrt(sum)
		}
	}
	return all
}

// TestAlikeGoodsAreTheNearest holds the lists against cosines of all pairs. The chain is small enough for
// every trait to be walked.
func TestAlikeGoodsAreTheNearest(t *testing.T) {
	seed := rand.Uint64()
	c := wardrobe(seed, 300)
	s := recommend.FromCatalogue(1, c)
	s.AddAlike()
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	all := vectors(s, c)
	cosine := func(a, b int32) (sum float64) {
		for name, x := range all[a] {
			sum += x * all[b][name]
		}
		return sum
	}
	edges := 0
	for item := range int32(s.Items.Len()) {
		row := s.Neighbours.Row(item, 99)
		edges += len(row)
		seen := map[int32]bool{s.Items.Style[item]: true}
		for k, e := range row {
			style := s.Items.Style[e.Item]
			if e.Item == item || style >= 0 && seen[style] || e.Kind() != recommend.Similar ||
				k > 0 && e.Score > row[k-1].Score || math.Abs(cosine(item, e.Item)-float64(e.Share)) > 1e-5 {
				t.Fatalf("seed %d: item %d: %v of style %d, cosine %v", seed, item, e, style,
					cosine(item, e.Item))
			}
			seen[style] = true
		}
		least, listed := .25, map[int32]bool{}
		if n := len(row); n == 24 {
			least = float64(row[n-1].Score)
		} else if n > 0 && row[n-1].Score < .25 {
			t.Fatalf("seed %d: item %d is like %v", seed, item, row[n-1])
		}
		for _, e := range row {
			listed[e.Item] = true
		}
		near, missed := 0, int32(-1)
		for other := range int32(s.Items.Len()) {
			if other == item || cosine(item, other) < .25 {
				continue
			}
			near++
			if style := s.Items.Style[other]; !listed[other] && (style < 0 || !seen[style]) &&
				cosine(item, other) > least+1e-5 {
				missed = other
			}
		}
		// With more than 96 near ones the look may have ended at sizes of few styles.
		if missed >= 0 && (len(row) == 24 || near <= 96) {
			t.Fatalf("seed %d: %d is more like %d than the last of the list", seed, missed, item)
		}
	}
	if edges < 10*s.Items.Len() {
		t.Errorf("seed %d: %d goods have %d edges", seed, s.Items.Len(), edges)
	}
}

func TestAlikeGoodsOfOddCatalogues(t *testing.T) {
	f := func(want int, skus ...retail.SKU) {
		t.Helper()
		s := recommend.FromCatalogue(1, recommend.Catalogue{SKUs: skus})
		s.AddAlike()
		if err := s.Prepare(); err != nil || len(s.Neighbours.List) != want {
			t.Errorf("%d edges, want %d; %v", len(s.Neighbours.List), want, err)
		}
	}
	f(0)
	f(0, retail.SKU{ID: 1})
	f(2, retail.SKU{ID: 1}, retail.SKU{ID: 2, Price: math.MinInt64}) // without a price, both
	f(0, retail.SKU{ID: 1, StyleID: 7}, retail.SKU{ID: 2, StyleID: 7})
	f(0, retail.SKU{ID: 1, Price: 1}, retail.SKU{ID: 2, Price: math.MaxInt64})
}

// TestNewGoodsKeepTheirAlikeOnes grafts a model onto goods of which it knows some.
func TestNewGoodsKeepTheirAlikeOnes(t *testing.T) {
	model := simulated.World(4, simulated.Shop())
	c := wardrobe(5, model.Items.Len()+30)
	c.Stores = []retail.Store{{ID: 1}}
	base := recommend.FromCatalogue(1, c)
	base.AddAlike()
	if err := base.Prepare(); err != nil {
		t.Fatal(err)
	}
	s, err := recommend.Graft(base, model)
	if err != nil || s.MadeS != model.MadeS {
		t.Fatalf("made at %d, want %d; %v", s.MadeS, model.MadeS, err)
	}
	for item := range int32(s.Items.Len()) {
		want := model.Neighbours.Row(model.Item(retail.SKUID(s.Items.SKU[item])), 99)
		if len(want) == 0 {
			want = base.Neighbours.Row(item, 99)
		}
		got := s.Neighbours.Row(item, 99)
		if len(got) != len(want) || len(got) == 0 || got[0].Kind() != want[0].Kind() {
			t.Fatalf("item %d has %v, want %v", item, got, want)
		}
	}
}
