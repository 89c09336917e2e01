package fact

// Behaviours holds what visitors did: table fact_behaviour. An impression of several products
// gives one row each; First is 1
// on the first row of its event.
type Behaviours struct {
	Origin
	Kind        []uint8 // event.Kind
	First       []uint8
	Store       []int32
	SKU         []int64 // 0 if none
	Visitor     []uint64
	Session     []uint64
	Member      []int64
	Channel     []uint8
	At          []int64
	Day         []int32
	LocalHour   []uint8
	Qty         []int32
	Results     []int32 // of a search
	Position    []int32
	Slot        []string
	Query       []string
	Attribution []string
	Shown       Shown
	Campaign    []int32
	Coupon      []int64
	Order       []int64
	Discount    []int64
	Simulated   []bool
}

func (t *Behaviours) reset() {
	t.Origin.reset()
	t.Kind = t.Kind[:0]
	t.First = t.First[:0]
	t.Store = t.Store[:0]
	t.SKU = t.SKU[:0]
	t.Visitor = t.Visitor[:0]
	t.Session = t.Session[:0]
	t.Member = t.Member[:0]
	t.Channel = t.Channel[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalHour = t.LocalHour[:0]
	t.Qty = t.Qty[:0]
	t.Results = t.Results[:0]
	t.Position = t.Position[:0]
	// The texts alias records: what is not cleared would keep those.
	clear(t.Slot)
	clear(t.Query)
	clear(t.Attribution)
	t.Slot = t.Slot[:0]
	t.Query = t.Query[:0]
	t.Attribution = t.Attribution[:0]
	t.Shown.reset()
	t.Campaign = t.Campaign[:0]
	t.Coupon = t.Coupon[:0]
	t.Order = t.Order[:0]
	t.Discount = t.Discount[:0]
	t.Simulated = t.Simulated[:0]
}
