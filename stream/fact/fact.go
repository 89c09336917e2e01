// Package fact holds the rows that the stream derives from events, column by column, as the warehouse
// stores them. A Batch is built from a contiguous range of one partition and from nothing else, so the
// same range always gives the same batch: that is what makes repeating a batch safe.
//
// All slices of one table have the same length. Amounts are fen, days are business days, times are
// microseconds since 1970 in UTC.
package fact

// Range is a contiguous run of records: offsets From (included) to To (excluded) of one partition.
type Range struct {
	Topic     string
	Partition int32
	From, To  int64
}

// Batch is everything that one range of records says, table by table.
type Batch struct {
	Range Range
	// ID stands in the rows that stream/keyed reads back, so that it can tell those of this batch, which
	// may have been written in part, from all that were written before.
	ID uint64

	OrderLines  OrderLines
	OrderSteps  OrderSteps
	StockMoves  StockMoves
	Behaviours  Behaviours
	Stores      Stores
	SKUs        SKUs
	Reviews     Reviews
	Campaigns   Campaigns
	Experiments Experiments

	// What stream/keyed derives from the rows above and from what came before.
	Visits      Visits
	OrderSpans  OrderSpans
	StockShifts StockShifts
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.Range, b.ID = Range{}, 0
	b.OrderLines.reset()
	b.OrderSteps.reset()
	b.StockMoves.reset()
	b.Behaviours.reset()
	b.Stores.reset()
	b.SKUs.reset()
	b.Reviews.reset()
	b.Campaigns.reset()
	b.Experiments.reset()
	b.Visits.reset()
	b.OrderSpans.reset()
	b.StockShifts.reset()
}

// Origin is where each row comes from: partition, offset and the row's number within its record. With
// it, the warehouse can be asked which records it holds. Committed is when the fact became durable at
// its source.
type Origin struct {
	Partition []uint16
	Offset    []uint64
	Row       []uint32
	Committed []int64
}

// Len is the number of rows.
func (o *Origin) Len() int { return len(o.Offset) }

// Add appends the origin of one row.
func (o *Origin) Add(partition uint16, offset uint64, row uint32, committedUS int64) {
	o.Partition = append(o.Partition, partition)
	o.Offset = append(o.Offset, offset)
	o.Row = append(o.Row, row)
	o.Committed = append(o.Committed, committedUS)
}

func (o *Origin) reset() {
	o.Partition, o.Offset = o.Partition[:0], o.Offset[:0]
	o.Row, o.Committed = o.Row[:0], o.Committed[:0]
}
