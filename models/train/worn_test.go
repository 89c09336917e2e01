package train_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/shelf"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// clothes are a chain in which tastes and sizes are planted: a style belongs to one of five tastes, most
// baskets hold a top, trousers and shoes of one, and a member wears one size of each system.
type clothes struct {
	r *rand.Rand
	// noise is the share of baskets without a taste, and of purchases for somebody else.
	noise float64
	goods []train.Good
}

const (
	wearers     = 160
	wornTastes  = 5
	wornStyles  = 25
	wornBaskets = 8
	wornSizes   = 4
)

var wornKinds = [][2]string{{"上衣", "Tops"}, {"裤子", "Trousers"}, {"鞋", "Shoes"}}

func newClothes(seed uint64, noise float64) *clothes {
	c := &clothes{r: rand.New(rand.NewPCG(seed, 9)), noise: noise}
	for kind, names := range wornKinds {
		for style := range wornStyles {
			for size := range wornSizes {
				system := "alpha"
				if kind == 2 {
					system = "EU"
				}
				c.goods = append(c.goods, train.Good{SKU: int64(len(c.goods) + 1), Category: int64(kind + 1),
					Style: int64(kind*100 + style + 1), Department: fmt.Sprint("c", kind), Names: names[:],
					Brand: fmt.Sprint("brand ", style%7), Colour: "black", PriceFen: 9_900,
					Size: fmt.Sprint("size ", size), SizeSystem: system, SizeOrder: int32(size)})
			}
		}
	}
	return c
}

// draw takes a style of a kind and taste, the first styles more often, in a size.
func (c *clothes) draw(kind, taste, size int) *train.Good {
	for {
		u := c.r.Float64()
		style := int(u * u * wornStyles)
		if taste < 0 || style%wornTastes == taste {
			return &c.goods[(kind*wornStyles+style)*wornSizes+size]
		}
	}
}

// piece is something that was bought; back is when it was brought back, 0 for what was kept.
type piece struct {
	member, basket, sku, at, back int64
}

// trade draws what members bought; every tenth piece, but for the last days, was bought a size too small
// first.
func (c *clothes) trade() (all []piece) {
	for m := range int64(wearers) {
		top, foot := 1+c.r.IntN(wornSizes-1), 1+c.r.IntN(wornSizes-1)
		for b := range int64(wornBaskets) {
			taste := c.r.IntN(wornTastes)
			if c.r.Float64() < c.noise {
				taste = -1
			}
			at := planted0 + b*30*86_400 + m*600
			for kind := range wornKinds {
				size := top
				if kind == 2 {
					size = foot
				}
				if c.r.Float64() < c.noise {
					size = c.r.IntN(wornSizes)
				}
				g := c.draw(kind, taste, size)
				p := piece{m + 1, m*100 + b + 1, g.SKU, at, 0}
				if size > 0 && b < wornBaskets-1 && c.r.IntN(10) == 0 {
					all = append(all, piece{p.member, p.basket, p.sku - 1, at, at + 86_400})
				}
				all = append(all, p)
			}
		}
	}
	return all
}

// gather takes the chain in without a warehouse.
func (c *clothes) gather() *train.Data {
	var g train.Gather
	for _, p := range c.trade() {
		if p.back > 0 {
			g.BringBack(train.Return{Member: p.member, SKU: p.sku, TimeS: p.back, Fault: outfit.TooSmall})
			continue
		}
		g.Buy(history.Line{User: p.member, Item: p.sku, Basket: p.basket, Time: p.at, Store: 1, Qty: 1})
	}
	for _, good := range c.goods {
		g.Describe(good)
	}
	return g.Data()
}

var ofClothes = train.Config{Only: []string{train.Outfits, train.Sizes}}

func TestOutfitsAndSizesFindWhatIsPlanted(t *testing.T) {
	for seed := range uint64(3) {
		sink, cfg := newMemory(), ofClothes
		cfg.Now = ticking()
		all, err := train.Train(t.Context(), newClothes(seed, .1).gather(), sink, cfg)
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		for _, v := range all {
			t.Logf("seed %d: %s judged %d, recall %.3f, NDCG %.3f, popular %.3f", seed, v.Model, v.Judged,
				v.Quality.Recall, v.Quality.NDCG, v.Popular.NDCG)
			if v.Judged < 50 || v.Quality.NDCG < 1.4*v.Popular.NDCG || !v.Published {
				t.Errorf("seed %d: %+v", seed, v)
			}
		}
		if _, err := outfit.Decode(sink.blobs["outfits/outfits"]); err != nil {
			t.Error(err)
		}
		if s, err := outfit.DecodeSizes(sink.blobs["sizes/sizes"]); err != nil || s.Members() != wearers {
			t.Error(err)
		}
	}
}

