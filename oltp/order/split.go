package order

import (
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// split works out what a refund takes of each line of its order and books it there. After an error,
// unsplit takes the lines booked so far back.
func (r *refunding) split(o *Standing) error {
	if len(r.refund.Lines) == 0 {
		for i := range o.lines {
			r.takeRest(&o.lines[i])
		}
		if len(r.back) == 0 {
			return invalid("lines", "nothing is left of order %d to give back", o.ID)
		}
		return nil
	}
	for i := range r.refund.Lines {
		q := &r.refund.Lines[i]
		at := slices.IndexFunc(o.lines, func(l StandingLine) bool { return l.No == q.No })
		if at < 0 || o.lines[at].Kind == retail.StockWriteOff {
			return invalidLine(i, "no", "order %d has no line %d that can go back", o.ID, q.No)
		}
		if err := r.takePart(i, q, &o.lines[at]); err != nil {
			return err
		}
	}
	return nil
}

// takeRest gives back everything that is left of a line.
func (r *refunding) takeRest(l *StandingLine) {
	left := l.left()
	if l.Kind != retail.StockWriteOff && (left.Qty != 0 || left.Gross != 0 || left.Discount != 0) {
		r.book(l, left)
	}
}

func (r *refunding) takePart(i int, q *RefundLine, l *StandingLine) error {
	left := l.left()
	if q.Qty > left.Qty {
		return invalidLine(i, "qty", "%d, only %d of line %d can still go back", q.Qty, left.Qty, q.No)
	}
	part := Refunded{Qty: q.Qty, Gross: q.Gross, Discount: q.Discount}
	if q.Exact {
		if !within(q.Gross, left.Gross) || !within(q.Gross-q.Discount, left.Gross-left.Discount) {
			return invalidLine(i, "gross", "%v less %v, only %v less %v of line %d can still go back",
				q.Gross, q.Discount, left.Gross, left.Discount, q.No)
		}
		r.book(l, part)
		return nil
	}
	switch {
	case q.Qty == left.Qty:
		part = left
	case q.Qty == 0:
		return invalidLine(i, "qty", "0 without exact amounts gives nothing back")
	default:
		net := share(left.Gross-left.Discount, q.Qty, left.Qty)
		part.Gross = share(left.Gross, q.Qty, left.Qty)
		part.Discount = part.Gross - net
	}
	r.book(l, part)
	return nil
}

func (r *refunding) book(l *StandingLine, part Refunded) {
	back := retail.Line{
		No: len(r.back) + 1, SKU: l.SKU, Category: l.Category, Kind: l.Kind, Qty: part.Qty,
		Gross: part.Gross, Discount: part.Discount, Net: part.Gross - part.Discount,
	}
	if l.Line.Qty > 0 {
		back.UnitPrice = l.UnitPrice
		back.Cost = share(l.Cost, part.Qty, l.Line.Qty)
	}
	l.Refunded.Qty += part.Qty
	l.Refunded.Gross += part.Gross
	l.Refunded.Discount += part.Discount
	r.back, r.orderNo = append(r.back, back), append(r.orderNo, int16(l.No))
}

func (r *refunding) unsplit(o *Standing) {
	for i := range r.back {
		for j := range o.lines {
			if l := &o.lines[j]; l.No == int(r.orderNo[i]) {
				l.Refunded.Qty -= r.back[i].Qty
				l.Refunded.Gross -= r.back[i].Gross
				l.Refunded.Discount -= r.back[i].Discount
			}
		}
	}
}

func (l *StandingLine) left() Refunded {
	return Refunded{Qty: l.Line.Qty - l.Refunded.Qty, Gross: l.Gross - l.Refunded.Gross,
		Discount: l.Line.Discount - l.Refunded.Discount}
}

func (o *Standing) nothingLeft() bool {
	for i := range o.lines {
		if o.lines[i].Kind != retail.StockWriteOff && o.lines[i].left() != (Refunded{}) {
			return false
		}
	}
	return true
}

// within reports whether part lies between nothing and all of whole, which may be negative.
func within(part, whole retail.Money) bool {
	return min(0, whole) <= part && part <= max(0, whole)
}

// share is amount × part / whole, rounded half away from zero. It cannot overflow: an amount is at
// most 10¹², a quantity 10⁵.
func share(amount retail.Money, part, whole int32) retail.Money {
	product, half := int64(amount)*int64(part), int64(whole)/2
	if product < 0 {
		half = -half
	}
	return retail.Money((product + half) / int64(whole))
}
