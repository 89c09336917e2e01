package fact

// OrderLines holds the lines of sales and refunds: table fact_order_line. A sale counts when it
// is paid. Refund amounts and
// quantities are positive; Doc tells which it is. First is 1 on the first line of its order or
// refund and 0
// elsewhere, so that documents are counted by adding.
type OrderLines struct {
	Origin
	Doc            []uint8 // 1 sale, 2 refund
	Order          []int64 // the order; for a refund without receipt the refund itself
	Document       []int64 // the order or the refund
	First          []uint8
	Line           []uint16
	Kind           []uint8 // retail.LineKind
	Store          []int32
	SKU            []int64
	Category       []int32
	Member         []int64 // 0 for anonymous
	Channel        []uint8 // retail.Channel
	Fulfilment     []uint8 // retail.Fulfilment
	Campaign       []int32
	At             []int64 // when paid or refunded
	Day            []int32
	LocalHour      []uint8
	Qty            []int32
	Gross          []int64
	Discount       []int64
	Net            []int64
	CouponDiscount []int64
	Cost           []int64
	Simulated      []bool
}

func (t *OrderLines) reset() {
	t.Origin.reset()
	t.Doc = t.Doc[:0]
	t.Order = t.Order[:0]
	t.Document = t.Document[:0]
	t.First = t.First[:0]
	t.Line = t.Line[:0]
	t.Kind = t.Kind[:0]
	t.Store = t.Store[:0]
	t.SKU = t.SKU[:0]
	t.Category = t.Category[:0]
	t.Member = t.Member[:0]
	t.Channel = t.Channel[:0]
	t.Fulfilment = t.Fulfilment[:0]
	t.Campaign = t.Campaign[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalHour = t.LocalHour[:0]
	t.Qty = t.Qty[:0]
	t.Gross = t.Gross[:0]
	t.Discount = t.Discount[:0]
	t.Net = t.Net[:0]
	t.CouponDiscount = t.CouponDiscount[:0]
	t.Cost = t.Cost[:0]
	t.Simulated = t.Simulated[:0]
}
