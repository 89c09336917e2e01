package order

import (
	"cmp"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// shelf holds the levels that a batch touches and the ledger entries that it makes. Entries can be
// taken back to a mark, so that a request that fails at its third line leaves no trace of the first two.
type shelf struct {
	index   map[retail.StockKey]int32
	slots   []slot
	entries []entry
	// refused says that a move did not fit its level.
	refused bool
}

type slot struct {
	retail.StockLevel
	// stored tells a row from an absence.
	stored, changed bool
	// free is what was available before the batch.
	free int32
}

// entry is one ledger entry in the making.
type entry struct {
	slot                  int32
	kind                  retail.StockMoveKind
	simulated             bool
	onHandDelta, resDelta int32
	onHand, reserved      int32
	version               int64
	category              retail.CategoryID
	ref                   retail.OrderID
	at                    moment
	key                   Key
	reason                string
}

func (s *shelf) reset() {
	if s.index == nil {
		s.index = make(map[retail.StockKey]int32)
	}
	clear(s.index)
	s.slots, s.entries, s.refused = s.slots[:0], s.entries[:0], false
}

// want makes sure that there is a slot for the key; it is empty until filled.
func (s *shelf) want(key retail.StockKey) int32 {
	if i, ok := s.index[key]; ok {
		return i
	}
	i := int32(len(s.slots))
	s.slots = append(s.slots, slot{StockLevel: retail.StockLevel{StockKey: key}})
	s.index[key] = i
	return i
}

// fill takes the levels that the book holds.
func (s *shelf) fill(levels []retail.StockLevel) {
	for _, l := range levels {
		s.slots[s.want(l.StockKey)] = slot{StockLevel: l, stored: true, free: l.Available()}
	}
}

// move changes a level and notes the entry, if the level stays within its bounds: nothing below zero,
// never more reserved than there is, nothing beyond MaxLevel.
func (s *shelf) move(key retail.StockKey, e entry) bool {
	e.slot = s.want(key)
	l := &s.slots[e.slot]
	onHand := int64(l.OnHand) + int64(e.onHandDelta)
	reserved := int64(l.Reserved) + int64(e.resDelta)
	if onHand < 0 || reserved < 0 || reserved > onHand || onHand > MaxLevel {
		s.refused = true
		return false
	}
	l.OnHand, l.Reserved = int32(onHand), int32(reserved)
	l.Version++
	e.onHand, e.reserved, e.version = l.OnHand, l.Reserved, l.Version
	s.entries = append(s.entries, e)
	return true
}

func (s *shelf) level(key retail.StockKey) retail.StockLevel { return s.slots[s.want(key)].StockLevel }

func (s *shelf) mark() int { return len(s.entries) }

// back undoes the entries after the mark.
func (s *shelf) back(mark int) {
	for i := len(s.entries) - 1; i >= mark; i-- {
		e := &s.entries[i]
		l := &s.slots[e.slot]
		l.OnHand -= e.onHandDelta
		l.Reserved -= e.resDelta
		l.Version--
	}
	s.entries = s.entries[:mark]
}

// effects writes the changed levels and the entries.
func (s *shelf) effects(out *Effects) {
	rows := &out.Moves
	for i := range s.entries {
		e := &s.entries[i]
		l := &s.slots[e.slot]
		l.changed = true
		rows.Store = append(rows.Store, int32(l.Store))
		rows.SKU = append(rows.SKU, int64(l.SKU))
		rows.Version = append(rows.Version, e.version)
		rows.Ref = append(rows.Ref, int64(e.ref))
		rows.At = append(rows.At, e.at.us)
		rows.OnHandDelta = append(rows.OnHandDelta, e.onHandDelta)
		rows.ReservedDelta = append(rows.ReservedDelta, e.resDelta)
		rows.OnHand = append(rows.OnHand, e.onHand)
		rows.Reserved = append(rows.Reserved, e.reserved)
		rows.Kind = append(rows.Kind, int16(e.kind))
		rows.Simulated = append(rows.Simulated, e.simulated)
		rows.Key = append(rows.Key, e.key)
		rows.Reason = append(rows.Reason, e.reason)
	}
	for i := range s.slots {
		switch l := &s.slots[i]; {
		case l.changed && l.stored:
			out.Stock = append(out.Stock, l.StockLevel)
		case l.changed:
			out.NewStock = append(out.NewStock, l.StockLevel)
		}
	}
	byKey := func(a, b retail.StockLevel) int { return compareKeys(a.StockKey, b.StockKey) }
	slices.SortFunc(out.Stock, byKey)
	slices.SortFunc(out.NewStock, byKey)
}

func compareKeys(a, b retail.StockKey) int {
	return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.SKU, b.SKU))
}
