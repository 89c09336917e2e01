package train

import (
	"errors"
	"slices"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/models/trait"
	"github.com/tillstream/tillstream/retail"
)

// ErrEmpty says that nobody has bought anything yet.
var ErrEmpty = errors.New("there are no sales to learn from: let the chain trade (`tillstream demo`), or " +
	"bring its past in with `tillstream replay`, then train again")

// Data is what models learn from. Items, baskets and visits share one numbering of goods.
type Data struct {
	// Members holds the baskets of members, Others those of anonymous customers, under the user 0.
	Members, Others *history.History
	Sessions        *history.Sessions
	// Facts are the attributes of goods, Category the number of each one's category, -1 without.
	Facts    []trait.Trait
	Category []int32
	// Worn are the goods as outfits are made by them, what is not worn among them. Returns are what members
	// brought back of goods that come in sizes.
	Worn    []outfit.Good
	Returns []Return
	// Offset is how far the clocks of a store are ahead of UTC, in seconds.
	Offset map[int32]int32
	// First and Last are the business days that were read, Truncated is true where Config.MaxLines kept older
	// ones out.
	First, Last retail.Day
	Truncated   bool
}

// Items numbers the goods.
func (d *Data) Items() *history.Index { return d.Members.Items }

func (d *Data) baskets() int { return d.Members.Baskets() + d.Others.Baskets() }

// Good is what an item is like.
type Good struct {
	SKU, Category, PriceFen int64
	Brand                   string
	// Style is the family that differs in colour and size alone, 0 for none.
	Style                            int64
	Colour, Season, Size, SizeSystem string
	SizeOrder                        int32
	Tags                             []string
	// Department is the code of the category, Names are its own and those of the good.
	Department string
	Names      []string
	// Gone is true for what is no longer sold.
	Gone bool
}

// Gather takes what happened in any order and makes Data of it.
type Gather struct {
	members, others history.Builder
	clicks          []history.Click
	goods           []Good
	seen            map[int64]struct{}
	returns         []Return
	lines           int
}

// Buy takes a line of a basket; user 0 is an anonymous customer.
func (g *Gather) Buy(l history.Line) {
	g.see(l.Item)
	g.lines++
	if l.User > 0 {
		g.members.Add(l)
	} else {
		l.User = 0
		g.others.Add(l)
	}
}

// Look takes a look at an item.
func (g *Gather) Look(c history.Click) {
	g.see(c.Item)
	g.clicks = append(g.clicks, c)
}

// BringBack takes what a member brought back.
func (g *Gather) BringBack(r Return) { g.returns = append(g.returns, r) }

// Describe takes what an item is like. What is no longer sold is only described where somebody bought it.
func (g *Gather) Describe(good Good) { g.goods = append(g.goods, good) }

func (g *Gather) see(item int64) {
	if g.seen == nil {
		g.seen = map[int64]struct{}{}
	}
	g.seen[item] = struct{}{}
}

// Data ends the gathering.
func (g *Gather) Data() *Data {
	for _, good := range g.goods {
		if !good.Gone {
			g.see(good.SKU)
		}
	}
	items := make([]int64, 0, len(g.seen))
	for id := range g.seen {
		items = append(items, id)
	}
	slices.Sort(items)
	d := &Data{Members: g.members.Build(slices.Clone(items)), Others: g.others.Build(slices.Clone(items)),
		Offset: map[int32]int32{}}
	d.Sessions = history.Group(g.clicks, items)
	d.describe(g.goods)
	d.Returns = g.returns
	*g = Gather{}
	return d
}

// describe makes facts of goods.
func (d *Data) describe(goods []Good) {
	d.Category = make([]int32, d.Items().Len())
	for i := range d.Category {
		d.Category[i] = -1
	}
	categories, words := map[int64]int32{}, map[string]int64{}
	for _, g := range goods {
		item := d.Items().Find(g.SKU)
		if item < 0 {
			continue
		}
		d.Worn = append(d.Worn, outfit.Good{SKU: g.SKU, Style: g.Style, Category: g.Department,
			Brand: g.Brand, Colour: g.Colour, Season: g.Season, Names: g.Names, PriceFen: g.PriceFen,
			Size: g.Size, SizeSystem: g.SizeSystem, SizeOrder: g.SizeOrder})
		add := func(field trait.Field, value int64) {
			d.Facts = append(d.Facts, trait.Trait{Item: item, Field: field, Value: value})
		}
		if g.Category != 0 {
			if _, ok := categories[g.Category]; !ok {
				categories[g.Category] = int32(len(categories))
			}
			d.Category[item] = categories[g.Category]
			add(trait.Category, g.Category)
		}
		if g.Brand != "" {
			add(trait.Brand, word(words, g.Brand))
		}
		if g.Colour != "" {
			add(trait.Colour, word(words, g.Colour))
		}
		if g.Season != "" {
			add(trait.Other, word(words, g.Season))
		}
		for _, tag := range g.Tags {
			add(trait.Tag, word(words, tag))
		}
		if g.PriceFen > 0 {
			for _, band := range trait.Bands(g.PriceFen) {
				add(trait.Price, band)
			}
		}
	}
}

// word numbers a text.
func word(words map[string]int64, text string) int64 {
	n, ok := words[text]
	if !ok {
		n = int64(len(words))
		words[text] = n
	}
	return n
}

// split cuts the data at a moment: what is learnt from first, and what is held out.
func (d *Data) split(at int64) (past, held *Data) {
	p, h := *d, *d
	p.Members, h.Members = d.Members.Before(at), d.Members.From(at)
	p.Others, h.Others = d.Others.Before(at), d.Others.From(at)
	s := d.Sessions
	n, _ := slices.BinarySearch(s.Time, at) // sessions are in order of their last click
	p.Sessions, h.Sessions = cut(s, 0, n), cut(s, n, s.Len())
	return &p, &h
}

// cut lends some sessions.
func cut(s *history.Sessions, from, to int) *history.Sessions {
	return &history.Sessions{Items: s.Items, Start: s.Start[from : to+1], Time: s.Time[from:to],
		Item: s.Item}
}

// moment returns the time from which a share of the baskets is held out.
func (d *Data) moment(share float64) int64 {
	times := slices.Concat(d.Members.Time, d.Others.Time)
	slices.Sort(times)
	if len(times) == 0 {
		return 0
	}
	return times[min(len(times)-1, int(float64(len(times))*(1-share)))]
}

// newest is the time of the newest basket.
func (d *Data) newest() (at int64) {
	for _, h := range []*history.History{d.Members, d.Others} {
		for _, t := range h.Time {
			at = max(at, t)
		}
	}
	return at
}
