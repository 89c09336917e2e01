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
	Price          []int64
	Cost           []int64
	Active         []bool
	Simulated      []bool
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
	t.Price = t.Price[:0]
	t.Cost = t.Cost[:0]
	t.Active = t.Active[:0]
	t.Simulated = t.Simulated[:0]
}
