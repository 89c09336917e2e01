package intent

// place is a slot of one wish: what it may be filled with.
type place struct {
	label Label
	// asked says that the wish names it; planned ones come with the occasion.
	asked  bool
	weight float64
	units  int32
	// shareFen is what it may cost for the budget to be spent evenly; without one what it costs mostly.
	shareFen float64
	// lists hold the goods, the best kind first; need is the kind of each, -1 for a category, brand
	// or text.
	lists []list
}

type list struct {
	items []int32
	need  int
}

// What slots weigh against each other: whatever is asked for comes before what an occasion brings
// with it, and that counts less beside something that was asked for.
const (
	askedWeight  = 10
	besideWeight = .3
)

// maxPlaces bounds the slots of one wish, maxWords the texts that are searched for in names, at
// some 50 ns a good.
const (
	maxPlaces = 10
	maxWords  = 4
)

// places makes the slots of a wish.
func (s *Shop) places(w *Wish, scan int) []place {
	var out []place
	var covered needs
	for _, code := range w.Categories {
		covered |= s.needsOf[code]
		out = append(out, place{label: s.categories[code], lists: []list{{s.byCategory[code], -1}}})
	}
	for _, code := range w.Needs {
		n := s.lexicon.byNeed[code]
		covered |= 1 << n
		out = append(out, place{label: s.needs[n].Label, lists: []list{{s.byNeed[n], n}}})
	}
	for k := range min(len(w.Rest), maxWords) {
		text := w.Rest[k].Value
		if found := s.search(text, scan); len(found) > 0 {
			out = append(out, place{label: Label{text, text}, lists: []list{{found, -1}}})
		}
	}
	planned := s.planned(w)
	if len(out) == 0 && planned == nil {
		for _, code := range w.Brands {
			out = append(out, place{label: s.brands[code], lists: []list{{s.byBrand[code], -1}}})
		}
	}
	units := int32(1)
	if len(out) == 1 && w.Quantity > 0 && planned == nil {
		units = w.Quantity
	}
	for k := range out {
		out[k].asked, out[k].weight, out[k].units = true, askedWeight, units
	}
	return s.plan(out, planned, covered, w)
}

// plan adds the slots of a plan that the wish does not name itself.
func (s *Shop) plan(out []place, slots []slot, covered needs, w *Wish) []place {
	share := 1.
	if len(out) > 0 {
		share = besideWeight
	}
	for _, x := range slots {
		p := place{label: s.needs[x.needs[0]].Label, weight: x.weight * share, units: 1}
		if w.People > 0 && x.perPerson > 0 {
			p.units = int32(max(1, float64(w.People)*x.perPerson+.999))
		}
		doubled := false
		for _, n := range x.needs {
			doubled = doubled || covered>>n&1 == 1
			p.lists = append(p.lists, list{s.byNeed[n], n})
		}
		if !doubled {
			out = append(out, p)
		}
	}
	return out[:min(len(out), maxPlaces)]
}

// planned finds the plan that fits best: the occasion's own, or that of whatever it is like; among
// these the one for the group and the season. A gift is meant where a text names somebody and
// nothing else.
func (s *Shop) planned(w *Wish) []slot {
	names := []string{w.Occasion}
	if like := s.occasions[w.Occasion].like; like != "" {
		names = append(names, like)
	}
	if w.Occasion == "" && w.Group != Nobody && len(w.Categories)+len(w.Needs) == 0 {
		names = []string{"gift"}
	}
	for _, name := range names {
		best, rank := -1, -1
		for k := range s.plans {
			p := &s.plans[k]
			if p.occasion != name || p.group != "" && p.group != w.Group || p.season != "" &&
				p.season != w.Season {
				continue
			}
			r := 0
			if p.group != "" {
				r += 2
			}
			if p.season != "" {
				r++
			}
			if r > rank {
				best, rank = k, r
			}
		}
		if best >= 0 {
			return s.plans[best].slots
		}
	}
	return nil
}