// TestWorseOutfitsDoNotTakeThePlace: nobody has a taste or a size any more.
func TestWorseOutfitsDoNotTakeThePlace(t *testing.T) {
	sink, cfg := newMemory(), ofClothes
	cfg.Now = ticking()
	if _, err := train.Train(t.Context(), newClothes(1, .1).gather(), sink, cfg); err != nil {
		t.Fatal(err)
	}
	outfits, sizes := sink.blobs["outfits/outfits"], sink.blobs["sizes/sizes"]
	all, err := train.Train(t.Context(), newClothes(1, .95).gather(), sink, cfg)
	var worse *train.Refused
	if !errors.As(err, &worse) || len(all) != 2 || all[0].Published || all[1].Published {
		t.Fatalf("%+v, %v", all, err)
	}
	if said := err.Error(); !strings.Contains(said, "outfits is worse") || !strings.Contains(said,
		"sizes is worse") {
		t.Error(err)
	}
	if !slices.Equal(outfits, sink.blobs["outfits/outfits"]) || !slices.Equal(sizes,
		sink.blobs["sizes/sizes"]) {
		t.Error("what was worse was written")
	}
}

// write puts the chain into the warehouse.
func (c *clothes) write(t *testing.T, sinks *sink.Sink) {
	t.Helper()
	var f facts
	for _, p := range c.trade() {
		f.line(1, p.basket, p.member, p.sku, 1, p.at, 1)
		if p.back > 0 {
			f.line(2, p.basket, p.member, p.sku, 1, p.back, 1)
			f.refunded(p.basket*2+2, p.back, "尺码偏小")
		}
	}
	for _, g := range c.goods {
		f.good(g.SKU, int32(g.Category))
		s, last := &f.SKUs, f.SKUs.Len()-1
		s.Name[last], s.CategoryName[last], s.CategoryCode[last] = g.Names[0], g.Names[0], g.Department
		s.Style[last], s.Colour[last], s.Brand[last], s.Price[last] = g.Style, g.Colour, g.Brand, g.PriceFen
		s.Size[last], s.SizeSystem[last], s.SizeOrder[last] = g.Size, g.SizeSystem, g.SizeOrder
	}
	if err := sinks.Write(t.Context(), "clothes", &f.Batch); err != nil {
		t.Fatal(err)
	}
}

// refunded adds the step of a refund.
func (f *facts) refunded(refund, at int64, reason string) {
	t := &f.OrderSteps
	f.origin(&t.Origin)
	t.Order, t.Refund = append(t.Order, refund/2-1), append(t.Refund, refund)
	t.Step, t.State = append(t.Step, 4), append(t.State, 0)
	t.Store, t.Member = append(t.Store, 1), append(t.Member, 1)
	t.Channel, t.Fulfilment = append(t.Channel, 1), append(t.Fulfilment, 1)
	t.Campaign, t.LocalHour = append(t.Campaign, 0), append(t.LocalHour, 1)
	t.At, t.Day = append(t.At, at*1e6), append(t.Day, int32(at/86_400))
	t.Placed, t.Paid = append(t.Placed, at*1e6), append(t.Paid, false)
	t.Units, t.Lines = append(t.Units, 1), append(t.Lines, 1)
	t.Net, t.Ref = append(t.Net, 1), append(t.Ref, "")
	t.Reason, t.Simulated = append(t.Reason, reason), append(t.Simulated, true)
}

// TestClothesFromTheWarehouseAndBack: what is read of the facts teaches what the same trade teaches in
// memory, and the version that counts is read back.
func TestClothesFromTheWarehouseAndBack(t *testing.T) {
	db, house, models := engine(t)
	ctx := t.Context()
	newClothes(4, .1).write(t, sink.New(db))
	d, err := train.Read(ctx, house, retail.HQScope(), ofClothes)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Returns) < 50 || slices.ContainsFunc(d.Returns, func(r train.Return) bool {
		return r.Fault != outfit.TooSmall
	}) {
		t.Errorf("%d returns: %+v", len(d.Returns), d.Returns[:1])
	}
	cfg := ofClothes
	cfg.Now = ticking()
	all, err := train.Train(ctx, d, models, cfg)
	if err != nil || len(all) != 2 {
		t.Fatal(err)
	}
	inMemory := newMemory()
	cfg.Now = ticking()
	if _, err := train.Train(ctx, newClothes(4, .1).gather(), inMemory, cfg); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"outfits", "sizes"} {
		got, err := models.Blob(ctx, shelf.Key{Model: name, Version: all[0].Version}, name)
		if err != nil || !slices.Equal(got, inMemory.blobs[name+"/"+name]) {
			t.Errorf("%s learnt from the warehouse differ from those learnt in memory: %v", name, err)
		}
	}
	s, version, err := train.LoadSizes(ctx, models, 0)
	if err != nil || s.Members() != wearers || version != all[1].Version {
		t.Errorf("%d, %v", version, err)
	}
	if s, version, err = train.LoadSizes(ctx, models, version); s != nil || err != nil || version == 0 {
		t.Errorf("nothing new gave %v, %d, %v", s, version, err)
	}
	if m, _, err := train.LoadOutfits(ctx, models, 0); m == nil || err != nil {
		t.Error(err)
	}
}
