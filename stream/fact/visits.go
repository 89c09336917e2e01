package fact

// Visits holds what a batch changed in visits: table fact_visit, one row for each visit that the batch
// touched. A visit is a session on one business day at one store through one channel. The first columns
// say how it stands after the batch; those that begin with More say by how much the batch changed what
// the visit adds to the sums, so that the sums over all rows are those over all visits.
type Visits struct {
	Origin
	Day     []int32
	Store   []int32
	Channel []uint8
	Session []uint64
	Visitor []uint64
	Member  []int64 // 0 when nobody signed in
	First   []int64 // when the visit began
	Last    []int64 // when it was last heard of
	Pages   []int64 // product pages and search results seen
	Actions []int64 // events of any kind
	Carts   []int64 // times a product went into the cart
	Ordered []bool  // a coupon was redeemed in an order

	MoreVisits      []int8
	MoreSeconds     []int64
	MorePages       []int64
	MoreActions     []int64
	MoreBounces     []int8
	MoreCartVisits  []int8
	MoreOrderVisits []int8
	Simulated       []bool
}

func (t *Visits) reset() {
	t.Origin.reset()
	t.Day = t.Day[:0]
	t.Store = t.Store[:0]
	t.Channel = t.Channel[:0]
	t.Session = t.Session[:0]
	t.Visitor = t.Visitor[:0]
	t.Member = t.Member[:0]
	t.First = t.First[:0]
	t.Last = t.Last[:0]
	t.Pages = t.Pages[:0]
	t.Actions = t.Actions[:0]
	t.Carts = t.Carts[:0]
	t.Ordered = t.Ordered[:0]
	t.MoreVisits = t.MoreVisits[:0]
	t.MoreSeconds = t.MoreSeconds[:0]
	t.MorePages = t.MorePages[:0]
	t.MoreActions = t.MoreActions[:0]
	t.MoreBounces = t.MoreBounces[:0]
	t.MoreCartVisits = t.MoreCartVisits[:0]
	t.MoreOrderVisits = t.MoreOrderVisits[:0]
	t.Simulated = t.Simulated[:0]
}
