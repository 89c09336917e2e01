package rule

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// Set is a list of rules with the ids of its items, so that it can be read without the history that it
// comes from.
type Set struct {
	// Baskets is how many baskets were mined.
	Baskets int32
	// Items are the ids of all items that the rules name, ascending. A rule names an item by its place here.
	Items []int64
	// Rules are in the order of Itemsets.Rules.
	Rules []Rule
}

// Pack makes a set of rules whose items are numbers of an index. The rules are copied.
func Pack(baskets int32, rules []Rule, items *history.Index) *Set {
	place := make([]int32, items.Len())
	s, sides := &Set{Baskets: baskets, Rules: slices.Clone(rules)}, 0
	for _, r := range rules {
		sides += len(r.If) + len(r.Then)
		for _, item := range r.If {
			place[item] = 1
		}
		for _, item := range r.Then {
			place[item] = 1
		}
	}
	for n, used := range place {
		if used == 1 {
			place[n] = int32(len(s.Items))
			s.Items = append(s.Items, items.ID(int32(n)))
		}
	}
	arena := make([]int32, 0, sides)
	side := func(items []int32) []int32 {
		from := len(arena)
		for _, item := range items {
			arena = append(arena, place[item])
		}
		return arena[from:len(arena):len(arena)]
	}
	for i, r := range rules {
		s.Rules[i].If, s.Rules[i].Then = side(r.If), side(r.Then)
	}
	return s
}

// Find returns the place of an id in Items, or -1.
func (s *Set) Find(id int64) int32 {
	if i, ok := slices.BinarySearch(s.Items, id); ok {
		return int32(i)
	}
	return -1
}

// The wire form of a set: a byte for the layout, then varints: baskets; the number of items, the first id,
// the gaps between ids; the number of rules, and for each the length of both sides, their items as gaps,
// and Both, Left − Both, Right − Both, and the baskets without either side. About 10 bytes a rule.
const layout = 1

// ErrSet means that the bytes are no set, or one of a layout that this program does not know.
var ErrSet = errors.New("not a rule set")

// AppendBinary appends the wire form. Whoever stores it adds a checksum: a flipped bit may read as another
// valid set.
func (s *Set) AppendBinary(dst []byte) ([]byte, error) {
	if err := s.check(); err != nil {
		return dst, err
	}
	dst = append(dst, layout)
	dst = binary.AppendUvarint(dst, uint64(s.Baskets))
	dst = binary.AppendUvarint(dst, uint64(len(s.Items)))
	for i, id := range s.Items {
		if i == 0 {
			dst = binary.AppendVarint(dst, id)
		} else {
			dst = binary.AppendUvarint(dst, uint64(id)-uint64(s.Items[i-1]))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(s.Rules)))
	for i := range s.Rules {
		r := &s.Rules[i]
		dst = appendSide(appendSide(dst, r.If), r.Then)
		for _, n := range []int32{r.Both, r.Left - r.Both, r.Right - r.Both, r.neither()} {
			dst = binary.AppendUvarint(dst, uint64(n))
		}
	}
	return dst, nil
}

func appendSide(dst []byte, items []int32) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(items)))
	last := int32(0)
	for _, item := range items {
		dst = binary.AppendUvarint(dst, uint64(item-last))
		last = item
	}
	return dst
}

// neither is how many baskets hold neither side whole.
func (c Counts) neither() int32 { return c.Total - c.Left - (c.Right - c.Both) }

// check says what is wrong with a set.
func (s *Set) check() error {
	if s.Baskets < 0 || !ascending(s.Items) {
		return fmt.Errorf("cannot use rules of %d baskets and %d items, which must ascend: %w", s.Baskets,
			len(s.Items), ErrSet)
	}
	for i := range s.Rules {
		if r := &s.Rules[i]; !r.valid(len(s.Items)) {
			return fmt.Errorf("cannot use rule %d, %+v: %w", i, *r, ErrSet)
		}
	}
	return nil
}

