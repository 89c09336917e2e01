package recommend

// Graft joins the lists of a model with a catalogue that may be newer: goods, stores and prices are those
// of the catalogue, lists those of the model, as far as the catalogue still knows what they name. So a
// new price or a new item does not wait for the next training, and one that is gone is not proposed. What
// the model knows no neighbours of keeps those that the catalogue gave it. Both must have been prepared;
// so is the result. Cost: one pass over all lists.
func Graft(catalogue, model *Snapshot) (*Snapshot, error) {
	s := *catalogue
	s.Version, s.Model, s.HourSlots = model.Version, model.Model, model.HourSlots
	s.MadeS = model.MadeS
	g := grafting{items: make([]int32, model.Items.Len())}
	for k, sku := range model.Items.SKU {
		g.items[k] = catalogue.skus.find(sku)
	}
	s.Rules, s.Visits, s.Likes = model.Rules, model.Visits, model.Likes
	s.Members = model.Members
	s.Personal = g.rows(&model.Personal, len(s.Members), func(row int) int32 { return int32(row) })
	s.Owned = g.owned(&model.Owned)
	s.Chain = g.rows(&model.Chain, int(s.HourSlots), func(row int) int32 { return int32(row) })
	s.Neighbours = orElse(g.rows(&model.Neighbours, s.Items.Len(), func(row int) int32 {
		return model.skus.find(s.Items.SKU[row])
	}), &catalogue.Neighbours)
	slots := int(s.HourSlots)
	s.Here = g.rows(&model.Here, len(s.Stores.ID)*slots, func(row int) int32 {
		store := model.stores.find(int64(s.Stores.ID[row/slots]))
		if store < 0 {
			return -1
		}
		return store*int32(slots) + int32(row%slots)
	})
	return &s, s.Prepare()
}

// grafting knows the numbers of a model's items in the catalogue, -1 for those that are gone.
type grafting struct{ items []int32 }

// rows makes a table of n rows; from tells which row of the old table each of them was, -1 for none. A
// table that no model filled stays empty.
func (g *grafting) rows(old *Edges, n int, from func(row int) int32) (t Edges) {
	if old.Rows() == 0 {
		return t
	}
	t.Start, t.List = make([]uint32, 1, n+1), make([]Edge, 0, len(old.List))
	for row := range n {
		for _, e := range old.Row(from(row), len(old.List)) {
			if e.Item = g.items[e.Item]; e.Item >= 0 {
				t.List = append(t.List, e)
			}
		}
		t.Start = append(t.Start, uint32(len(t.List)))
	}
	return t
}

// orElse fills the empty rows of a table from another; either may have none at all.
func orElse(t Edges, other *Edges) Edges {
	switch {
	case other.Rows() == 0:
		return t
	case t.Rows() == 0:
		return *other
	}
	both := Edges{Start: make([]uint32, 1, len(t.Start)), List: make([]Edge, 0, len(t.List))}
	for row := range int32(t.Rows()) {
		from := &t
		if t.Start[row] == t.Start[row+1] {
			from = other
		}
		both.List = append(both.List, from.Row(row, len(from.List))...)
		both.Start = append(both.Start, uint32(len(both.List)))
	}
	return both
}

func (g *grafting) owned(old *Purchases) (p Purchases) {
	if len(old.Start) == 0 {
		return p
	}
	p.Start, p.Item = make([]uint32, 1, len(old.Start)), make([]int32, 0, len(old.Item))
	for row := range len(old.Start) - 1 {
		for _, item := range old.Item[old.Start[row]:old.Start[row+1]] {
			if item = g.items[item]; item >= 0 {
				p.Item = append(p.Item, item)
			}
		}
		p.Start = append(p.Start, uint32(len(p.Item)))
	}
	return p
}
