// Package simulated makes up snapshots of any size, for tests and for measuring: a seed goes in, always
// the same goods, stores, members and lists come out. Nothing of it is learnt from anybody's purchases.
package simulated

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/models/session"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Size says how much to make up.
type Size struct {
	Items, Stores, Members int
	// Neighbours, Personal, Owned and Popular are the lengths of the lists.
	Neighbours, Personal, Owned, Popular int
	HourSlots                            int
	// Rules are about two and three goods, Visits are what the index of visits holds, five clicks each in the
	// mean.
	Rules, Visits int
}

// Chain is the size of a chain that the project's figures are measured with: 20,000 items, 500 stores,
// 100,000 members, 50,000 rules and 200,000 visits. About 200 MB.
func Chain() Size {
	return Size{Items: 20_000, Stores: 500, Members: 100_000, Neighbours: 30, Personal: 40, Owned: 15,
		Popular: 64, HourSlots: 24, Rules: 50_000, Visits: 200_000}
}

// Shop is a small one, for tests.
func Shop() Size {
	return Size{Items: 300, Stores: 4, Members: 40, Neighbours: 12, Personal: 12, Owned: 5, Popular: 12,
		HourSlots: 4, Rules: 400, Visits: 300}
}

const (
	topCategories = 20
	subCategories = 9 // below each
	brandCount    = 200
	perStyle      = 3
)

// maker draws everything from one source.
type maker struct {
	Size
	*rand.Rand
	s *recommend.Snapshot
}

// World makes a snapshot; SKU k+1 is item k, store k+1 store k, member k+1 member k. Codes are "P", "S"
// and "M" with these numbers.
func World(seed uint64, size Size) *recommend.Snapshot {
	m := &maker{size, rand.New(rand.NewPCG(seed, 1)), &recommend.Snapshot{Version: seed<<8 | 1, Model: true,
		HourSlots: int32(size.HourSlots)}}
	m.categories()
	m.items()
	m.stores()
	m.lists()
	m.combos()
	m.visits()
	if err := m.s.Prepare(); err != nil {
		panic("BUG: a simulated snapshot is none: " + err.Error())
	}
	return m.s
}

func (m *maker) categories() {
	c := &m.s.Categories
	for top := range topCategories {
		c.Code = append(c.Code, fmt.Sprintf("C%02d", top))
		c.End = append(c.End, int32((top+1)*(subCategories+1)))
		for sub := range subCategories {
			c.Code = append(c.Code, fmt.Sprintf("C%02d-%d", top, sub))
			c.End = append(c.End, int32(len(c.End)+1))
		}
	}
	for b := range brandCount {
		m.s.Brands = append(m.s.Brands, fmt.Sprintf("B%03d", b))
	}
}

// item draws one with the popularity of a shelf: the k-th best sells 1/√k of the best.
func (m *maker) item() int32 {
	u := m.Float64()
	return int32(min(float64(m.Items-1), u*u*float64(m.Items)))
}

func (m *maker) items() {
	i := &m.s.Items
	for k := range m.Items {
		style := k / perStyle
		i.SKU = append(i.SKU, int64(k+1))
		i.Category = append(i.Category, int32(style*7919%len(m.s.Categories.Code)))
		i.Brand = append(i.Brand, int32(style*104_729%brandCount))
		i.Style = append(i.Style, int32(style))
		i.PriceFen = append(i.PriceFen, 100+int64(math.Exp(m.NormFloat64())*3_000))
		i.Tags = append(i.Tags, []uint8{0, 0, 1 << retail.Hot, 1 << retail.New}[m.IntN(4)])
		flags := uint8(recommend.Active)
		switch m.IntN(20) {
		case 0:
			flags |= recommend.OnlineOnly
		case 1:
			flags |= recommend.OffSeason
		case 2:
			flags = 0
		}
		i.Flags = append(i.Flags, flags)
		i.Code = append(i.Code, fmt.Sprintf("P%d", k+1))
		i.Name = append(i.Name, fmt.Sprintf("模拟商品 %d", k+1))
		i.NameEN = append(i.NameEN, fmt.Sprintf("Simulated item %d", k+1))
	}
	for _, k := range m.Perm(m.Items) {
		m.s.Newest = append(m.s.Newest, int32(k))
	}
}

