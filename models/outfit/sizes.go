package outfit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Fault is what was wrong with a size that came back.
type Fault uint8

// The faults. Most who send something back do not say.
const (
	NoFault Fault = iota
	TooSmall
	TooLarge
)

// Worn is a purchase of a member in a size.
type Worn struct {
	Member int64
	System string
	Slot   Slot
	Size   string
	Order  int32
	// Returned says that it came back, Fault why.
	Returned bool
	Fault    Fault
	// TimeS is when it was bought, in seconds since 1970.
	TimeS int64
}

// Body is what a member has told of himself; 0 for what he has not.
type Body struct{ HeightCM, WeightKG float64 }

// Basis is what a size follows from.
type Basis uint8

// The bases, the surest first.
const (
	FromKept     Basis = iota + 1 // the sizes that were kept in this slot
	FromReturns                   // what came back, a size larger or smaller
	FromOther                     // the sizes that were kept in other slots of the same system
	FromKeepers                   // what others of this height and weight kept
	FromStandard                  // the height that the size is made for, GB/T 1335
)

// Guess is a size that should fit.
type Guess struct {
	Size  string
	Order int32
	Basis Basis
	// Count is how many purchases stand behind it. Confidence is 0 to 1.
	Count      int
	Confidence float64
}

// Why says what a size follows from.
func (g *Guess) Why() Why {
	w := Why{Code: "size"}
	switch g.Basis {
	case FromKept, FromOther:
		w.ZH = fmt.Sprintf("按您留下的 %d 件, 推荐 %s 码", g.Count, g.Size)
		w.EN = fmt.Sprintf("size %s, as of %d that you kept", g.Size, g.Count)
	case FromReturns:
		w.ZH = fmt.Sprintf("按您退换的尺码, 推荐 %s 码", g.Size)
		w.EN = fmt.Sprintf("size %s, after what you sent back", g.Size)
	case FromKeepers:
		w.ZH = fmt.Sprintf("与您身高体重相近的人多留下 %s 码", g.Size)
		w.EN = fmt.Sprintf("size %s, as others of your height and weight keep", g.Size)
	case FromStandard:
		w.ZH = fmt.Sprintf("按身高对应国标号型, 推荐 %s", g.Size)
		w.EN = fmt.Sprintf("size %s, made for your height", g.Size)
	}
	return w
}

// SizesConfig says how sizes are learnt.
type SizesConfig struct {
	// HalfLifeDays is after how long a purchase counts half: bodies change. Default 365.
	HalfLifeDays float64
	// MinKeepers is how many kept purchases of members with a known body a size system of a slot needs
	// before others are sized by them. Default 30.
	MinKeepers int
	// MaxWorn bounds the purchases of a member, the newest count: 16 bytes each. Default 50.
	MaxWorn int
}

// Sizes know what fits whom. It is never changed; a member is forgotten by learning without his
// purchases. Member members[i] has the purchases start[i] … start[i+1]-1, in order of time.
type Sizes struct {
	cfg     SizesConfig
	members []int64
	start   []int32
	worn    []worn
	// keys ascend, scales stand beside them.
	keys   []scaleKey
	scales []*scale
}

type scaleKey struct {
	system string
	slot   Slot
}

func compareKeys(a, b scaleKey) int {
	return cmp.Or(cmp.Compare(a.system, b.system), cmp.Compare(a.slot, b.slot))
}

// worn is a purchase in short: the numbers of its scale and of its size there.
type worn struct {
	timeS       int64
	scale, size uint16
	returned    bool
	fault       Fault
}

// scale are the sizes of a system in a slot.
type scale struct {
	sizes   []string
	orders  []int32
	keepers []spread
	kept    int
}

// spread is what those who kept a size are like: sums for mean and variance of height and weight.
type spread struct{ n, h, hh, w, ww float64 }

