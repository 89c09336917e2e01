package live_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// TestGoodsAreRenewed: what is said of goods and what outfits are learnt make new offers; a model
// that is cut leaves the last good one in place. Sizes are taken without one.
func TestGoodsAreRenewed(t *testing.T) {
	c := recommend.Catalogue{Stores: []retail.Store{{ID: 1}}, Categories: []retail.Category{{Code: "t",
		Name: "上衣"},
		{Code: "s", Name: "鞋"}}}
	for k, category := range []string{"t", "s", "s"} {
		c.SKUs = append(c.SKUs, retail.SKU{ID: retail.SKUID(k + 1), Active: true, Price: 100,
			Category: retail.Category{Code: category}})
	}
	offers, fits := live.NewOffers(live.NewLevels(0), nil), &live.Fits{}
	models := &kept{map[string][]int64{}, map[string][]byte{}}
	r, err := live.NewRenewal(live.RenewalConfig{Offers: offers, Clothes: live.Worn{From: models}, Fits: fits,
		Logger:    slog.New(slog.DiscardHandler),
		Catalogue: func(context.Context) (recommend.Catalogue, error) { return c, nil }})
	if err != nil {
		t.Fatal(err)
	}
	f := func(fails bool, epoch uint64, shoe int64) {
		t.Helper()
		if err := r.Look(t.Context()); (err != nil) != fails {
			t.Errorf("error %v", err)
		}
		o := offers.Current()
		p := o.Stylist.Complete(outfit.Ask{Have: []int64{1}, Available: func(int64) bool { return true }})
		if o.Epoch != epoch || len(p) != 1 || p[0].Offers[0].SKU != shoe {
			t.Errorf("epoch %d, %+v; want %d and shoe %d", o.Epoch, p, epoch, shoe)
		}
	}
	f(false, 1, 2)
	c.SKUs[0].Colour = "orange" // blue goes with it
	c.SKUs[2].Colour = "blue"
	c.SKUs[1].Colour = "green"
	f(false, 2, 3)
	var b history.Builder
	for k := range int64(40) {
		b.Add(history.Line{User: k, Item: 1, Qty: 1})
		b.Add(history.Line{User: k, Item: 2, Qty: 1})
		b.Add(history.Line{User: k + 100, Item: 3, Qty: 1})
	}
	w, err := outfit.NewWardrobe([]outfit.Good{{SKU: 1, Names: []string{"上衣"}}, {SKU: 2,
		Names: []string{"鞋"}},
		{SKU: 3, Names: []string{"鞋"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := outfit.Learn(w, outfit.LearnConfig{}, b.Build(nil))
	if err != nil {
		t.Fatal(err)
	}
	models.keep(train.Outfits, 5, m.Append(nil))
	f(false, 3, 2)
	f(false, 3, 2)
	models.keep(train.Outfits, 6, m.Append(nil)[:40])
	f(true, 3, 2)
	s := func(want string) {
		t.Helper()
		if g, ok := fits.Guess(7, "EU", outfit.Shoes, time.Unix(9, 0)); g.Size != want || ok != (want != "") {
			t.Errorf("%+v, want %s", g, want)
		}
	}
	s("")
	for n, size := range []string{"39", "40"} {
		worn := []outfit.Worn{{Member: 7, System: "EU", Slot: outfit.Shoes, Size: size, Order: 1}}
		models.keep(train.Sizes, int64(n)+1, outfit.LearnSizes(worn, nil, outfit.SizesConfig{}).Append(nil))
		f(true, 3, 2) // outfits are still cut; sizes are taken all the same, without another offer
		s(size)
	}
	if list := fits.Worn(7, time.Unix(9, 0)); len(list) != 1 || list[0].Guess.Size != "40" {
		t.Errorf("%+v", list)
	}
}
