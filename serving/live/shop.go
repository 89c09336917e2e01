package live

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Goods are what else is known of the goods of an offer, by the snapshot's numbers. The zero value knows
// nothing.
type Goods struct {
	// Shop holds them by what they are for, Stylist what is worn with what.
	Shop    *intent.Shop
	Stylist *outfit.Stylist
	// Colours are the chain's own names, "" without one.
	Colours []string
}

// NewGoods reads what the catalogue says of the goods of a snapshot. The model of outfits may be nil.
func NewGoods(c *recommend.Catalogue, s *recommend.Snapshot, m *outfit.Model) (g Goods, err error) {
	if g.Shop, err = newShop(c, s); err != nil {
		return g, err
	}
	names := make(map[string][]string, len(c.Categories))
	for k := range c.Categories {
		x := &c.Categories[k]
		names[x.Code] = []string{x.Name, x.NameEN}
	}
	g.Colours = make([]string, s.Items.Len())
	worn := make([]outfit.Good, 0, len(c.SKUs))
	for k := range c.SKUs {
		x := &c.SKUs[k]
		if item := s.Item(x.ID); item >= 0 {
			g.Colours[item] = x.Colour
		}
		worn = append(worn, outfit.Good{SKU: int64(x.ID), Style: int64(x.StyleID), Category: x.Category.Code,
			Brand: x.Brand, Colour: x.Colour, Season: x.Season, PriceFen: int64(x.Price), Size: x.Size,
			SizeSystem: x.SizeSystem, SizeOrder: x.SizeOrder,
			Names: slices.Concat(names[x.Category.Code], []string{x.Name, x.NameEN})})
	}
	wardrobe, err := outfit.NewWardrobe(worn, nil)
	if err != nil {
		return g, err
	}
	g.Stylist = outfit.NewStylist(wardrobe, m)
	return g, nil
}

// newShop sorts the goods of a snapshot by what the catalogue says of them.
func newShop(c *recommend.Catalogue, s *recommend.Snapshot) (*intent.Shop, error) {
	var terms intent.Terms
	parents := make(map[string]string, len(c.Categories))
	for k := range c.Categories {
		x := &c.Categories[k]
		terms.Categories = append(terms.Categories, intent.Term{Code: x.Code, ZH: x.Name, EN: x.NameEN})
		parents[x.Code] = x.Parent
	}
	for _, b := range s.Brands {
		terms.Brands = append(terms.Brands, intent.Term{Code: b, ZH: b})
	}
	at := make(map[retail.SKUID]int, len(c.SKUs))
	colours := map[string]bool{}
	for k := range c.SKUs {
		at[c.SKUs[k].ID] = k
		if colour := c.SKUs[k].Colour; colour != "" && !colours[colour] {
			colours[colour] = true
			terms.Colours = append(terms.Colours, colour)
		}
	}
	slices.Sort(terms.Colours)
	p, err := intent.NewParser(terms, intent.Limits{})
	if err != nil {
		return nil, err
	}
	goods := make([]intent.Good, s.Items.Len())
	for i, id := range s.Items.SKU {
		k, known := at[retail.SKUID(id)]
		if !known {
			continue // a good without a name is found by nobody
		}
		x := &c.SKUs[k]
		goods[i] = intent.Good{ZH: x.Name, EN: x.NameEN, Category: x.Category.Code, Brand: x.Brand,
			Style: int64(x.StyleID), Colour: x.Colour, Size: x.Size, Season: x.Season}
		for _, t := range x.Tags {
			if t.Holds(c.At) {
				goods[i].Tags = append(goods[i].Tags, t.Tag.String())
			}
		}
	}
	return intent.NewShop(p, parents, goods)
}

// saidHash hashes what a shop reads beside what a snapshot holds.
func saidHash(c *recommend.Catalogue) uint64 {
	h := xxhash.New()
	f := func(texts ...string) {
		for _, text := range texts {
			_, _ = h.WriteString(text)
			_, _ = h.Write([]byte{0})
		}
	}
	for k := range c.Categories {
		f(c.Categories[k].Code, c.Categories[k].Name, c.Categories[k].NameEN)
	}
	for k := range c.SKUs {
		f(c.SKUs[k].Code, c.SKUs[k].Colour, c.SKUs[k].Size, c.SKUs[k].SizeSystem, c.SKUs[k].Season)
	}
	return h.Sum64()
}
