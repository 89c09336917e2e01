package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// The parts of what is learnt from clothes.
const (
	outfitsBlob = "outfits"
	sizesBlob   = "sizes"
)

// errNothing says that a chain sells nothing that a model is about: then there is no version of it.
var errNothing = errors.New("the chain sells nothing that this model is about")

// Return is a good that a member brought back.
type Return struct {
	Member, SKU, TimeS int64
	Fault              outfit.Fault
}

// closet is what clothes have in common for the models of them.
type closet struct {
	*outfit.Wardrobe
	// first is the least number of an item of the same style, -1 for what is not worn: a style stands for its
	// colours and sizes in the judgement.
	first []int32
	// sold are the baskets of the past that hold a style, by its first item.
	sold []int32
}

// closet sorts the goods once.
func (t *training) openCloset() (*closet, error) {
	if t.clothes != nil {
		return t.clothes, nil
	}
	w, err := outfit.NewWardrobe(t.data.Worn, nil)
	if err != nil {
		return nil, err
	}
	c := &closet{Wardrobe: w, first: make([]int32, t.items), sold: make([]int32, t.items)}
	at := map[int32]int32{}
	for item := range int32(t.items) {
		c.first[item] = -1
		if _, style, ok := w.Look(t.data.Items().ID(item)); ok {
			if _, known := at[style]; !known {
				at[style] = item
			}
			c.first[item] = at[style]
			c.sold[at[style]] += int32(t.buyers[item])
		}
	}
	if len(at) == 0 {
		return nil, errNothing
	}
	t.clothes = c
	return c, nil
}

func (t *training) learnOutfits(c *closet, d *Data) (*outfit.Model, error) {
	return outfit.Learn(c.Wardrobe, outfit.LearnConfig{Seed: t.cfg.Seed}, d.Members, d.Others)
}

// outfits are asked for a piece of a held-out basket by the other pieces, held against what sells best of its
// kind.
func (t *training) outfits(ctx context.Context) (l lesson, err error) {
	c, err := t.openCloset()
	if err != nil {
		return l, err
	}
	m, err := t.learnOutfits(c, t.past)
	if err != nil {
		return l, err
	}
	stylist, looks := outfit.NewStylist(c.Wardrobe, m), t.drawLooks(c)
	best := c.bestSold(t.data.Items())
	l.exam, err = t.ask(ctx, Outfits, len(looks), func() func(int, *exam) {
		return func(i int, e *exam) {
			x := &looks[i]
			truth, sold := []int32{c.first[x.missing]}, best[x.slot]
			parts := stylist.Complete(outfit.Ask{Have: x.have, Slots: []outfit.Slot{x.slot}, Limit: depth,
				Available: func(int64) bool { return true }})
			var list []int32
			for _, p := range parts {
				for k := range p.Offers {
					list = append(list, c.first[t.data.Items().Find(p.Offers[k].SKU)])
				}
			}
			e.take(list, sold[:min(len(sold), depth)], truth, nil)
		}
	})
	l.finish = func(ctx context.Context, k shelf.Key) error {
		m, err := t.learnOutfits(c, t.data)
		if err != nil {
			return err
		}
		return t.sink.PutBlob(ctx, k, outfitsBlob, m.Append(nil))
	}
	return l, err
}

// unfinished is a held-out outfit without one of its pieces.
type unfinished struct {
	have    []int64
	missing int32
	slot    outfit.Slot
}

// drawLooks takes a piece out of each drawn basket that holds something to wear beside it.
func (t *training) drawLooks(c *closet) (all []unfinished) {
	r := rand.New(rand.NewPCG(t.cfg.Seed, 5))
	for _, cart := range t.carts {
		items := slices.DeleteFunc(slices.Clone(cart.of.Basket(cart.basket)), func(item int32) bool {
			return c.first[item] < 0
		})
		if len(items) < 2 {
			continue
		}
		x := unfinished{missing: items[r.IntN(len(items))]}
		x.slot = c.Slot(t.data.Items().ID(x.missing))
		for _, item := range items {
			if id := t.data.Items().ID(item); !outfit.Clash(c.Slot(id), x.slot) {
				x.have = append(x.have, id)
			}
		}
		if len(x.have) > 0 {
			all = append(all, x)
		}
	}
	return all
}

// bestSold lists the styles of each slot that sold in the past, the best first.
func (c *closet) bestSold(items *history.Index) map[outfit.Slot][]int32 {
	best := map[outfit.Slot][]int32{}
	for item := range int32(len(c.first)) {
		if c.first[item] == item {
			slot := c.Slot(items.ID(item))
			best[slot] = append(best[slot], item)
		}
	}
	for _, list := range best {
		slices.SortStableFunc(list, func(a, b int32) int { return int(c.sold[b]) - int(c.sold[a]) })
	}
	return best
}

