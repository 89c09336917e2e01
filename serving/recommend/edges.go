package recommend

import (
	"fmt"
	"math"
)

// Kind says why an item is proposed; each kind has a text in reasons.tsv. Values are stored: they never
// change.
type Kind uint8

// The kinds. Value and Share of an Edge mean what is said here.
const (
	// BoughtTogether: Value is the lift, Share the confidence, Count the baskets with both.
	BoughtTogether Kind = iota + 1
	// ViewedTogether: Share is the similarity, Count the visits with both.
	ViewedTogether
	// Similar goods share attributes: Share is how alike they are.
	Similar
	// Completes an outfit: Share is how well they fit together, Count the baskets with both.
	Completes
	// Repeat is due again: Count is how often the member bought it, Value the usual days between.
	Repeat
	// Taste is what the member's purchases point at: Share is the strength.
	Taste
	// SoldHere sells in the store at this hour, SoldByChain in the whole chain: Count is the units.
	SoldHere
	SoldByChain
	// Fresh goods are the newest.
	Fresh
	// Chosen goods were pinned by a merchandiser.
	Chosen
	// BoughtLately is what the tills ring together these hours: Value is the lift, Share the confidence,
	// Count the orders with both.
	BoughtLately
	// BoughtWithAll of several goods: Value is the lift, Share the confidence, Count the baskets with all.
	BoughtWithAll
	// ViewedNext is what visits like this one went on to: Share is the score beside the best, Count how many
	// of the nearest visits looked at it.
	ViewedNext
	kindEnd
)

// Edge is a proposal and its evidence. Twenty bytes: a chain's lists are millions of them.
type Edge struct {
	Item int32
	// Score is 0 to 1, comparable within a kind.
	Score, Value, Share float32
	info                uint32
}

// maxCount is the largest count that an edge holds; beyond it stays there.
const maxCount = 1<<24 - 1

// NewEdge packs kind and count.
func NewEdge(item int32, kind Kind, score, value, share float32, count int) Edge {
	return Edge{Item: item, Score: score, Value: value, Share: share,
		info: uint32(kind)<<24 | uint32(min(max(count, 0), maxCount))}
}

// Kind says why the item is proposed.
func (e *Edge) Kind() Kind { return Kind(e.info >> 24) }

// Count is how many observations stand behind the edge.
func (e *Edge) Count() int { return int(e.info & maxCount) }

// Edges is a sparse table: row r owns the edges Start[r] … Start[r+1]-1, the best first. The zero value
// has no rows.
type Edges struct {
	Start []uint32
	List  []Edge
}

// Add appends a row.
func (t *Edges) Add(row ...Edge) {
	if len(t.Start) == 0 {
		t.Start = append(t.Start, 0)
	}
	t.List = append(t.List, row...)
	t.Start = append(t.Start, uint32(len(t.List)))
}

// Rows is how many rows there are.
func (t *Edges) Rows() int { return max(0, len(t.Start)-1) }

// Row returns a row, at most limit edges of it; a row that is not there is empty.
func (t *Edges) Row(row int32, limit int) []Edge {
	if row < 0 || int(row) >= t.Rows() {
		return nil
	}
	from, to := t.Start[row], t.Start[row+1]
	return t.List[from:min(to, from+uint32(limit))]
}

// check reports what would make reading the table panic or a score no number.
func (t *Edges) check(name string, rows, items int) error {
	if t.Rows() != 0 && t.Rows() != rows {
		return fmt.Errorf("%s has %d rows, want %d", name, t.Rows(), rows)
	}
	if err := checkStart(name, t.Start, len(t.List)); err != nil {
		return err
	}
	for i := range t.List {
		e := &t.List[i]
		if e.Item < 0 || int(e.Item) >= items {
			return fmt.Errorf("%s: edge %d names item %d of %d", name, i, e.Item, items)
		}
		if k := e.Kind(); k == 0 || k >= kindEnd {
			return fmt.Errorf("%s: edge %d is of no known kind: %d", name, i, k)
		}
		if !unit(e.Score) || !unit(e.Share) || !finite(e.Value) {
			return fmt.Errorf("%s: edge %d has score %v, share %v, value %v", name, i, e.Score, e.Share,
				e.Value)
		}
	}
	return nil
}

func checkStart(name string, start []uint32, n int) error {
	if len(start) == 0 {
		if n > 0 {
			return fmt.Errorf("%s has %d entries in no row", name, n)
		}
		return nil
	}
	last := uint32(0)
	for i, at := range start {
		if at < last || i == 0 && at != 0 {
			return fmt.Errorf("%s: row %d begins at %d, after %d", name, i, at, last)
		}
		last = at
	}
	if int(last) != n {
		return fmt.Errorf("%s: rows end at %d of %d", name, last, n)
	}
	return nil
}

func unit(v float32) bool   { return v >= 0 && v <= 1 }
func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }
