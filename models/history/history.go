package history

import (
	"cmp"
	"slices"
)

// History is what was bought: baskets by user, lines by basket.
type History struct {
	Users, Items *Index
	// First has len(Users)+1 entries: user u owns the baskets First[u] … First[u+1]-1, oldest first.
	First []int32
	// Start has one entry more than there are baskets: basket b owns the lines Start[b] … Start[b+1]-1.
	Start []int32
	// Time of each basket in seconds since 1970, or its ordinal where only the order is known.
	Time []int64
	// Store of each basket, 0 where it is not known.
	Store []int32
	// Item and Qty of each line, ascending by item within a basket. Qty is in units, above 0.
	Item []int32
	Qty  []float32
}

// Baskets is how many baskets there are.
func (h *History) Baskets() int { return len(h.Time) }

// Of returns the range of user u's baskets: from ≤ b < to, oldest first.
func (h *History) Of(u int32) (from, to int32) { return h.First[u], h.First[u+1] }

// Basket returns the items of basket b, ascending. The caller must not change them.
func (h *History) Basket(b int32) []int32 { return h.Item[h.Start[b]:h.Start[b+1]:h.Start[b+1]] }

// Quantities returns the units of the items of basket b, in the order of Basket.
func (h *History) Quantities(b int32) []float32 { return h.Qty[h.Start[b]:h.Start[b+1]:h.Start[b+1]] }

// Line is one item of one basket, as it comes from a file or the warehouse.
type Line struct {
	User, Item int64
	// Basket sets the baskets of a user apart. Lines with one User, Time and Basket are one basket.
	Basket int64
	Time   int64
	Store  int32
	Qty    float32
}

// Builder gathers lines in any order.
type Builder struct{ lines []Line }

// Add takes a line. One with a quantity of 0 or less, or that is not a number, is none and is left out.
func (b *Builder) Add(l Line) {
	if l.Qty > 0 {
		b.lines = append(b.lines, l)
	}
}

// Build makes the history; items lists ids that need a number though nobody has bought them, and may be
// nil. Quantities of an item that stands in a basket more than once are summed. Cost: a sort of all
// lines.
func (b *Builder) Build(items []int64) *History {
	lines := b.lines
	b.lines = nil
	slices.SortFunc(lines, compareLines)
	users, known := make([]int64, len(lines)), make([]int64, len(lines), len(lines)+len(items))
	for i, l := range lines {
		users[i], known[i] = l.User, l.Item
	}
	h := &History{Users: NewIndex(slices.Compact(users)), Items: NewIndex(append(known, items...))}
	h.First = make([]int32, 0, h.Users.Len()+1)
	for i := range lines {
		h.add(lines, i)
	}
	for len(h.First) <= h.Users.Len() {
		h.First = append(h.First, int32(len(h.Time)))
	}
	h.Start = append(h.Start, int32(len(h.Item)))
	return h
}

// add takes line i of the sorted lines.
func (h *History) add(lines []Line, i int) {
	l, item := &lines[i], h.Items.Find(lines[i].Item)
	fresh := i == 0 || lines[i-1].User != l.User
	if fresh {
		h.First = append(h.First, int32(len(h.Time)))
	}
	if fresh || lines[i-1].Time != l.Time || lines[i-1].Basket != l.Basket {
		h.Start = append(h.Start, int32(len(h.Item)))
		h.Time, h.Store = append(h.Time, l.Time), append(h.Store, l.Store)
	} else if last := len(h.Item) - 1; h.Item[last] == item {
		h.Qty[last] += l.Qty
		return
	}
	h.Item, h.Qty = append(h.Item, item), append(h.Qty, l.Qty)
}

func compareLines(a, b Line) int {
	switch {
	case a.User != b.User:
		return cmp.Compare(a.User, b.User)
	case a.Time != b.Time:
		return cmp.Compare(a.Time, b.Time)
	case a.Basket != b.Basket:
		return cmp.Compare(a.Basket, b.Basket)
	case a.Item != b.Item:
		return cmp.Compare(a.Item, b.Item)
	case a.Qty != b.Qty: // sums of floats depend on their order
		return cmp.Compare(a.Qty, b.Qty)
	case a.Store != b.Store:
		return cmp.Compare(a.Store, b.Store)
	}
	return 0
}

// Before returns the same users and items with only the baskets that began before the time: the part to
// fit on when the rest is held out.
func (h *History) Before(time int64) *History {
	return h.keep(func(b int32) bool { return h.Time[b] < time })
}

// From returns the same users and items with only the baskets of the time or later.
func (h *History) From(time int64) *History {
	return h.keep(func(b int32) bool { return h.Time[b] >= time })
}

// WithoutLast returns the same users and items without the newest n baskets of each user.
func (h *History) WithoutLast(n int32) *History {
	limit := make([]int32, h.Baskets())
	for u := range h.Users.Len() {
		from, to := h.Of(int32(u))
		for b := from; b < to; b++ {
			limit[b] = to - n
		}
	}
	return h.keep(func(b int32) bool { return b < limit[b] })
}

// keep copies the baskets for which the condition holds.
func (h *History) keep(wanted func(b int32) bool) *History {
	k := &History{Users: h.Users, Items: h.Items, First: make([]int32, 1, len(h.First)),
		Start: make([]int32, 1, len(h.Start))}
	for u := range h.Users.Len() {
		from, to := h.Of(int32(u))
		for b := from; b < to; b++ {
			if !wanted(b) {
				continue
			}
			k.Time, k.Store = append(k.Time, h.Time[b]), append(k.Store, h.Store[b])
			k.Item, k.Qty = append(k.Item, h.Basket(b)...), append(k.Qty, h.Quantities(b)...)
			k.Start = append(k.Start, int32(len(k.Item)))
		}
		k.First = append(k.First, int32(len(k.Time)))
	}
	return k
}
