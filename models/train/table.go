package train

import (
	"slices"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/pack"
)

// Kind says why an item is proposed. Values are stored: they never change.
type Kind uint8

// The kinds, with what Value, Share and Count of a Proposal mean.
const (
	// Bought together: lift, confidence, baskets with both.
	Bought Kind = iota + 1
	// Visited together: Share is the score, Count visits with both, where they were counted.
	Visited
	// Alike in their attributes: Share is how much.
	Alike
	// Habit: Value is the usual days between two purchases, Share the chance, Count baskets with it.
	Habit
	// Taste: Share is the strength, Count baskets of the member with it.
	Taste
	// Sold: Share of the units, Count units of the last 28 days.
	Sold
	kinds
)

// String is the kind's name in tables.
func (k Kind) String() string {
	return [kinds]string{"", "bought", "visited", "alike", "habit", "taste", "popular"}[min(k, kinds-1)]
}

// Proposal is an item and its evidence. Score is 0 to 1, comparable within a table; Share is 0 to 1.
type Proposal struct {
	Item                int32
	Score, Value, Share float32
	Count               int32
	Kind                Kind
}

// Table is lists of proposals side by side: row r owns Start[r] … Start[r+1]-1, the best first.
type Table struct {
	Start               []int32
	Item                []int32
	Score, Value, Share []float32
	Count               []int32
	Kind                []uint8
}

// Rows is how many rows there are.
func (t *Table) Rows() int { return max(0, len(t.Start)-1) }

// Append adds a row.
func (t *Table) Append(row []Proposal) {
	if len(t.Start) == 0 {
		t.Start = append(t.Start, 0)
	}
	for _, p := range row {
		t.Item, t.Score = append(t.Item, p.Item), append(t.Score, p.Score)
		t.Value, t.Share = append(t.Value, p.Value), append(t.Share, p.Share)
		t.Count, t.Kind = append(t.Count, p.Count), append(t.Kind, uint8(p.Kind))
	}
	t.Start = append(t.Start, int32(len(t.Item)))
}

// Row appends a row to dst; one that is not there is empty.
func (t *Table) Row(r int, dst []Proposal) []Proposal {
	if r < 0 || r >= t.Rows() {
		return dst
	}
	for i := t.Start[r]; i < t.Start[r+1]; i++ {
		dst = append(dst, Proposal{t.Item[i], t.Score[i], t.Value[i], t.Share[i], t.Count[i],
			Kind(t.Kind[i])})
	}
	return dst
}

func (t *Table) write(w *pack.Writer) {
	w.Int64(int64(t.Rows()))
	w.Int32s(t.Start)
	w.Int32s(t.Item)
	w.Float32s(t.Score)
	w.Float32s(t.Value)
	w.Float32s(t.Share)
	w.Int32s(t.Count)
	w.Bytes(t.Kind)
}

// maxRows bounds the rows of a table that is read.
const maxRows = 1 << 28

func readTable(r *pack.Reader, items int) (t Table) {
	rows := r.Int(maxRows)
	if t.Start = nil; rows > 0 {
		t.Start = r.Starts(rows)
	} else if len(r.Int32s()) > 0 {
		r.Fail("a table without rows has starts")
	}
	t.Item, t.Score, t.Value, t.Share = r.Int32s(), r.Float32s(), r.Float32s(), r.Float32s()
	t.Count, t.Kind = r.Int32s(), r.Bytes()
	r.Within(t.Item, items)
	n := len(t.Item)
	lengths := []int{len(t.Score), len(t.Value), len(t.Share), len(t.Count), len(t.Kind)}
	other := func(length int) bool { return length != n }
	if r.Err() == nil && (rows > 0 && int(t.Start[rows]) != n || rows == 0 && n > 0 ||
		slices.ContainsFunc(lengths, other)) {
		r.Fail("the columns of a table differ in length")
	}
	for i, k := range t.Kind {
		if r.Err() == nil && (k == 0 || Kind(k) >= kinds || !unit(t.Score[i]) || !unit(t.Share[i]) ||
			t.Count[i] < 0) {
			r.Fail("proposal %d is of kind %d with score %v, share %v, count %d", i, k, t.Score[i],
				t.Share[i], t.Count[i])
		}
	}
	return t
}

func unit(v float32) bool { return v >= 0 && v <= 1 }

func clamp(v float32) float32 {
	if !(v > 0) { // NaN too
		return 0
	}
	return min(v, 1)
}

// Lists are the tables of one model, with the ids behind their numbers. Which of them are filled depends on
// the model.
type Lists struct {
	// Items are the SKUs that Item means.
	Items []int64
	// Goes has a row for each item: what goes with it.
	Goes Table
	// Members have a row each in Personal, and one in Owned: OwnedStart[m] … of Owned.
	Members    []int64
	Personal   Table
	OwnedStart []int32
	Owned      []int32
	// Stores have Parts rows each in Here, one for each equal part of the day; Chain has Parts.
	Stores      []int64
	Parts       int
	Here, Chain Table
}

const (
	listsKind   = "TRLS"
	listsLayout = 1
	maxParts    = 24
)

// AppendBinary appends the lists as one frame.
func (l *Lists) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, listsKind, listsLayout)
	w.Int64s(l.Items)
	w.Int64s(l.Members)
	w.Int64s(l.Stores)
	w.Int64(int64(l.Parts))
	w.Int64(int64(max(0, len(l.OwnedStart)-1)))
	w.Int32s(l.OwnedStart)
	w.Int32s(l.Owned)
	for _, t := range []*Table{&l.Goes, &l.Personal, &l.Here, &l.Chain} {
		t.write(w)
	}
	return w.Seal(), nil
}

// DecodeLists reads lists back; src must hold exactly one frame.
func DecodeLists(src []byte) (*Lists, error) {
	r, err := pack.Open(src, listsKind, listsLayout)
	if err != nil {
		return nil, err
	}
	l := &Lists{Items: r.Int64s(), Members: r.Int64s(), Stores: r.Int64s(), Parts: r.Int(maxParts)}
	if owners := r.Int(maxRows); owners > 0 {
		l.OwnedStart = r.Starts(owners)
	} else if len(r.Int32s()) > 0 {
		r.Fail("nobody owns anything, but there are starts")
	}
	l.Owned = r.Int32s()
	r.Within(l.Owned, len(l.Items))
	if r.Err() == nil && len(l.OwnedStart) > 0 && (int(l.OwnedStart[len(l.OwnedStart)-1]) != len(l.Owned) ||
		len(l.OwnedStart) != len(l.Members)+1) || len(l.OwnedStart) == 0 && len(l.Owned) > 0 {
		r.Fail("what members own has another length than its starts say")
	}
	for _, t := range []struct {
		table *Table
		rows  int
	}{{&l.Goes, len(l.Items)}, {&l.Personal, len(l.Members)}, {&l.Here, len(l.Stores) * l.Parts},
		{&l.Chain, l.Parts}} {
		*t.table = readTable(r, len(l.Items))
		if n := t.table.Rows(); r.Err() == nil && n != 0 && n != t.rows {
			r.Fail("a table has %d rows, want %d", n, t.rows)
		}
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return l, nil
}

// newLists begins lists over the goods of an index.
func newLists(items *history.Index) *Lists { return &Lists{Items: items.IDs()} }