func (m *maker) stores() {
	s, p := &m.s.Stores, &m.s.Prices
	p.Start = append(p.Start, 0)
	for k := range m.Stores {
		s.ID = append(s.ID, int32(k+1))
		s.Latitude = append(s.Latitude, 31+m.Float64())
		s.Longitude = append(s.Longitude, 121+m.Float64())
		s.Services = append(s.Services, uint8(retail.AllServices))
		s.RadiusMetres = append(s.RadiusMetres, 5_000)
		for item := m.IntN(50); item < m.Items; item += 1 + m.IntN(400) {
			p.Item, p.Fen = append(p.Item, int32(item)), append(p.Fen, 100+m.Int64N(20_000))
		}
		p.Start = append(p.Start, uint32(len(p.Item)))
	}
}

func (m *maker) lists() {
	s := m.s
	for range m.Items {
		s.Neighbours.Add(m.row(m.Neighbours, recommend.BoughtTogether, recommend.ViewedTogether,
			recommend.Similar, recommend.Completes)...)
	}
	s.Owned.Start = append(s.Owned.Start, 0)
	for k := range m.Members {
		s.Members = append(s.Members, int64(k+1))
		s.Personal.Add(m.row(m.Personal, recommend.Repeat, recommend.Taste, recommend.Taste)...)
		for range m.Owned {
			s.Owned.Item = append(s.Owned.Item, m.item())
		}
		s.Owned.Start = append(s.Owned.Start, uint32(len(s.Owned.Item)))
	}
	for range m.Stores * m.HourSlots {
		s.Here.Add(m.row(m.Popular, recommend.SoldHere)...)
	}
	for range m.HourSlots {
		s.Chain.Add(m.row(2*m.Popular, recommend.SoldByChain)...)
	}
}

// row makes a list whose scores fall; an item may stand in it twice.
func (m *maker) row(n int, kinds ...recommend.Kind) []recommend.Edge {
	row := make([]recommend.Edge, n)
	for i := range row {
		kind := kinds[m.IntN(len(kinds))]
		value := float32(0)
		if kind == recommend.BoughtTogether {
			value = 1 + 10*m.Float32()
		} else if kind == recommend.Repeat {
			value = float32(7 + m.IntN(60))
		}
		row[i] = recommend.NewEdge(m.item(), kind, (float32(n-i)-m.Float32())/float32(n), value, m.Float32(),
			m.IntN(5_000))
	}
	return row
}

// combos makes rules about two or three goods that sell well.
func (m *maker) combos() {
	if m.Rules == 0 {
		return
	}
	set := &rule.Set{Baskets: 1_000_000, Items: m.s.Items.SKU}
	for range m.Rules {
		var goods []int32
		for want := 3 + m.IntN(2); len(goods) < want; {
			if item := m.item(); !slices.Contains(goods, item) {
				goods = append(goods, item)
			}
		}
		left := slices.Sorted(slices.Values(goods[1:]))
		c := rule.Counts{Both: 100 + m.Int32N(900), Right: 20_000, Total: set.Baskets}
		c.Left = c.Both * (2 + m.Int32N(8))
		set.Rules = append(set.Rules, rule.Rule{If: left, Then: goods[:1], Counts: c})
	}
	m.s.Rules = set
}

// visits makes an index in which goods of neighbouring numbers are looked at one after the other.
func (m *maker) visits() {
	if m.Visits == 0 {
		return
	}
	index := session.New(m.Items, session.Config{Sessions: m.Visits})
	var clicks []int32
	for at := range m.Visits {
		clicks = append(clicks[:0], m.item())
		for range m.IntN(9) {
			if m.IntN(5) == 0 {
				clicks = append(clicks, m.item())
			} else {
				clicks = append(clicks, (clicks[len(clicks)-1]+m.Int32N(50))%int32(m.Items))
			}
		}
		index.Add(clicks, int64(at))
	}
	frame, err := index.AppendBinary(nil)
	if err == nil {
		m.s.Visits, err = recommend.NewVisits(m.s.Items.SKU, frame)
	}
	if err != nil {
		panic("BUG: a simulated index is none: " + err.Error())
	}
}

// Shelf makes the stock of a store: of each item in `of` one is out.
func Shelf(seed uint64, items, of int) recommend.Bits {
	rng := rand.New(rand.NewPCG(seed, 2))
	b := recommend.NewBits(items)
	for item := range int32(items) {
		b.Set(item, rng.IntN(of) > 0)
	}
	return b
}