// wornBy lists what members kept of some data, and what they brought back before a moment.
func (t *training) wornBy(c *closet, d *Data, before int64) (all []outfit.Worn) {
	add := func(member, sku, at int64, back bool, fault outfit.Fault) {
		if p, ok := c.piece(sku); ok {
			all = append(all, outfit.Worn{Member: member, System: p.System, Slot: c.Slot(sku), Size: p.Size,
				Order: p.Order, Returned: back, Fault: fault, TimeS: at})
		}
	}
	h := d.Members
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		for b := from; b < to; b++ {
			for _, item := range h.Basket(b) {
				add(h.Users.ID(u), h.Items.ID(item), h.Time[b], false, outfit.NoFault)
			}
		}
	}
	for _, r := range d.Returns {
		if r.TimeS < before {
			add(r.Member, r.SKU, r.TimeS, true, r.Fault)
		}
	}
	return all
}

// piece finds a SKU that comes in sizes.
func (c *closet) piece(sku int64) (p outfit.Piece, ok bool) {
	look, _, ok := c.Look(sku)
	if !ok {
		return p, false
	}
	for _, p := range c.Pieces(look) {
		if p.SKU == sku {
			return p, p.Size != "" && p.System != ""
		}
	}
	return p, false
}

// scale is a size system in a slot.
type scale struct {
	system string
	slot   outfit.Slot
}

// sizes are asked in which size a member with a past buys a look, held against the size that most buy. What
// was held out was kept.
func (t *training) sizes(ctx context.Context) (l lesson, err error) {
	c, err := t.openCloset()
	if err != nil {
		return l, err
	}
	worn := t.wornBy(c, t.past, t.heldFrom)
	if len(worn) == 0 {
		return l, errNothing
	}
	s, usual := outfit.LearnSizes(worn, nil, outfit.SizesConfig{}), usualSizes(worn)
	tries := t.drawTries(c)
	l.exam, err = t.ask(ctx, Sizes, len(tries), func() func(int, *exam) {
		return func(i int, e *exam) {
			x := &tries[i]
			sku := t.data.Items().ID(x.item)
			p, _ := c.piece(sku)
			most := t.inSize(c, sku, p.System, usual[scale{p.System, c.Slot(sku)}])
			guessed := most
			g, ok := s.Guess(x.member, outfit.Body{}, p.System, c.Slot(sku), x.at)
			if ok {
				guessed = t.inSize(c, sku, p.System, g.Order)
			}
			e.take(guessed, most, []int32{x.item}, nil)
		}
	})
	l.finish = func(ctx context.Context, k shelf.Key) error {
		all := outfit.LearnSizes(t.wornBy(c, t.data, math.MaxInt64), nil, outfit.SizesConfig{})
		return t.sink.PutBlob(ctx, k, sizesBlob, all.Append(nil))
	}
	return l, err
}

// usualSizes finds the size of each scale that most kept.
func usualSizes(worn []outfit.Worn) map[scale]int32 {
	counts, usual := map[scale]map[int32]int{}, map[scale]int32{}
	for i := range worn {
		x := &worn[i]
		k := scale{x.System, x.Slot}
		if x.Returned {
			continue
		}
		if counts[k] == nil {
			counts[k], usual[k] = map[int32]int{}, x.Order
		}
		counts[k][x.Order]++
	}
	for k, of := range counts {
		for order, n := range of {
			if most := of[usual[k]]; n > most || n == most && order < usual[k] {
				usual[k] = order
			}
		}
	}
	return usual
}

// inSize is the item of the same look in another size, nothing where there is none.
func (t *training) inSize(c *closet, sku int64, system string, order int32) []int32 {
	look, _, _ := c.Look(sku)
	for _, p := range c.Pieces(look) {
		if p.System == system && p.Order == order {
			return []int32{t.data.Items().Find(p.SKU)}
		}
	}
	return nil
}

// try is a held-out piece that a member bought.
type try struct {
	member, at int64
	item       int32
}

// drawTries draws held-out pieces in sizes that members with a past bought.
func (t *training) drawTries(c *closet) (drawn []try) {
	var all []try
	held := t.held.Members
	for u := range int32(held.Users.Len()) {
		if from, to := t.past.Members.Of(u); from == to {
			continue
		}
		from, to := held.Of(u)
		for b := from; b < to; b++ {
			for _, item := range held.Basket(b) {
				p, ok := c.piece(held.Items.ID(item))
				if look, _, _ := c.Look(p.SKU); ok && len(c.Pieces(look)) > 1 {
					all = append(all, try{held.Users.ID(u), held.Time[b], item})
				}
			}
		}
	}
	for _, i := range t.draw(len(all), 6) {
		drawn = append(drawn, all[i])
	}
	return drawn
}
