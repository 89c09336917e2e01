package fact

// SKUs holds goods as they are now: table dim_sku, the highest Version counts.
type SKUs struct {
	Origin
	ID             []int64
	Version        []int64
	Code           []string
	Name           []string
	NameEN         []string
	Category       []int32
	CategoryCode   []string
	CategoryName   []string
	CategoryNameEN []string
	Brand          []string
	Style          []int64
	StyleCode      []string
	Colour         []string
	Size           []string
	SizeSystem     []string
	SizeOrder      []int32
	Season         []string
	// Tags of each row, with when they begin and end to hold, in microseconds since 1970.
	Tags      [][]string
	TagsFrom  [][]int64
	TagsUntil [][]int64
	Price     []int64
	Cost      []int64
	Active    []bool
	Simulated []bool
}

func (t *SKUs) reset() {
	t.Origin.reset()
	t.ID = t.ID[:0]
	t.Version = t.Version[:0]
	t.Code = t.Code[:0]
	t.Name = t.Name[:0]
	t.NameEN = t.NameEN[:0]
	t.Category = t.Category[:0]
	t.CategoryCode = t.CategoryCode[:0]
	t.CategoryName = t.CategoryName[:0]
	t.CategoryNameEN = t.CategoryNameEN[:0]
	t.Brand = t.Brand[:0]
	t.Style = t.Style[:0]
	t.StyleCode = t.StyleCode[:0]
	t.Colour = t.Colour[:0]
	t.Size = t.Size[:0]
	t.SizeSystem = t.SizeSystem[:0]
	t.SizeOrder = t.SizeOrder[:0]
	t.Season = t.Season[:0]
	t.Tags = t.Tags[:0]
	t.TagsFrom = t.TagsFrom[:0]
	t.TagsUntil = t.TagsUntil[:0]
	t.Price = t.Price[:0]
	t.Cost = t.Cost[:0]
	t.Active = t.Active[:0]
	t.Simulated = t.Simulated[:0]
}
