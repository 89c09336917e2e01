package intent

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Ask says what a bundle is chosen from and within which bounds.
type Ask struct {
	// Available reports whether the store can hand out so many units of an item now. Required.
	Available func(item, units int32) bool
	// PriceFen is what one unit costs at the store, in fen; 0 or less for what is not sold. Required.
	PriceFen func(item int32) int64
	// Score is how well an item sells or suits the visitor, 0 to 1; nil counts all alike.
	Score func(item int32) float64
	// MaxItems bounds the items of a bundle, at most 10. Default 5.
	MaxItems int
	// PerBrand bounds how many of one brand, unless the wish names it. Default 2.
	PerBrand int
	// Candidates bounds those of one slot that are combined. Default 24.
	Candidates int
	// Scan bounds the goods of one kind that are looked at, the newest first. Default 20,000, about 2 ms.
	Scan int
	// Steps bounds the search; where it ends the bundle is the best so far. Default 100,000, about 5 ms.
	Steps int
	// Alternatives is how many others are named for each item. Default 3.
	Alternatives int
}

func (a Ask) filled() Ask {
	a.MaxItems = min(cmp.Or(max(a.MaxItems, 0), 5), maxPlaces)
	a.PerBrand = cmp.Or(max(a.PerBrand, 0), 2)
	a.Candidates = min(cmp.Or(max(a.Candidates, 0), 24), 1000)
	a.Scan = cmp.Or(max(a.Scan, 0), 20_000)
	a.Steps = cmp.Or(max(a.Steps, 0), 100_000)
	a.Alternatives = cmp.Or(max(a.Alternatives, 0), 3)
	if a.Score == nil {
		a.Score = func(int32) float64 { return .5 }
	}
	return a
}

// Pick is an item of a bundle.
type Pick struct {
	Item, Units int32
	// Fen is what all its units cost.
	Fen int64
	// Asked says that the wish named it.
	Asked bool
	Slot  Label
	// Reason says why in both languages; Matched are the traits of the wish that it has.
	Reason  Label
	Matched []Trait
	// Alternatives are other items for its place that stay within the budget, the best first.
	Alternatives []int32
}

// Lack is why something that was asked for is not in a bundle.
type Lack string

// The lacks.
const (
	NotSold    Lack = "not_sold"
	OutOfStock Lack = "out_of_stock"
	OverBudget Lack = "over_budget"
	NotForThem Lack = "not_for_recipient"
	NoRoom     Lack = "no_room"
)

// Missing is a thing that was asked for and is not there.
type Missing struct {
	Slot Label
	Lack Lack
}

// Bundle is a set of goods that can be bought together.
type Bundle struct {
	Picks    []Pick
	TotalFen int64
	Reason   Label
	Missing  []Missing
	// BelowMin says that no set reached the least that should be spent. Exact says that no better set
	// exists among the candidates; false means that the search met its bound.
	BelowMin, Exact bool
}

// candidate is an item for a place.
type candidate struct {
	item    int32
	value   float64
	fen     int64
	need    int
	traits  uint16
	popular bool
}

// Bundle chooses goods for a wish. It makes a slot of everything that is asked for and of every
// part of the occasion's plan, lists the best candidates of each, and finds the set with the
// largest sum of values within the budget, one item a slot, one of a style, PerBrand of a brand.
// Cost: Scan a slot, then the search.
func (s *Shop) Bundle(w *Wish, ask Ask) Bundle {
	ask = ask.filled()
	if w.Quantity > 0 {
		ask.MaxItems = min(ask.MaxItems, int(w.Quantity))
	}
	places := s.places(w, ask.Scan)
	c := chooser{shop: s, wish: w, ask: ask, places: places, minor: w.Minor()}
	c.gather()
	x := search{places: c.candidates, goods: s.goods, ask: &ask, wish: w}
	x.run()
	return c.bundle(&x)
}

// chooser makes candidates.
type chooser struct {
	shop       *Shop
	wish       *Wish
	ask        Ask
	places     []place
	candidates [][]candidate
	lacks      []Lack
	minor      bool
	// words are what the text called the needs that it names: 三明治 is bread, and rather a sandwich.
	words []string
	// shareFen is what a place of weight 1 may cost for the budget to be spent evenly.
	shareFen float64
}

func (c *chooser) gather() {
	for _, span := range c.wish.Spans {
		if span.Trait == Need {
			n := normal(c.wish.Text[span.From:span.To], c.shop.folds)
			c.words = append(c.words, string(n.r))
		}
	}
	total := 0.
	for k := range c.places {
		if slices.ContainsFunc(c.places[k].lists, func(l list) bool { return len(l.items) > 0 }) {
			total += math.Sqrt(c.places[k].weight)
		}
	}
	if total > 0 {
		c.shareFen = float64(c.wish.MaxFen) / total
	}
	c.candidates, c.lacks = make([][]candidate, len(c.places)), make([]Lack, len(c.places))
	for k := range c.places {
		p := &c.places[k]
		if p.shareFen = c.shareFen * math.Sqrt(p.weight); p.shareFen == 0 {
			p.shareFen = c.middle(p)
		}
		c.candidates[k] = c.list(k)
	}
}

// sample bounds the prices that a middle one is taken from.
const sample = 501

