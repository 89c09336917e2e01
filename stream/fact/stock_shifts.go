package fact

// StockShifts holds what the moves alone do not say of the stock of a store: table fact_stock_shift. A
// row says that at a move the SKU ran out or came back, was seen for the first time, or that the level
// differs from the levels before by more than the moves that were seen. Rows add up; one that a later
// record corrects is followed by its opposite.
type StockShifts struct {
	Origin
	Store       []int32
	SKU         []int64
	Category    []int32
	Version     []int64 // of the move
	At          []int64
	Day         []int32
	LocalSecond []int32 // seconds since midnight at the store
	Out         []int8  // 1 ran out, -1 came back
	Listed      []int8  // 1 seen for the first time
	Gap         []int32 // units on hand that no move tells of
	Simulated   []bool
}

func (t *StockShifts) reset() {
	t.Origin.reset()
	t.Store = t.Store[:0]
	t.SKU = t.SKU[:0]
	t.Category = t.Category[:0]
	t.Version = t.Version[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalSecond = t.LocalSecond[:0]
	t.Out = t.Out[:0]
	t.Listed = t.Listed[:0]
	t.Gap = t.Gap[:0]
	t.Simulated = t.Simulated[:0]
}
