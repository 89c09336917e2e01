package world

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// Format is the type of a store. It sets size, hours, basket and assortment.
type Format uint8

// The formats.
const (
	Convenience Format = iota
	Supermarket
	Hypermarket
)

// format holds what a Format means.
type format struct {
	zh, en string
	// traffic is the number of customers beside that of other formats, lines the mean lines of a
	// basket, range the part of all SKUs on its shelves.
	traffic, lines, assortment float64
	opens, closes              int
	// week runs from Sunday, day over the hours.
	week [7]float64
	day  [24]float64
}

func formats() [3]format {
	return [3]format{
		{zh: "便利店", en: "Express", traffic: 2, lines: 2.2, assortment: .35, closes: 1440,
			week: [7]float64{.93, 1.03, 1.02, 1.02, 1.03, 1.06, .91},
			day: [24]float64{.72, .68, .66, .66, .66, .68, .8, 1.1, 1.45, 1.15, .95, 1.1, 1.5, 1.2, .95,
				.9, .95, 1.15, 1.45, 1.35, 1.2, 1.15, 1.05, .86}},
		{zh: "超市", en: "Market", traffic: .9, lines: 4.6, assortment: .7, opens: 420, closes: 1320,
			week: [7]float64{1.14, .92, .92, .93, .95, 1.02, 1.12},
			day: [24]float64{7: .7, 8: 1.1, 9: 1.3, 10: 1.2, 11: 1, 12: .8, 13: .7, 14: .7, 15: .8,
				16: 1.1, 17: 1.6, 18: 1.8, 19: 1.5, 20: 1.1, 21: .6}},
		{zh: "大卖场", en: "Hypermarket", traffic: 1.5, lines: 8, assortment: 1, opens: 480,
			closes: 1320, week: [7]float64{1.36, .82, .81, .82, .86, 1.02, 1.31},
			day: [24]float64{8: .6, 9: 1, 10: 1.4, 11: 1.3, 12: .9, 13: .9, 14: 1.1, 15: 1.2, 16: 1.2,
				17: 1.4, 18: 1.6, 19: 1.6, 20: 1.2, 21: .6}},
	}
}

// Store is a store of the world.
type Store struct {
	retail.Store
	Format Format
	// DailyOrders is the mean number of orders on a day.
	DailyOrders float64
	// delivery is the minute of the day at which goods arrive.
	delivery int
}

// Product is a SKU of the world with what it is made of.
type Product struct {
	retail.SKU
	kind int
	// Share is the part of the chain's demand, before promotions and seasons.
	Share float64
	// Elasticity e answers a price change by price^-e.
	Elasticity float64
	reviewDays int
	pack       int32
	// reach is the least assortment whose shelves hold the product.
	reach float64
}

func (w *World) makeStores() error {
	places, err := readPlaces()
	if err != nil {
		return err
	}
	types, total := formats(), 0.0
	for i := range w.cfg.Stores {
		p, r := places[i%len(places)], w.cfg.stream(forStore, uint64(i), 0)
		f := storeFormat(i)
		s := Store{Format: f, delivery: 270 + r.IntN(90)}
		s.DailyOrders = types[f].traffic * (.8 + .4*r.Float64())
		total += s.DailyOrders
		n := i/len(places) + 1
		s.Store = retail.Store{Code: fmt.Sprintf("%s%03d", p.cityCode, i+1),
			Name:   "潮市" + types[f].zh + "·" + p.city + p.district + "店" + numbered(n, ""),
			NameEN: "Tidemart " + types[f].en + ", " + p.cityEN + " " + p.districtE + numbered(n, " "),
			Region: retail.Region{Code: "world-" + p.region[0], Name: p.region[1], NameEN: p.region[2]},
			City:   p.city, TimeZone: retail.DefaultTimeZone, OpensMinute: types[f].opens,
			ClosesMinute: types[f].closes, Active: true, Simulated: true,
			Location: retail.Point{Latitude: round4(p.point.Latitude + (r.Float64()-.5)*.02),
				Longitude: round4(p.point.Longitude + (r.Float64()-.5)*.02)}}
		s.furnish(i, &p)
		w.Stores = append(w.Stores, s)
	}
	for i := range w.Stores {
		s := &w.Stores[i]
		s.DailyOrders *= w.cfg.Rate * 86_400 / total
		s.CapacityPerHour = int32(min(20+10*math.Ceil(s.DailyOrders/50), wire.MaxCapacityPerHour))
	}
	return nil
}