// LearnSizes sorts purchases by member and by scale. Purchases without a size, and of bodies that
// cannot be, teach nothing.
func LearnSizes(all []Worn, bodies map[int64]Body, cfg SizesConfig) *Sizes {
	if !(cfg.HalfLifeDays > 0) {
		cfg.HalfLifeDays = 365
	}
	if cfg.MinKeepers <= 0 {
		cfg.MinKeepers = 30
	}
	if cfg.MaxWorn <= 0 {
		cfg.MaxWorn = 50
	}
	list := slices.DeleteFunc(slices.Clone(all), func(x Worn) bool {
		return x.Size == "" || x.System == "" || x.Slot == None || x.Slot >= slotCount
	})
	slices.SortFunc(list, func(a, b Worn) int {
		return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.TimeS, b.TimeS),
			cmp.Compare(a.System, b.System), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Order, b.Order),
			cmp.Compare(a.Fault, b.Fault), order(a.Returned, b.Returned))
	})
	s := &Sizes{cfg: cfg, start: []int32{0}}
	known := map[scaleKey]*scale{}
	for _, x := range list {
		k := scaleKey{x.System, x.Slot}
		if known[k] == nil {
			known[k] = &scale{}
			s.keys = append(s.keys, k)
		}
		at := known[k].at(x.Order, x.Size)
		if body := bodies[x.Member]; !x.Returned && body.known() {
			known[k].kept++
			known[k].keepers[at].add(body)
		}
	}
	slices.SortFunc(s.keys, compareKeys)
	for _, k := range s.keys {
		s.scales = append(s.scales, known[k])
	}
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Member == list[0].Member {
			n++
		}
		s.take(list[:n])
		list = list[n:]
	}
	return s
}

func order(a, b bool) int {
	if a == b {
		return 0
	} else if a {
		return 1
	}
	return -1
}

// take appends the purchases of one member.
func (s *Sizes) take(list []Worn) {
	s.members = append(s.members, list[0].Member)
	for _, x := range list[max(0, len(list)-s.cfg.MaxWorn):] {
		scale, _ := slices.BinarySearchFunc(s.keys, scaleKey{x.System, x.Slot}, compareKeys)
		size, _ := slices.BinarySearch(s.scales[scale].orders, x.Order)
		if scale > math.MaxUint16 || size > math.MaxUint16 {
			continue // no chain has as many sizes
		}
		s.worn = append(s.worn, worn{x.TimeS, uint16(scale), uint16(size), x.Returned, x.Fault})
	}
	s.start = append(s.start, int32(len(s.worn)))
}

// of are the purchases of a member.
func (s *Sizes) of(member int64) []worn {
	i, ok := slices.BinarySearch(s.members, member)
	if !ok {
		return nil
	}
	return s.worn[s.start[i]:s.start[i+1]]
}

// scaleOf finds the sizes of a system in a slot, nil where nobody bought any.
func (s *Sizes) scaleOf(k scaleKey) *scale {
	if i, ok := slices.BinarySearchFunc(s.keys, k, compareKeys); ok {
		return s.scales[i]
	}
	return nil
}

// Members is of how many members something is known.
func (s *Sizes) Members() int { return len(s.members) }

// Fit is a size that a member wears, in one slot.
type Fit struct {
	System string
	Slot   Slot
	Guess  Guess
}

// Fits lists what a member wears where he has bought before, ascending by slot and system. nowS is in
// seconds since 1970.
func (s *Sizes) Fits(member, nowS int64) (fits []Fit) {
	var seen []uint16
	for _, w := range s.of(member) {
		if !slices.Contains(seen, w.scale) {
			seen = append(seen, w.scale)
		}
	}
	for _, n := range seen {
		k := s.keys[n]
		if g, ok := s.own(member, k.system, s.scales[n], nowS, func(o Slot) bool {
			return o == k.slot
		}); ok {
			fits = append(fits, Fit{k.system, k.slot, g})
		}
	}
	slices.SortFunc(fits, func(a, b Fit) int {
		return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.System, b.System))
	})
	return fits
}

// known reports whether height and weight are those of a person.
func (b Body) known() bool {
	return b.HeightCM >= 40 && b.HeightCM <= 250 && b.WeightKG >= 2 && b.WeightKG <= 300
}

// at finds the place of an order, in ascending order; of several names of one order the least stays.
func (s *scale) at(order int32, size string) int {
	k, ok := slices.BinarySearch(s.orders, order)
	if !ok {
		s.orders = slices.Insert(s.orders, k, order)
		s.sizes = slices.Insert(s.sizes, k, size)
		s.keepers = slices.Insert(s.keepers, k, spread{})
	}
	s.sizes[k] = min(s.sizes[k], size)
	return k
}

func (x *spread) add(b Body) {
	x.n++
	x.h, x.hh = x.h+b.HeightCM, x.hh+b.HeightCM*b.HeightCM
	x.w, x.ww = x.w+b.WeightKG, x.ww+b.WeightKG*b.WeightKG
}

