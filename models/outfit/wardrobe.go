package outfit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Slot is a place in an outfit.
type Slot uint8

// The slots. What is nothing to wear is in none.
const (
	None Slot = iota
	Top
	Bottom
	Dress
	Outer
	Shoes
	Bag
	Accessory
	slotCount
)

var slotNames = [...]string{"", "top", "bottom", "dress", "outer", "shoes", "bag", "accessory"}

func (s Slot) String() string { return slotNames[s] }

// ParseSlot finds a slot by its name.
func ParseSlot(name string) (Slot, bool) {
	i := slices.Index(slotNames[1:], name)
	return Slot(i + 1), i >= 0
}

// Good is a SKU with what an outfit is made by.
type Good struct {
	// SKU is the chain's number of it, above 0. Style is that of its family, 0 for none: then it
	// stands alone.
	SKU, Style int64
	// Category is a code; Names are those of the category and of the good, in any language.
	Category, Brand, Colour, Season string
	Names                           []string
	PriceFen                        int64
	Size, SizeSystem                string
	SizeOrder                       int32
}

// Wardrobe holds what is worn: looks, that is styles in one colour, each in its sizes. It is never
// changed.
type Wardrobe struct {
	looks []look
	// bySlot lists looks, ofSKU finds one by SKU.
	bySlot [slotCount][]int32
	ofSKU  map[int64]int32
	// styles, categories and brands number what is counted.
	styles             map[int64]int32
	categories, brands map[string]int32
}

// look is a style in one colour.
type look struct {
	slot                   Slot
	style, category, brand int32
	colour                 string
	tint                   tint
	season                 string
	// price is ln of the price over that of the middle of its category: how dear it is for what it is.
	price  float64
	fen    int64
	pieces []Piece
}

// Piece is a SKU of a look.
type Piece struct {
	SKU          int64
	Size, System string
	Order        int32
}

// MaxGoods bounds a wardrobe.
const MaxGoods = 1 << 22

// NewWardrobe sorts goods into slots: by the configured slot of their category where there is one,
// else by the words of their category's and their own names. What fits nowhere is left out.
func NewWardrobe(goods []Good, slots map[string]Slot) (*Wardrobe, error) {
	if len(goods) > MaxGoods {
		return nil, fmt.Errorf("cannot hold %d goods, at most %d", len(goods), MaxGoods)
	}
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	w := &Wardrobe{ofSKU: map[int64]int32{}, styles: map[int64]int32{}, categories: map[string]int32{},
		brands: map[string]int32{}}
	type family struct {
		style  int64
		colour string
	}
	at := map[family]int32{}
	sorted := slices.Clone(goods)
	slices.SortFunc(sorted, func(a, b Good) int { return cmp.Compare(a.SKU, b.SKU) })
	for i := range sorted {
		g := &sorted[i]
		slot, configured := slots[g.Category]
		if !configured {
			slot = words.slot(g.Names)
		}
		if slot == None || slot >= slotCount || g.SKU <= 0 {
			continue
		}
		f := family{g.Style, g.Colour}
		if g.Style == 0 {
			f.style = -g.SKU
		}
		n, known := at[f]
		if !known {
			n = int32(len(w.looks))
			at[f] = n
			brand := int32(-1) // goods without a brand have none in common
			if g.Brand != "" {
				brand = number(w.brands, g.Brand)
			}
			w.looks = append(w.looks, look{slot: slot, style: number(w.styles, f.style), brand: brand,
				category: number(w.categories, g.Category), colour: g.Colour,
				tint: words.tint(g.Colour), season: g.Season, fen: g.PriceFen})
			w.bySlot[slot] = append(w.bySlot[slot], n)
		}
		w.looks[n].pieces = append(w.looks[n].pieces, Piece{g.SKU, g.Size, g.SizeSystem, g.SizeOrder})
		w.ofSKU[g.SKU] = n
	}
	w.rate()
	return w, nil
}

func number[K comparable](in map[K]int32, key K) int32 {
	n, ok := in[key]
	if !ok {
		n = int32(len(in))
		in[key] = n
	}
	return n
}

// rate compares prices with the middle one of their category.
func (w *Wardrobe) rate() {
	byCategory := make([][]int64, len(w.categories))
	for i := range w.looks {
		if l := &w.looks[i]; l.fen > 0 {
			byCategory[l.category] = append(byCategory[l.category], l.fen)
		}
	}
	for _, prices := range byCategory {
		slices.Sort(prices)
	}
	for i := range w.looks {
		if l := &w.looks[i]; l.fen > 0 {
			prices := byCategory[l.category]
			l.price = math.Log(float64(l.fen) / float64(prices[len(prices)/2]))
		}
	}
}

// Slot returns the slot of a SKU, None for what is not worn.
func (w *Wardrobe) Slot(sku int64) Slot {
	if n, ok := w.ofSKU[sku]; ok {
		return w.looks[n].slot
	}
	return None
}

// Looks is how many looks there are.
func (w *Wardrobe) Looks() int { return len(w.looks) }

// Look returns the number of the look of a SKU, and that of its style; ok is false for what is not worn.
func (w *Wardrobe) Look(sku int64) (look, style int32, ok bool) {
	n, ok := w.ofSKU[sku]
	if !ok {
		return -1, -1, false
	}
	return n, w.looks[n].style, true
}

// Pieces are the SKUs of a look, lent.
func (w *Wardrobe) Pieces(look int32) []Piece { return w.looks[look].pieces }

// SameLook reports whether two SKUs differ in size alone.
func (w *Wardrobe) SameLook(a, b int64) bool {
	x, ok := w.ofSKU[a]
	y, too := w.ofSKU[b]
	return ok && too && x == y
}

// Clash reports whether two slots cannot be worn together: a dress is top and bottom at once.
func Clash(a, b Slot) bool {
	return a == b || a == Dress && (b == Top || b == Bottom) || b == Dress && (a == Top || a == Bottom)
}
