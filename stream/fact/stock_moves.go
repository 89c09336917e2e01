package fact

// StockMoves holds the stock ledger: table fact_stock_move.
type StockMoves struct {
	Origin
	Store         []int32
	SKU           []int64
	Category      []int32
	Kind          []uint8 // retail.StockMoveKind
	OnHandDelta   []int32
	ReservedDelta []int32
	OnHand        []int32 // after the move
	Reserved      []int32 // after the move
	Version       []int64
	Ref           []int64
	At            []int64
	Day           []int32
	LocalSecond   []int32 // seconds since midnight at the store
	Reason        []string
	Simulated     []bool
}

func (t *StockMoves) reset() {
	t.Origin.reset()
	t.Store = t.Store[:0]
	t.SKU = t.SKU[:0]
	t.Category = t.Category[:0]
	t.Kind = t.Kind[:0]
	t.OnHandDelta = t.OnHandDelta[:0]
	t.ReservedDelta = t.ReservedDelta[:0]
	t.OnHand = t.OnHand[:0]
	t.Reserved = t.Reserved[:0]
	t.Version = t.Version[:0]
	t.Ref = t.Ref[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalSecond = t.LocalSecond[:0]
	t.Reason = t.Reason[:0]
	t.Simulated = t.Simulated[:0]
}
