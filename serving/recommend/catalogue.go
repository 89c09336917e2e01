package recommend

import (
	"cmp"
	"slices"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Catalogue is what a snapshot knows of the chain apart from its models.
type Catalogue struct {
	SKUs       []retail.SKU
	Categories []retail.Category
	Stores     []retail.Store
	// Listings are the prices that stores set themselves, and what they do not sell; only those that hold
	// at At count.
	Listings []retail.Listing
	// At is the moment at which tags and prices hold.
	At time.Time
}

// FromCatalogue makes a snapshot without models: every list is empty, so that answers stand on the rung
// of the newest goods. It is what a chain without any training is served from, and what lists are added
// to. The newest goods are those with the highest numbers, since numbers are given in order.
func FromCatalogue(version uint64, c Catalogue) *Snapshot {
	s := &Snapshot{Version: version, MadeS: c.At.Unix()}
	categories := s.nest(c.Categories)
	brands := map[string]int32{}
	skus := slices.Clone(c.SKUs)
	slices.SortFunc(skus, func(a, b retail.SKU) int { return cmp.Compare(a.ID, b.ID) })
	styles := map[retail.StyleID]int32{}
	for k := range skus {
		s.addItem(&skus[k], c.At, categories, brands, styles)
	}
	for k := len(skus) - 1; k >= 0; k-- {
		s.Newest = append(s.Newest, int32(k))
	}
	for k := range c.Stores {
		from := &c.Stores[k]
		to := &s.Stores
		to.ID = append(to.ID, int32(from.ID))
		to.Latitude = append(to.Latitude, from.Location.Latitude)
		to.Longitude = append(to.Longitude, from.Location.Longitude)
		to.Services = append(to.Services, uint8(from.Services))
		to.RadiusMetres = append(to.RadiusMetres, from.RadiusMetres)
	}
	s.addPrices(c.Listings, c.At)
	return s
}

// nest numbers the categories so that a subtree is one range, and returns the numbers by code. A category
// whose parent is not there, or below itself, counts as one at the top.
func (s *Snapshot) nest(categories []retail.Category) map[string]int32 {
	below := map[string][]string{}
	known := map[string]bool{}
	for _, c := range categories {
		known[c.Code] = true
	}
	for _, c := range categories {
		parent := c.Parent
		if !known[parent] {
			parent = ""
		}
		below[parent] = append(below[parent], c.Code)
	}
	at := map[string]int32{}
	var walk func(code string)
	walk = func(code string) {
		if _, seen := at[code]; seen {
			return
		}
		n := int32(len(s.Categories.Code))
		at[code] = n
		s.Categories.Code, s.Categories.End = append(s.Categories.Code, code), append(s.Categories.End, 0)
		slices.Sort(below[code])
		for _, child := range below[code] {
			walk(child)
		}
		s.Categories.End[n] = int32(len(s.Categories.Code))
	}
	slices.Sort(below[""])
	for _, code := range below[""] {
		walk(code)
	}
	for _, c := range categories { // those in a ring
		walk(c.Code)
	}
	return at
}

func (s *Snapshot) addItem(sku *retail.SKU, at time.Time, categories, brands map[string]int32,
	styles map[retail.StyleID]int32) {
	i := &s.Items
	category, ok := categories[sku.Category.Code]
	if !ok {
		category = -1
	}
	brand, ok := brands[sku.Brand]
	if !ok && sku.Brand != "" {
		brand = int32(len(s.Brands))
		s.Brands, brands[sku.Brand] = append(s.Brands, sku.Brand), brand
	} else if sku.Brand == "" {
		brand = -1
	}
	style := int32(-1)
	if sku.StyleID != 0 {
		if style, ok = styles[sku.StyleID]; !ok {
			style = int32(len(styles))
			styles[sku.StyleID] = style
		}
	}
	i.SKU = append(i.SKU, int64(sku.ID))
	i.Category, i.Brand, i.Style = append(i.Category, category), append(i.Brand, brand), append(i.Style,
		style)
	i.PriceFen = append(i.PriceFen, int64(sku.Price))
	i.Tags, i.Flags = append(i.Tags, tags(sku, at)), append(i.Flags, flags(sku))
	i.Code, i.Name = append(i.Code, sku.Code), append(i.Name, cmp.Or(sku.Name, sku.NameEN, sku.Code))
	i.NameEN = append(i.NameEN, cmp.Or(sku.NameEN, sku.Name, sku.Code))
}

func tags(sku *retail.SKU, at time.Time) (set uint8) {
	for _, t := range sku.Tags {
		if t.Holds(at) && t.Tag < 8 {
			set |= 1 << t.Tag
		}
	}
	return set
}

func flags(sku *retail.SKU) (set uint8) {
	if sku.Active {
		set |= Active
	}
	if sku.OnlineOnly {
		set |= OnlineOnly
	}
	if sku.OffSeason {
		set |= OffSeason
	}
	return set
}

// addPrices takes the prices that hold. A snapshot does not need to have been prepared for it.
func (s *Snapshot) addPrices(listings []retail.Listing, at time.Time) {
	stores, items := map[retail.StoreID]int32{}, map[retail.SKUID]int32{}
	for k, id := range s.Stores.ID {
		stores[retail.StoreID(id)] = int32(k)
	}
	for k, id := range s.Items.SKU {
		items[retail.SKUID(id)] = int32(k)
	}
	type price struct{ store, item int32 }
	held := map[price]int64{}
	for k := range listings {
		l := &listings[k]
		store, known := stores[l.Store]
		item, sold := items[l.SKU]
		switch {
		case !known || !sold || !l.Holds(at):
		case !l.Listed:
			held[price{store, item}] = NotSold
		case l.Priced:
			held[price{store, item}] = int64(l.Price)
		}
	}
	sorted := make([]price, 0, len(held))
	for p := range held {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b price) int {
		return cmp.Or(cmp.Compare(a.store, b.store), cmp.Compare(a.item, b.item))
	})
	if len(sorted) == 0 {
		return
	}
	s.Prices.Start = make([]uint32, len(s.Stores.ID)+1)
	for _, p := range sorted {
		s.Prices.Item, s.Prices.Fen = append(s.Prices.Item, p.item), append(s.Prices.Fen, held[p])
		s.Prices.Start[p.store+1]++
	}
	for k := range s.Stores.ID {
		s.Prices.Start[k+1] += s.Prices.Start[k]
	}
}
