package basket

import "slices"

// visit is one basket of a member: its lines end at end.
type visit struct {
	time  int64
	store int32
	end   int32
}

// member is what is kept of one: baskets oldest first, items ascending by id within each.
type member struct {
	id int64
	// key puts the members into an order that has nothing to do with when they came.
	key    uint64
	visits []visit
	lines  []int32
}

// basket returns the items of the member's visit v.
func (m *member) basket(v int) []int32 {
	from := int32(0)
	if v > 0 {
		from = m.visits[v-1].end
	}
	return m.lines[from:m.visits[v].end]
}

// insert adds a visit after those of its time or earlier.
func (m *member) insert(time int64, store int32, items []int32) {
	at := len(m.visits)
	for at > 0 && m.visits[at-1].time > time {
		at--
	}
	from := int32(0)
	if at > 0 {
		from = m.visits[at-1].end
	}
	n := int32(len(items))
	m.lines = slices.Insert(m.lines, int(from), items...)
	m.visits = slices.Insert(m.visits, at, visit{time, store, from})
	for i := at; i < len(m.visits); i++ {
		m.visits[i].end += n
	}
}

// dropOldest forgets the oldest visit.
func (m *member) dropOldest() {
	n := m.visits[0].end
	m.lines = slices.Delete(m.lines, 0, int(n))
	m.visits = slices.Delete(m.visits, 0, 1)
	for i := range m.visits {
		m.visits[i].end -= n
	}
}

// before is the order of members in which sums run and of which buyers are looked at.
func (m *member) before(o *member) int {
	switch {
	case m.key != o.key:
		return order(m.key < o.key)
	case m.id != o.id:
		return order(m.id < o.id)
	}
	return 0
}

func order(less bool) int {
	if less {
		return -1
	}
	return 1
}

// keyOf scatters ids (the finalizer of Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", 2014).
func keyOf(id int64) uint64 {
	x := uint64(id) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
