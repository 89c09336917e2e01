package fact

// OrderSteps holds the steps in the life of orders: table fact_order_step, one row an event.
type OrderSteps struct {
	Origin
	Order      []int64
	Refund     []int64 // 0 unless the step is a refund
	Step       []uint8 // event.Kind
	State      []uint8 // retail.OrderState after the step, 0 if none
	Store      []int32
	Member     []int64
	Channel    []uint8
	Fulfilment []uint8
	Campaign   []int32 // of a step that brings lines, else 0
	At         []int64
	Day        []int32
	LocalHour  []uint8
	Placed     []int64 // when the order was placed, 0 if unknown
	Paid       []bool  // the step brought the money
	Units      []int32
	Lines      []uint16
	Net        []int64
	Ref        []string // receipt number
	Reason     []string
	Simulated  []bool
}

func (t *OrderSteps) reset() {
	t.Origin.reset()
	t.Order = t.Order[:0]
	t.Refund = t.Refund[:0]
	t.Step = t.Step[:0]
	t.State = t.State[:0]
	t.Store = t.Store[:0]
	t.Member = t.Member[:0]
	t.Channel = t.Channel[:0]
	t.Fulfilment = t.Fulfilment[:0]
	t.Campaign = t.Campaign[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalHour = t.LocalHour[:0]
	t.Placed = t.Placed[:0]
	t.Paid = t.Paid[:0]
	t.Units = t.Units[:0]
	t.Lines = t.Lines[:0]
	t.Net = t.Net[:0]
	t.Ref = t.Ref[:0]
	t.Reason = t.Reason[:0]
	t.Simulated = t.Simulated[:0]
}