// middle is the middle cost of what a place may be filled with: without a budget neither the cheapest nor the
// dearest is meant.
func (c *chooser) middle(p *place) float64 {
	var prices []int64
	for _, l := range p.lists {
		stride := max(1, len(l.items)*len(p.lists)/sample)
		for i := 0; i < len(l.items); i += stride {
			if fen := c.ask.PriceFen(l.items[i]); fen > 0 {
				prices = append(prices, fen)
			}
		}
	}
	if len(prices) == 0 {
		return 0
	}
	slices.Sort(prices)
	return float64(prices[len(prices)/2]) * float64(p.units)
}

// list lists the best candidates of a place, a third of them the cheapest, so that a small budget finds
// something too.
func (c *chooser) list(k int) []candidate {
	p := &c.places[k]
	best := top{limit: c.ask.Candidates, better: byValue}
	cheap := top{limit: 1 + c.ask.Candidates/3, better: byPrice}
	c.lacks[k] = NotSold
	var seen map[int32]bool
	if len(p.lists) > 1 {
		seen = map[int32]bool{}
	}
	for kind, l := range p.lists {
		from := max(0, len(l.items)-c.ask.Scan)
		for i := len(l.items) - 1; i >= from; i-- {
			item := l.items[i]
			if seen[item] {
				continue
			}
			if seen != nil {
				seen[item] = true
			}
			if x, lack := c.candidate(p, kind, item); lack != "" {
				c.lacks[k] = nearer(c.lacks[k], lack)
			} else if best.takes(&x) || cheap.takes(&x) {
				if !c.ask.Available(item, p.units) {
					c.lacks[k] = nearer(c.lacks[k], OutOfStock)
					continue
				}
				best.add(x)
				cheap.add(x)
			}
		}
	}
	out := best.list
	for _, x := range cheap.list {
		if !slices.ContainsFunc(out, func(y candidate) bool { return y.item == x.item }) {
			out = append(out, x)
		}
	}
	if len(out) > 0 {
		c.lacks[k] = NoRoom
	}
	return out
}

// nearer keeps the lack that came closest to a candidate.
func nearer(a, b Lack) Lack {
	order := [...]Lack{NotSold, NotForThem, OverBudget, OutOfStock}
	return order[max(slices.Index(order[:], a), slices.Index(order[:], b))]
}

// candidate judges an item for a place. The value is weight · (½ + quality); quality sums how well
// the kind fits, how well it sells, how near its price is to the place's share of the budget, and
// the traits of the wish that it has or contradicts.
func (c *chooser) candidate(p *place, kind int, item int32) (x candidate, lack Lack) {
	g, w := &c.shop.goods[item], c.wish
	if c.minor && c.shop.grownUp(g) || !g.fits(w) {
		return x, NotForThem
	}
	price := c.ask.PriceFen(item)
	if price <= 0 {
		return x, NotSold
	}
	if price > math.MaxInt64/int64(p.units)/maxPlaces {
		return x, OverBudget
	}
	x = candidate{item: item, fen: price * int64(p.units), need: p.lists[kind].need}
	if w.MaxFen > 0 && x.fen > w.MaxFen {
		return x, OverBudget
	}
	score := c.ask.Score(item)
	if !(score > 0) { // NaN too
		score = 0
	}
	score = min(score, 1)
	x.popular = score >= .7
	fit := .5
	if p.shareFen > 0 {
		fit = math.Exp(-math.Abs(math.Log(float64(x.fen) / p.shareFen)))
	}
	traits, matched := g.match(w)
	for _, word := range c.words {
		if p.asked && strings.Contains(g.text, word) {
			traits += .5
			matched |= 1 << Need
			break
		}
	}
	x.traits = matched
	x.value = p.weight * (.5 + .35*math.Pow(.8, float64(kind)) + .3*score + .35*fit + traits)
	x.value = max(x.value, p.weight*.01)
	return x, ""
}

// match sums the traits of a wish that a good has, and takes off for those that it contradicts.
func (g *good) match(w *Wish) (sum float64, matched uint16) {
	f := func(t Trait, has, against bool, weight float64) {
		switch {
		case has:
			sum += weight
			matched |= 1 << t
		case against:
			sum -= weight / 2
		}
	}
	f(Brand, slices.Contains(w.Brands, g.brand), len(w.Brands) > 0, .8)
	f(Colour, slices.Contains(w.Colours, g.colour), len(w.Colours) > 0 && g.colour != "", .6)
	f(Size, slices.Contains(w.Sizes, g.size), len(w.Sizes) > 0 && g.size != "", .8)
	f(Season, w.Season != "" && g.season == w.Season, w.Season != "" && g.season != "", .3)
	for _, tag := range w.Tags {
		f(Tag, slices.Contains(g.tags, tag), true, .4)
	}
	f(Recipient, w.Group != Nobody && g.audience&audienceOf[w.Group] != 0, false, .3)
	return sum, matched
}

// top keeps the best candidates in order.
type top struct {
	list   []candidate
	limit  int
	better func(a, b candidate) int
}

func byValue(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.fen, b.fen), cmp.Compare(a.item, b.item))
}

func byPrice(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.fen, b.fen), cmp.Compare(b.value, a.value), cmp.Compare(a.item, b.item))
}

func (t *top) takes(x *candidate) bool {
	return len(t.list) < t.limit || t.better(*x, t.list[len(t.list)-1]) < 0
}

func (t *top) add(x candidate) {
	if !t.takes(&x) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.list, x, t.better)
	if len(t.list) == t.limit {
		t.list = t.list[:len(t.list)-1]
	}
	t.list = slices.Insert(t.list, at, x)
}
