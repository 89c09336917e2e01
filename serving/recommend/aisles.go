package recommend

// aisles are lists of goods, the newest first: row r owns start[r] … start[r+1]-1.
type aisles struct {
	start []uint32
	items []int32
}

func (a *aisles) row(r int32) []int32 { return a.items[a.start[r]:a.start[r+1]] }

// aislesOf lists the items of each row; rows tells, through its argument, the rows that an item belongs
// to.
func aislesOf(n int, newest []int32, rows func(item int32, to func(row int32))) aisles {
	a := aisles{start: make([]uint32, n+1)}
	for _, item := range newest {
		rows(item, func(row int32) { a.start[row+1]++ })
	}
	for r := range n {
		a.start[r+1] += a.start[r]
	}
	a.items = make([]int32, a.start[n])
	at := append([]uint32(nil), a.start...)
	for _, item := range newest {
		rows(item, func(row int32) {
			a.items[at[row]] = item
			at[row]++
		})
	}
	return a
}

// above returns, for each category, the one above it, -1 at the top. It is found by their ranges: the tree
// is as deep as the list above is long.
func (s *Snapshot) above() []int32 {
	above := make([]int32, len(s.Categories.Code))
	for c := range above {
		above[c] = -1
		for up := int32(c) - 1; up >= 0; up = above[up] {
			if s.Categories.End[up] > int32(c) {
				above[c] = up
				break
			}
		}
	}
	return above
}

// index lists the goods by category with all that lies below, by brand and by tag, so that the walk to
// the last rung passes those that the narrowest filter leaves and not the whole chain's.
func (s *Snapshot) index() {
	above := s.above()
	i := &s.Items
	s.byCategory = aislesOf(len(above), s.Newest, func(item int32, to func(int32)) {
		for c := i.Category[item]; c >= 0; c = above[c] {
			to(c)
		}
	})
	s.byBrand = aislesOf(len(s.Brands), s.Newest, func(item int32, to func(int32)) {
		if b := i.Brand[item]; b >= 0 {
			to(b)
		}
	})
	s.byTag = aislesOf(8, s.Newest, func(item int32, to func(int32)) {
		for t := range int32(8) {
			if i.Tags[item]>>t&1 == 1 {
				to(t)
			}
		}
	})
}

// aisle returns the shortest list that holds all goods of a filter, the newest first.
func (s *Snapshot) aisle(f *Filter) []int32 {
	shortest := s.Newest
	shorter := func(list []int32) {
		if len(list) < len(shortest) {
			shortest = list
		}
	}
	if f.To > 0 && f.To == s.Categories.End[f.From] {
		shorter(s.byCategory.row(f.From))
	}
	if f.Brand >= 0 {
		shorter(s.byBrand.row(f.Brand))
	}
	for t := range int32(8) {
		if f.Tags>>t&1 == 1 {
			shorter(s.byTag.row(t))
		}
	}
	return shortest
}