// Guess says which size of a system fits a member in a slot, by the surest basis that there is.
// nowS is in seconds since 1970.
func (s *Sizes) Guess(member int64, body Body, system string, slot Slot, nowS int64) (Guess, bool) {
	x := s.scaleOf(scaleKey{system, slot})
	if x == nil {
		return Guess{}, false
	}
	if g, ok := s.own(member, system, x, nowS, func(o Slot) bool { return o == slot }); ok {
		return g, true
	}
	if g, ok := s.own(member, system, x, nowS, func(o Slot) bool { return o != slot }); ok {
		g.Basis = FromOther
		g.Confidence /= 2
		return g, true
	}
	if body.known() && x.kept >= s.cfg.MinKeepers {
		return x.byKeepers(body)
	}
	return x.byStandard(body.HeightCM)
}

// own weighs a member's purchases by size: a kept one counts for it, one that came back against it
// and, where the fault is known, for its neighbour.
func (s *Sizes) own(member int64, system string, x *scale, nowS int64, of func(Slot) bool) (g Guess,
	ok bool) {
	kept, shifted := make([]float64, len(x.orders)), make([]float64, len(x.orders))
	total, count := 0., make([]int, len(x.orders))
	for _, w := range s.of(member) {
		key := s.keys[w.scale]
		k, there := slices.BinarySearch(x.orders, s.scales[w.scale].orders[w.size])
		if key.system != system || !of(key.slot) || !there {
			continue
		}
		weight := math.Exp2(-max(0, float64(nowS-w.timeS)) / 86_400 / s.cfg.HalfLifeDays)
		if !w.returned {
			kept[k] += weight
			total += weight
			count[k]++
			continue
		}
		if w.fault == NoFault {
			kept[k] -= weight / 2 // it may have been the colour
			continue
		}
		kept[k] -= weight
		if k += 3 - 2*int(w.fault); k >= 0 && k < len(shifted) { // TooSmall: one up, TooLarge: one down
			shifted[k] += weight
			total += weight
		}
	}
	best, value := -1, 1e-9
	for k := range kept {
		if v := kept[k] + shifted[k]; v > value {
			best, value = k, v
		}
	}
	if best < 0 {
		return g, false
	}
	g = Guess{Size: x.sizes[best], Order: x.orders[best], Basis: FromKept, Count: count[best],
		Confidence: min(1, value/(total+1))}
	if count[best] == 0 {
		g.Basis = FromReturns
	}
	return g, true
}

// The least spread of those who keep a size, in cm and kg: below it a handful of alike people would
// decide everything.
const (
	minHeightCM = 4
	minWeightKG = 4
)

// byKeepers takes the size whose keepers are likeliest to have such a body: for each size
//
//	ln n_s − ln σ_h − (h−μ_h)²/2σ_h² − ln σ_w − (w−μ_w)²/2σ_w²
func (x *scale) byKeepers(b Body) (g Guess, ok bool) {
	best, values := -1, make([]float64, len(x.keepers))
	for k := range x.keepers {
		p := &x.keepers[k]
		if p.n < 2 {
			values[k] = math.Inf(-1)
			continue
		}
		values[k] = math.Log(p.n) + normal(b.HeightCM, p.n, p.h, p.hh, minHeightCM) +
			normal(b.WeightKG, p.n, p.w, p.ww, minWeightKG)
		if best < 0 || values[k] > values[best] {
			best = k
		}
	}
	if best < 0 {
		return g, false
	}
	sum := 0.
	for _, v := range values {
		sum += math.Exp(v - values[best])
	}
	return Guess{Size: x.sizes[best], Order: x.orders[best], Basis: FromKeepers,
		Count: int(x.keepers[best].n), Confidence: 1 / sum}, true
}

func normal(x, n, sum, squares, least float64) float64 {
	mean := sum / n
	sigma := max(least, math.Sqrt(max(0, squares/n-mean*mean)))
	d := (x - mean) / sigma
	return -math.Log(sigma) - d*d/2
}

// byStandard takes the size that is made for a height, where sizes are written like 160/84A: the
// number before the stroke is a height in cm, in steps of 5 for grown-ups and 10 for small children
// (GB/T 1335, "Standard sizing systems for garments", parts 1 to 3, 2008 and 2009). It says nothing
// of the girth, and so is the last resort.
func (x *scale) byStandard(heightCM float64) (g Guess, ok bool) {
	best, off := -1, 5.
	for k, size := range x.sizes {
		number, _, stroke := strings.Cut(size, "/")
		made, err := strconv.ParseFloat(number, 64)
		if !stroke || err != nil {
			continue
		}
		if d := math.Abs(made - heightCM); d < off {
			best, off = k, d
		}
	}
	if best < 0 {
		return g, false
	}
	return Guess{Size: x.sizes[best], Order: x.orders[best], Basis: FromStandard, Confidence: .3}, true
}
