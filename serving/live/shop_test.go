package live_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// TestGoodsAreRenewed: what is said of goods and what outfits are learnt make new offers; a model
// that is cut leaves the last good one in place.
func TestGoodsAreRenewed(t *testing.T) {
	c := recommend.Catalogue{Stores: []retail.Store{{ID: 1}}, Categories: []retail.Category{{Code: "t",
		Name: "上衣"},
		{Code: "s", Name: "鞋"}}}
	for k, category := range []string{"t", "s", "s"} {
		c.SKUs = append(c.SKUs, retail.SKU{ID: retail.SKUID(k + 1), Active: true, Price: 100,
			Category: retail.Category{Code: category}})
	}
	offers, models := live.NewOffers(live.NewLevels(0), nil), &shelf{}
	r, err := live.NewRenewal(live.RenewalConfig{Offers: offers, Outfits: models,
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
	m, err := outfit.Learn(w, b.Build(nil), outfit.LearnConfig{})
	if err != nil {
		t.Fatal(err)
	}
	models.frame = m.Append(nil)
	f(false, 3, 2)
	models.frame = models.frame[:40]
	f(true, 3, 2)
}
