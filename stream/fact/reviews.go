package fact

// Reviews holds what members say of goods: table fact_review. A review comes again, with a higher
// Version, when headquarters decides who may read it.
type Reviews struct {
	Origin
	ID        []int64
	Version   []int64
	SKU       []int64
	Style     []int64 // 0 if none
	Store     []int32
	Member    []int64
	Order     []int64
	Stars     []uint8 // 1 to 5
	State     []uint8 // retail.ReviewState
	At        []int64 // when first posted
	Day       []int32
	LocalHour []uint8
}

func (t *Reviews) reset() {
	t.Origin.reset()
	t.ID = t.ID[:0]
	t.Version = t.Version[:0]
	t.SKU = t.SKU[:0]
	t.Style = t.Style[:0]
	t.Store = t.Store[:0]
	t.Member = t.Member[:0]
	t.Order = t.Order[:0]
	t.Stars = t.Stars[:0]
	t.State = t.State[:0]
	t.At = t.At[:0]
	t.Day = t.Day[:0]
	t.LocalHour = t.LocalHour[:0]
}
