package fact

// OrderSpans holds how long orders took from one step to another: table fact_order_span. A span is told
// when both its ends are known. One that a later record corrects is taken back by a row with N = -1
// that repeats it, and told anew, so that N times anything adds up to what is true now.
type OrderSpans struct {
	Origin
	Order      []int64
	Span       []uint8 // keyed.Span
	N          []int8  // 1 told, -1 taken back
	Store      []int32
	Channel    []uint8
	Fulfilment []uint8
	Since      []int64 // when the span began
	At         []int64 // when it ended
	Day        []int32 // business day of its end
	Seconds    []int64 // 0 where a clock ran backwards
	Simulated  []bool
}

func (t *OrderSpans) reset() {
	t.Origin.reset()
	t.Order = t.Order[:0]
	t.Span = t.Span[:0]
	t.N = t.N[:0]
	t.Store = t.Store[:0]
	t.Channel = t.Channel[:0]
	t.Fulfilment = t.Fulfilment[:0]
	t.Since = t.Since[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.Seconds = t.Seconds[:0]
	t.Simulated = t.Simulated[:0]
}