func (r *Rule) valid(items int) bool {
	inside := func(side []int32) bool {
		return len(side) > 0 && side[0] >= 0 && int(side[len(side)-1]) < items && ascending(side)
	}
	return inside(r.If) && inside(r.Then) && !meet(r.If, r.Then) && r.Both > 0 && r.Both <= r.Left &&
		r.Both <= r.Right && int64(r.Left)+int64(r.Right)-int64(r.Both) <= int64(r.Total)
}

func ascending[T int32 | int64](s []T) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] >= s[i] {
			return false
		}
	}
	return true
}

// meet tells whether two ascending sides have an item in common.
func meet(a, b []int32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}

// Decode reads the wire form. What is cut short, has bytes left over, or holds what cannot be is an error; it
// takes no more memory than a small multiple of the input.
func Decode(data []byte) (*Set, error) {
	if len(data) == 0 || data[0] != layout {
		return nil, fmt.Errorf("cannot read rules: want layout %d, found the bytes % x: %w", layout,
			data[:min(len(data), 4)], ErrSet)
	}
	d := &decoder{left: data[1:]}
	s := &Set{Baskets: d.number()}
	s.Items = d.ids()
	n := d.length(minRuleBytes)
	s.Rules = make([]Rule, 0, n)
	for range n {
		if r := d.rule(len(s.Items)); !d.bad {
			s.Rules = append(s.Rules, r)
		}
	}
	if d.bad || len(d.left) > 0 {
		return nil, fmt.Errorf("cannot read rules: byte %d of %d is not what it should be: %w",
			len(data)-len(d.left), len(data), ErrSet)
	}
	return s, nil
}

// minRuleBytes is the least that a rule takes: two sides of one item, four counts.
const minRuleBytes = 8

// decoder reads what is left; after the first fault it is bad and returns zeros.
type decoder struct {
	left  []byte
	bad   bool
	arena []int32
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.left)
	if n <= 0 || d.bad {
		d.bad = true
		return 0
	}
	d.left = d.left[n:]
	return v
}

func (d *decoder) number() int32 {
	v := d.uvarint()
	if v > math.MaxInt32 {
		d.bad = true
		return 0
	}
	return int32(v)
}

// length reads how many parts follow, each of at least the given bytes.
func (d *decoder) length(bytes int) int {
	v := d.uvarint()
	if v > uint64(len(d.left)/bytes) {
		d.bad = true
		return 0
	}
	return int(v)
}

func (d *decoder) ids() []int64 {
	ids := make([]int64, d.length(1))
	for i := range ids {
		if i > 0 {
			ids[i] = ids[i-1] + int64(d.uvarint())
			d.bad = d.bad || ids[i] <= ids[i-1]
			continue
		}
		v, n := binary.Varint(d.left)
		if n <= 0 {
			d.bad = true
			return nil
		}
		ids[0], d.left = v, d.left[n:]
	}
	return ids
}

func (d *decoder) side(items int) []int32 {
	n := d.length(1)
	if cap(d.arena)-len(d.arena) < n {
		d.arena = make([]int32, 0, max(n, 1<<12))
	}
	from, last := len(d.arena), uint64(0)
	for range n {
		gap := d.uvarint()
		if last += gap; gap >= uint64(items) || last >= uint64(items) {
			d.bad = true
			return nil
		}
		d.arena = append(d.arena, int32(last))
	}
	return d.arena[from:len(d.arena):len(d.arena)]
}

func (d *decoder) rule(items int) Rule {
	r := Rule{If: d.side(items), Then: d.side(items)}
	r.Both = d.number()
	left, right := int64(d.number())+int64(r.Both), int64(d.number())+int64(r.Both)
	total := left + right - int64(r.Both) + int64(d.number())
	if d.bad || total > math.MaxInt32 {
		d.bad = true
		return Rule{}
	}
	r.Left, r.Right, r.Total = int32(left), int32(right), int32(total)
	d.bad = !r.valid(items)
	return r
}
