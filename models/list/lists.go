package list

import "github.com/tillstream/tillstream/models/pack"

// Lists are short lists of scored items for many rows, side by side: row i owns Start[i] …
// Start[i+1]-1, best first. They are never changed, so any number of goroutines read them, without
// allocation.
type Lists struct {
	Start []int32
	Item  []int32
	Score []float32
}

// Len is how many rows there are.
func (l *Lists) Len() int { return max(0, len(l.Start)-1) }

// Of returns the items and scores of a row, best first; a row that is not there is empty. The caller
// must not change them.
func (l *Lists) Of(row int32) ([]int32, []float32) {
	if row < 0 || int(row) >= l.Len() {
		return nil, nil
	}
	from, to := l.Start[row], l.Start[row+1]
	return l.Item[from:to:to], l.Score[from:to:to]
}

// Append adds the next row.
func (l *Lists) Append(row []Scored) {
	if len(l.Start) == 0 {
		l.Start = append(l.Start, 0)
	}
	for _, s := range row {
		l.Item, l.Score = append(l.Item, s.Item), append(l.Score, s.Score)
	}
	l.Start = append(l.Start, int32(len(l.Item)))
}

// Write appends the lists to a frame.
func (l *Lists) Write(w *pack.Writer) {
	w.Int64(int64(l.Len()))
	if l.Len() == 0 {
		w.Int32s([]int32{0})
	} else {
		w.Int32s(l.Start)
	}
	w.Int32s(l.Item)
	w.Float32s(l.Score)
}

// Read takes lists from a frame, whose items must be below the limit.
func Read(r *pack.Reader, items int) Lists {
	rows := r.Int(1 << 30)
	l := Lists{Start: r.Starts(rows), Item: r.Int32s(), Score: r.Float32s()}
	if r.Err() == nil && (len(l.Item) != int(l.Start[rows]) || len(l.Score) != len(l.Item)) {
		r.Fail("%d items and %d scores in lists that end at %d", len(l.Item), len(l.Score), l.Start[rows])
	}
	r.Within(l.Item, items)
	if r.Err() != nil {
		return Lists{}
	}
	return l
}
