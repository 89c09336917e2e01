package rule

import "slices"

// Matcher finds the rules that a cart fulfils. A rule is filed under the item of its left side that the
// fewest rules share, so that a cart with bread in it does not look at every rule with bread. It is never
// changed, so any number of goroutines ask it at once.
type Matcher struct {
	rules []Rule
	// start and filed list, by item, the rules that are filed under it, ascending.
	start, filed []int32
}

// NewMatcher files the rules, of items below items. It keeps the slice.
func NewMatcher(items int, rules []Rule) *Matcher {
	shared := make([]int32, items)
	for i := range rules {
		for _, item := range rules[i].If {
			shared[item]++
		}
	}
	rarest := func(r *Rule) int32 {
		least := r.If[0]
		for _, item := range r.If {
			if shared[item] < shared[least] {
				least = item
			}
		}
		return least
	}
	m := &Matcher{rules: rules, start: make([]int32, items+2), filed: make([]int32, len(rules))}
	for i := range rules {
		m.start[rarest(&rules[i])+2]++
	}
	for i := 2; i < len(m.start); i++ {
		m.start[i] += m.start[i-1]
	}
	for i := range rules {
		at := &m.start[rarest(&rules[i])+1]
		m.filed[*at] = int32(i)
		*at++
	}
	m.start = m.start[:items+1]
	return m
}

// Rule returns rule i of those that were filed.
func (m *Matcher) Rule(i int32) *Rule { return &m.rules[i] }

// Match appends to dst the rules whose left side the cart holds whole and whose right side it does not yet
// hold, in the order of the rules: the best first, where they come from Itemsets.Rules. The items of the
// cart ascend; numbers that are no item are passed over. It allocates nothing where dst has room.
func (m *Matcher) Match(cart, dst []int32) []int32 {
	from := len(dst)
	for _, item := range cart {
		if item < 0 || int(item) >= len(m.start)-1 {
			continue
		}
		for _, i := range m.filed[m.start[item]:m.start[item+1]] {
			if r := &m.rules[i]; holds(cart, r.If) && !holds(cart, r.Then) {
				dst = append(dst, i)
			}
		}
	}
	slices.Sort(dst[from:])
	return dst
}

// holds tells whether the ascending cart holds all items of the side.
func holds(cart, side []int32) bool {
	i := 0
	for _, item := range side {
		for i < len(cart) && cart[i] < item {
			i++
		}
		if i == len(cart) || cart[i] != item {
			return false
		}
	}
	return true
}