// storeFormat deals out the formats: of six stores two never close, one is large, three are
// ordinary.
func storeFormat(i int) Format {
	switch {
	case i%3 == 0:
		return Convenience
	case i%6 == 4:
		return Hypermarket
	}
	return Supermarket
}

func numbered(n int, gap string) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf("%s%d", gap, n)
}

func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func (w *World) makeProducts() error {
	kinds, err := readKinds()
	if err != nil {
		return err
	}
	brands, err := readTable("brands")
	if err != nil {
		return err
	}
	w.kinds = kinds
	for _, k := range kinds {
		w.Categories = append(w.Categories,
			retail.Category{Code: "world-" + k.code, Name: k.zh, NameEN: k.en})
	}
	if err := w.makeDepartments(); err != nil {
		return err
	}
	w.families = make(map[string]int)
	r := w.cfg.stream(forCatalogue, 0, 0)
	for i := range w.cfg.SKUs {
		w.Products = append(w.Products, w.makeProduct(r, i, brands))
	}
	w.setShares(r)
	return nil
}

// makeProduct makes the i-th SKU: categories take turns, and within a category every item of every
// brand comes before the next size.
func (w *World) makeProduct(r *rand.Rand, i int, brands [][]string) Product {
	k := i % len(w.kinds)
	kd, n := &w.kinds[k], i/len(w.kinds)
	item := kd.items[n%len(kd.items)]
	n /= len(kd.items)
	brand := brands[(n+3*k)%len(brands)]
	n /= len(brands)
	sizeOrder := n % len(kd.variants)
	size := kd.variants[sizeOrder]
	n /= len(kd.variants)
	p := Product{kind: k, reviewDays: kd.reviewDays, pack: []int32{6, 12, 12, 24}[r.IntN(4)],
		Elasticity: kd.elasticity * (.75 + .5*r.Float64())}
	u := r.Float64()
	price := kd.low * math.Pow(kd.high/kd.low, u*u)
	p.SKU = retail.SKU{Code: fmt.Sprintf("S%05d", i+1), Brand: brand[0],
		Name:     brand[0] + item[0] + " " + size[0] + numbered(n+1, " 第"),
		NameEN:   brand[1] + " " + item[1] + ", " + size[1] + numbered(n+1, " no. "),
		Category: w.Categories[k], Price: retail.Money(math.Round(price*10)) * 10,
		Active: true, Simulated: true}
	p.Cost = retail.Money(math.Round(float64(p.Price) * (1 - kd.margin*(.8+.4*r.Float64()))))
	s := &w.Styles[w.style(k, item[:], brand)]
	p.Style, p.Size, p.SizeSystem, p.SizeOrder = s.Code, size[0], sizeSystem, int32(sizeOrder+1)
	p.Pack, p.Barcode, p.Tags = p.pack, barcode(i), w.cfg.makeTags(i)
	if coloured(kd.code) {
		all := colours()
		p.Colour = all[mix(uint64(i))%uint64(len(all))]
	}
	return p
}

// setShares gives each product its part of demand: the category's share, split by Zipf's law with
// exponent 0.9 over the products in random order.
func (w *World) setShares(r *rand.Rand) {
	byKind := make([][]int, len(w.kinds))
	for i := range w.Products {
		byKind[w.Products[i].kind] = append(byKind[w.Products[i].kind], i)
	}
	total := 0.0
	for k, list := range byKind {
		r.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		sum := 0.0
		for rank := range list {
			sum += math.Pow(float64(rank+1), -.9)
		}
		for rank, i := range list {
			p := &w.Products[i]
			p.Share = w.kinds[k].share * math.Pow(float64(rank+1), -.9) / sum
			// The first of each category is on every shelf.
			p.reach = min(1, float64(rank)/float64(len(list))*(.85+.3*r.Float64()))
			total += p.Share
		}
	}
	for i := range w.Products {
		w.Products[i].Share /= total
	}
	w.byKind = byKind
}

// ranked lists the products of a category by falling share.
func (w *World) ranked(kind int) []int {
	list := slices.Clone(w.byKind[kind])
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.Products[b].Share, w.Products[a].Share), cmp.Compare(a, b))
	})
	return list
}
