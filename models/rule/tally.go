package rule

import "math/bits"

// tally holds the counts of one scope.
type tally struct {
	baskets int32
	// lost is by how much a count may be too low.
	lost int32
	at   map[int32]int32 // the row of an item
	rows []row
}

// row counts an item and its partners.
type row struct {
	item, count int32
	// slots are an open-addressed table: partner plus 1 above, count below; 0 is free. A count that has
	// fallen to 0 keeps its slot until the table is made anew.
	slots []uint64
	used  int32
}

func newTally() *tally { return &tally{at: map[int32]int32{}} }

// change counts a basket in or out and returns how many counts it made.
func (t *tally) change(basket []int32, by int32) (made int) {
	t.baskets = max(0, t.baskets+by)
	for _, item := range basket {
		r, fresh := t.row(item, by > 0)
		if r == nil {
			continue
		}
		made += fresh
		r.count = max(0, r.count+by)
		for _, other := range basket {
			if other != item {
				made += r.add(other, by)
			}
		}
	}
	return made
}

// row returns the row of an item, and 1 if it was made for this call; nil if there is none and none is
// wanted.
func (t *tally) row(item int32, wanted bool) (r *row, fresh int) {
	if i, ok := t.at[item]; ok {
		return &t.rows[i], 0
	}
	if !wanted {
		return nil, 0
	}
	t.at[item] = int32(len(t.rows))
	t.rows = append(t.rows, row{item: item})
	return &t.rows[len(t.rows)-1], 1
}

// place returns the slot of a partner, or the free one where it belongs.
func (r *row) place(partner int32) int {
	shift := 64 - bits.TrailingZeros(uint(len(r.slots)))
	i := int(uint64(partner+1) * 0x9e3779b97f4a7c15 >> shift)
	for r.slots[i] != 0 && r.slots[i]>>32 != uint64(partner+1) {
		i = (i + 1) & (len(r.slots) - 1)
	}
	return i
}

// add changes the count of a partner and returns 1 if it is new. A count does not fall below 0: what is
// taken out beyond that was forgotten before.
func (r *row) add(partner, by int32) (made int) {
	if len(r.slots) == 0 {
		if by <= 0 {
			return 0
		}
		r.slots = make([]uint64, 4)
	}
	i := r.place(partner)
	if r.slots[i] == 0 {
		if by <= 0 {
			return 0
		}
		if int(r.used)*4 >= len(r.slots)*3 {
			r.grow()
			i = r.place(partner)
		}
		r.slots[i] = uint64(partner+1) << 32
		r.used++
		made = 1
	}
	n := max(0, int32(uint32(r.slots[i]))+by)
	r.slots[i] = r.slots[i]>>32<<32 | uint64(n)
	return made
}

func (r *row) grow() { r.rebuild(2*len(r.slots), -1) }

// rebuild makes the table anew with the counts above upTo.
func (r *row) rebuild(size int, upTo int32) {
	old := r.slots
	r.slots, r.used = make([]uint64, size), 0
	for _, slot := range old {
		if slot != 0 && int32(uint32(slot)) > upTo {
			r.slots[r.place(int32(slot>>32)-1)] = slot
			r.used++
		}
	}
}

// partner returns the count beside a partner.
func (r *row) partner(partner int32) int32 {
	if len(r.slots) == 0 {
		return 0
	}
	return int32(uint32(r.slots[r.place(partner)]))
}

// each calls f with each count that can be forgotten by itself: a row goes with the last of its partners.
func (t *tally) each(f func(n int32)) {
	for i := range t.rows {
		if t.rows[i].used == 0 {
			f(t.rows[i].count)
		}
		for _, slot := range t.rows[i].slots {
			if slot != 0 {
				f(int32(uint32(slot)))
			}
		}
	}
}

// size is how many counts there are.
func (t *tally) size() int {
	n := len(t.rows)
	for i := range t.rows {
		n += int(t.rows[i].used)
	}
	return n
}

// forget drops the counts up to upTo. It returns by how much the number of counts changed, and how many of
// those that went were above 0.
func (t *tally) forget(upTo int32) (change, lost int) {
	most := int32(0)
	drop := func(n int32) bool {
		if n > upTo {
			return false
		}
		if n > 0 {
			most, lost = max(most, n), lost+1
		}
		change--
		return true
	}
	kept := t.rows[:0]
	clear(t.at)
	for _, r := range t.rows {
		left := 0
		for _, slot := range r.slots {
			if slot != 0 && !drop(int32(uint32(slot))) {
				left++
			}
		}
		// A row stays as long as one of its partners does.
		if left == 0 && drop(r.count) {
			continue
		}
		if left != int(r.used) {
			r.rebuild(tableSize(left), upTo)
		}
		t.at[r.item] = int32(len(kept))
		kept = append(kept, r)
	}
	clear(t.rows[len(kept):])
	t.rows = kept
	t.lost += most
	return change, lost
}

// tableSize is the smallest table that holds n at most three quarters full.
func tableSize(n int) int {
	if n == 0 {
		return 0
	}
	size := 4
	for size*3 < n*4 {
		size *= 2
	}
	return size
}

// merge adds the counts of another tally, whose item i has here the number number[i], or none. It returns
// how many counts it made.
func (t *tally) merge(o *tally, number []int32) (made int) {
	t.baskets += o.baskets
	t.lost += o.lost
	for i := range o.rows {
		from := &o.rows[i]
		item := number[from.item]
		if item < 0 {
			continue
		}
		r, fresh := t.row(item, true)
		made += fresh
		r.count += from.count
		for _, slot := range from.slots {
			if n := int32(uint32(slot)); n > 0 && number[slot>>32-1] >= 0 {
				made += r.add(number[slot>>32-1], n)
			}
		}
	}
	return made
}
