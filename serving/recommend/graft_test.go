package recommend_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

func TestGraftOntoItselfChangesNothing(t *testing.T) {
	s := simulated.World(4, simulated.Shop())
	got, err := recommend.Graft(s, s)
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("another snapshot came out: %v", err)
	}
}

// TestGraftKeepsWhatIsStillThere holds each list, by SKU, against the one it came from.
func TestGraftKeepsWhatIsStillThere(t *testing.T) {
	model := simulated.World(4, simulated.Shop())
	var c recommend.Catalogue
	for k := range model.Items.Len() + 30 { // every third is gone, thirty are new
		if k%3 > 0 {
			c.SKUs = append(c.SKUs, retail.SKU{ID: retail.SKUID(k + 1), Active: true, Price: 777})
		}
	}
	c.Stores = []retail.Store{{ID: 9}, {ID: 3}, {ID: 1}}
	base := recommend.FromCatalogue(1, c)
	if err := base.Prepare(); err != nil {
		t.Fatal(err)
	}
	s, err := recommend.Graft(base, model)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != model.Version || !s.Model || s.Price(0, 0) != 777 || len(s.Newest) != s.Items.Len() {
		t.Errorf("version %d, price %d", s.Version, s.Price(0, 0))
	}
	f := func(what string, old, now []recommend.Edge) {
		t.Helper()
		var want []recommend.Edge
		for _, e := range old {
			if e.Item = s.Item(retail.SKUID(model.Items.SKU[e.Item])); e.Item >= 0 {
				want = append(want, e)
			}
		}
		if len(want) != len(now) || len(now) > 0 && !reflect.DeepEqual(want, now) {
			t.Fatalf("%s: %v, want %v", what, now, want)
		}
	}
	all := math.MaxInt32
	for item, sku := range s.Items.SKU {
		f("neighbours", model.Neighbours.Row(model.Item(retail.SKUID(sku)), all),
			s.Neighbours.Row(int32(item), all))
	}
	for m := range int32(len(s.Members)) {
		f("personal", model.Personal.Row(m, all), s.Personal.Row(m, all))
	}
	for slot := range s.HourSlots {
		f("chain", model.Chain.Row(slot, all), s.Chain.Row(slot, all))
		f("a new store", nil, s.Here.Row(slot, all))
		f("store 3", model.Here.Row(2*s.HourSlots+slot, all), s.Here.Row(s.HourSlots+slot, all))
	}
	sku := func(item int32) int64 { return s.Items.SKU[item] }
	for n := range int32(20) { // rules whose goods are still there, by their confidence
		left := s.Combo(n)
		if len(left) < 2 || !slices.IsSorted(left) || sku(left[0])%3 == 1 {
			t.Errorf("rule %d is about %v", n, left)
		}
	}
	if s.Visits != model.Visits {
		t.Error("the clicks of these minutes are lost with a new catalogue")
	}
	q, blend := recommend.Query{Limit: 9, Filter: recommend.FilterNone(), Personal: true, Member: -1},
		recommend.DefaultBlend()
	q.Stock, q.Blend = recommend.NewBits(s.Items.Len()), &blend
	for item := range int32(s.Items.Len()) {
		q.Stock.Set(item, true)
	}
	q.Recent = []recommend.Touch{{Item: 3, Act: recommend.Clicked}, {Item: int32(s.Items.Len()) - 1}}
	next := visits(model, &recommend.Query{Recent: []recommend.Touch{{Item: model.Item(retail.SKUID(sku(3))),
		Act: recommend.Clicked}}})
	for _, p := range rank(s, &q).Picks {
		known := slices.ContainsFunc(next, func(e recommend.Edge) bool {
			return model.Items.SKU[e.Item] == sku(p.Item)
		})
		if p.Edge.Kind() == recommend.ViewedNext && !known {
			t.Errorf("item %d follows no visit of the model", p.Item)
		}
	}
	for m := range len(s.Members) {
		for _, item := range s.Owned.Item[s.Owned.Start[m]:s.Owned.Start[m+1]] {
			if s.Items.SKU[item]%3 == 1 {
				t.Errorf("member %d owns item %d that is gone", m, item)
			}
		}
	}
}
