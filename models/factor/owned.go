package factor

import (
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// Owned says which items each user has, each once, ascending: user u has Item[Start[u]] …
// Item[Start[u+1]-1]. It is the binary matrix X of the formulas here.
type Owned struct {
	Items int
	Start []int32
	Item  []int32
}

// Of returns the items of a user. The caller must not change them.
func (o *Owned) Of(u int) []int32 { return o.Item[o.Start[u]:o.Start[u+1]:o.Start[u+1]] }

// Users is how many users there are.
func (o *Owned) Users() int { return max(0, len(o.Start)-1) }

// OwnedOf takes what the users of a history bought.
func OwnedOf(h *history.History) *Owned {
	o := &Owned{Items: h.Items.Len(), Start: make([]int32, 1, h.Users.Len()+1)}
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		at := len(o.Item)
		o.Item = append(o.Item, h.Item[h.Start[from]:h.Start[to]]...)
		slices.Sort(o.Item[at:])
		o.Item = o.Item[:at+len(slices.Compact(o.Item[at:]))]
		o.Start = append(o.Start, int32(len(o.Item)))
	}
	return o
}

// transpose says which users own each item.
func (o *Owned) transpose() *Owned {
	t := &Owned{Items: o.Users(), Start: make([]int32, o.Items+1), Item: make([]int32, len(o.Item))}
	for _, i := range o.Item {
		t.Start[i+1]++
	}
	for i := range o.Items {
		t.Start[i+1] += t.Start[i]
	}
	next := slices.Clone(t.Start)
	for u := range o.Users() {
		for _, i := range o.Of(u) {
			t.Item[next[i]] = int32(u)
			next[i]++
		}
	}
	return t
}
