package live

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// NewShop sorts the goods of a snapshot by what the catalogue says of them. Items have the snapshot's
// numbers.
func NewShop(c *recommend.Catalogue, s *recommend.Snapshot) (*intent.Shop, error) {
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
		f(c.SKUs[k].Code, c.SKUs[k].Colour, c.SKUs[k].Size, c.SKUs[k].Season)
	}
	return h.Sum64()
}
