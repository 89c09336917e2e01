package outfit

import (
	"fmt"
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/list"
)

// Stylist completes outfits from a wardrobe by a model. It is never changed.
type Stylist struct {
	*Wardrobe
	m *Model
	// The numbers of the wardrobe's styles, categories and brands in the model, -1 for those newer
	// than it.
	styles, categories, brands []int32
}

// NewStylist joins a wardrobe with a model that may be older; nil stands for one that has learnt nothing.
func NewStylist(w *Wardrobe, m *Model) *Stylist {
	if m == nil {
		empty := &counts{start: []int32{0}}
		m = &Model{styles: empty, categories: empty, brands: empty, weights: defaultWeights}
	}
	return newStylist(w, m)
}

func newStylist(w *Wardrobe, m *Model) *Stylist {
	return &Stylist{Wardrobe: w, m: m,
		styles:     join(namesOf(w.styles, func(id int64) string { return fmt.Sprint(id) }), m.styles.names),
		categories: join(namesOf(w.categories, func(s string) string { return s }), m.categories.names),
		brands:     join(namesOf(w.brands, func(s string) string { return s }), m.brands.names)}
}

func join(names, known []string) []int32 {
	at := make(map[string]int32, len(known))
	for i, name := range known {
		at[name] = int32(i)
	}
	out := make([]int32, len(names))
	for i, name := range names {
		n, ok := at[name]
		if out[i] = n; !ok {
			out[i] = -1
		}
	}
	return out
}

// How many baskets a lift is shrunk by.
const (
	styleKappa = 1
	groupKappa = 5
)

// traits are those of look b beside look a.
func (s *Stylist) traits(a, b int32) (t Weights) {
	x, y := &s.looks[a], &s.looks[b]
	t[byStyle] = s.m.styles.lift(s.styles[x.style], s.styles[y.style], styleKappa)
	t[byCategory] = s.m.categories.lift(s.categories[x.category], s.categories[y.category], groupKappa)
	if x.brand >= 0 && y.brand >= 0 {
		t[byBrand] = s.m.brands.lift(s.brands[x.brand], s.brands[y.brand], groupKappa)
	}
	t[byColour] = harmony(x.tint, y.tint) - harmony(0, 0)
	t[byPrice] = -math.Abs(x.price - y.price)
	if x.season != "" && y.season != "" {
		t[bySeason] = -1
		if x.season == y.season {
			t[bySeason] = 1
		}
	}
	return t
}

// Ask is one request.
type Ask struct {
	// Have are the SKUs that are looked at or in the cart; what is not worn is passed over.
	Have []int64
	// Slots are the slots that are wanted, all that are free without any.
	Slots []Slot
	// Limit is how many goods a slot gets. Default 3.
	Limit int
	// Available reports whether a SKU can be had now. Required.
	Available func(sku int64) bool
	// Personal says that Size may be asked; without it no size of anybody is looked at.
	Personal bool
	// Size says which size of a system somebody wears in a slot. May be nil.
	Size func(system string, slot Slot) (Guess, bool)
}

// Part is a slot with the goods that complete it, the best first.
type Part struct {
	Slot   Slot
	Offers []Offer
}

// Offer is a good for a slot.
type Offer struct {
	Piece
	// Score is ln of how much likelier it is than its slot's average; comparable within a slot.
	Score float64
	// Fit is the size that was asked for, Sized says that there is one and that the piece has it.
	Fit   Guess
	Sized bool
	// With is the SKU of Have that it goes with best, Why the reasons, the weightiest first.
	With int64
	Why  []Why
}

// maxHave bounds the looks of a cart that are compared.
const maxHave = 20

// Complete offers goods for the free slots: each is scored by
//
//	score(b) = mean over a in Have of w · traits(a, b) + ln((n_b + 1)/(N + 1))
//
// which is Bayes' rule, since w tells bought pairs from pairs drawn by popularity. Cost: the looks of the
// slots times those of Have, some 200 ns each.
func (s *Stylist) Complete(ask Ask) []Part {
	if ask.Limit <= 0 {
		ask.Limit = 3
	}
	var have []int32
	for _, sku := range ask.Have {
		if n, ok := s.ofSKU[sku]; ok && len(have) < maxHave && !slices.Contains(have, n) {
			have = append(have, n)
		}
	}
	if len(have) == 0 {
		return nil
	}
	var parts []Part
	for slot := Top; slot < slotCount; slot++ {
		taken := slices.ContainsFunc(have, func(n int32) bool { return Clash(s.looks[n].slot, slot) })
		if taken || len(ask.Slots) > 0 && !slices.Contains(ask.Slots, slot) {
			continue
		}
		if p := s.part(slot, have, &ask); len(p.Offers) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// part takes the best looks of a slot that come in a size that fits; several colours of one style are one
// offer.
func (s *Stylist) part(slot Slot, have []int32, ask *Ask) Part {
	scored := make([]list.Scored, 0, len(s.bySlot[slot]))
	for _, n := range s.bySlot[slot] {
		scored = append(scored, list.Scored{Item: n, Score: float32(s.score(have, n))})
	}
	slices.SortFunc(scored, list.Compare)
	p := Part{Slot: slot}
	var styles []int32
	sizes := map[string]fitted{}
	for _, x := range scored {
		l := &s.looks[x.Item]
		if slices.Contains(styles, l.style) {
			continue
		}
		o, ok := s.choose(l, ask, sizes)
		if !ok {
			continue
		}
		o.Score = float64(x.Score)
		s.explain(&o, have, x.Item)
		styles = append(styles, l.style)
		if p.Offers = append(p.Offers, o); len(p.Offers) == ask.Limit {
			break
		}
	}
	return p
}

func (s *Stylist) score(have []int32, b int32) float64 {
	sum := 0.
	for _, a := range have {
		t := s.traits(a, b)
		sum += dot(&s.m.weights, &t)
	}
	sold := float64(s.m.styles.sold(s.styles[s.looks[b].style]))
	return sum/float64(len(have)) + math.Log((sold+1)/(float64(s.m.styles.baskets)+1))
}

// fitted remembers what Size has said of a system.
type fitted struct {
	guess Guess
	known bool
}

// choose takes the piece of a look that is there in the size that fits; without a size the middle one of
// those that are there.
func (s *Stylist) choose(l *look, ask *Ask, sizes map[string]fitted) (o Offer, ok bool) {
	var there []Piece
	for _, p := range l.pieces {
		if ask.Available(p.SKU) {
			there = append(there, p)
		}
	}
	if len(there) == 0 {
		return o, false
	}
	slices.SortStableFunc(there, func(a, b Piece) int { return int(a.Order) - int(b.Order) })
	o.Piece = there[len(there)/2]
	system := o.System
	if !ask.Personal || ask.Size == nil || system == "" {
		return o, true
	}
	f, asked := sizes[system]
	if !asked {
		f.guess, f.known = ask.Size(system, l.slot)
		sizes[system] = f
	}
	if !f.known {
		return o, true
	}
	for _, p := range there {
		if p.System == system && p.Order == f.guess.Order {
			o.Piece, o.Fit, o.Sized = p, f.guess, true
			return o, true
		}
	}
	return o, false
}
