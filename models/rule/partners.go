package rule

import (
	"cmp"
	"slices"
)

// Order says which partners come first.
type Order int

// The orders. What is equal comes by the larger count, then by the id.
const (
	ByLift Order = iota
	ByConfidence
)

// Ask says which partners of an item are wanted.
type Ask struct {
	// Most is how many. Default 10.
	Most int
	// MinCount is in how many baskets a pair must stand: lift of a handful is noise. Default 5.
	MinCount int32
	// MinLeft is in how many baskets of a scope the item must stand before Near answers from it. Default
	// 30.
	MinLeft int32
	// Order is what comes first. Default ByLift.
	Order Order
}

func (a Ask) filled() Ask {
	if a.Most <= 0 {
		a.Most = 10
	}
	if a.MinCount <= 0 {
		a.MinCount = 5
	}
	if a.MinLeft <= 0 {
		a.MinLeft = 30
	}
	return a
}

// Partner is an item that is bought beside the one that was asked for, which is the left side of the
// counts.
type Partner struct {
	Item int64
	Counts
}

// Partners appends to dst the best partners of an item in a scope, the best first. It allocates nothing
// where dst has room. Cost: one pass over all partners of the item.
func (l *Live) Partners(s Scope, item int64, ask Ask, dst []Partner) []Partner {
	l.mu.RLock()
	defer l.mu.RUnlock()
	ask = ask.filled()
	t, r := l.find(s, item)
	if r == nil {
		return dst
	}
	return l.best(t, r, ask, dst)
}

// Near is Partners from the narrowest scope in which the item stands often enough: the store's season,
// the store, the chain's season, and at last the chain, however often. It says which.
func (l *Live) Near(store, season int32, item int64, ask Ask, dst []Partner) ([]Partner, Scope) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	ask = ask.filled()
	for _, s := range [...]Scope{{store, season}, {store, 0}, {0, season}} {
		if t, r := l.find(s, item); r != nil && r.count >= ask.MinLeft {
			return l.best(t, r, ask, dst), s
		}
	}
	if t, r := l.find(Scope{}, item); r != nil {
		return l.best(t, r, ask, dst), Scope{}
	}
	return dst, Scope{}
}

// Pair returns the counts of two items in a scope.
func (l *Live) Pair(s Scope, left, right int64) Counts {
	l.mu.RLock()
	defer l.mu.RUnlock()
	t := l.scopes[s]
	if t == nil {
		return Counts{}
	}
	c := Counts{Total: t.baskets}
	_, a := l.find(s, left)
	_, b := l.find(s, right)
	if a != nil {
		c.Left = a.count
	}
	if b != nil {
		c.Right = b.count
	}
	if a != nil && b != nil && a != b {
		c.Both = a.partner(b.item)
	}
	return c.sound()
}

func (l *Live) find(s Scope, item int64) (*tally, *row) {
	n, known := l.number[item]
	t := l.scopes[s]
	if !known || t == nil {
		return nil, nil
	}
	r, _ := t.row(n, false)
	return t, r
}

// sound lifts the count of a side to that of the pair, below which it cannot lie: after forgetting, each
// may be too low by another amount.
func (c Counts) sound() Counts {
	c.Left, c.Right = max(c.Left, c.Both), max(c.Right, c.Both)
	return c
}

// best keeps the best partners in order, by insertion.
func (l *Live) best(t *tally, r *row, ask Ask, dst []Partner) []Partner {
	from := len(dst)
	for _, slot := range r.slots {
		both := int32(uint32(slot))
		if slot == 0 || both < ask.MinCount {
			continue
		}
		other, _ := t.row(int32(slot>>32)-1, false)
		p := Partner{Item: l.ids[slot>>32-1], Counts: Counts{Both: both, Left: r.count, Total: t.baskets}}
		if other != nil {
			p.Right = other.count
		}
		p.Counts = p.sound()
		at, _ := slices.BinarySearchFunc(dst[from:], p, ask.Order.compare)
		if at == ask.Most {
			continue
		}
		if len(dst)-from == ask.Most {
			dst = dst[:len(dst)-1]
		}
		dst = slices.Insert(dst, from+at, p)
	}
	return dst
}

func (o Order) compare(a, b Partner) int {
	by := 0
	if o == ByLift {
		by = cmp.Compare(b.Lift(), a.Lift())
	}
	if by == 0 {
		by = cmp.Compare(b.Confidence(), a.Confidence())
	}
	if by == 0 {
		by = cmp.Compare(b.Both, a.Both)
	}
	if by == 0 {
		by = cmp.Compare(a.Item, b.Item)
	}
	return by
}
