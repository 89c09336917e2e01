package order

// GrantRows are lines of new orders that somebody sold other than listed, and why.
type GrantRows struct {
	Order, List []int64
	Store       []int32
	No          []int16
	By, Reason  []string
}

func (r *GrantRows) reset() {
	cut(&r.Order, &r.List)
	cut(&r.Store)
	cut(&r.No)
	cut(&r.By, &r.Reason)
}

func (r *GrantRows) add(p *placing, i int) {
	l := &p.source[i]
	r.Order = append(r.Order, int64(p.order.ID))
	r.List = append(r.List, int64(l.List))
	r.Store = append(r.Store, int32(p.order.Store))
	r.No = append(r.No, int16(p.order.Lines[i].No))
	r.By = append(r.By, p.by)
	r.Reason = append(r.Reason, l.Reason)
}
