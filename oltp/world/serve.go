package world

import (
	"math"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

const (
	// habit is the part of a member's lines that come from the favourites.
	habit = .45
	// substitutes is how often a customer takes something similar when a shelf is empty.
	substitutes = .45
	// onlineShare is the part of members' orders that come through the mini-program.
	onlineShare = .35
	// refundShare is the part of orders of which something is given back on a later day.
	refundShare = .012
	// restockShare is the part of refunds whose goods can be sold again.
	restockShare = .7
)

// serve fills one customer's basket and reports whether anything was sold.
func (s *Run) serve(a arrival) bool {
	s.basket = s.basket[:0]
	types := formats()
	mean := types[s.w.Stores[s.store].Format].lines*s.scale*.86 - 1
	for range 1 + poisson(s.rng, mean*(.4+.6*s.rng.ExpFloat64())) {
		s.want(s.pick(a.member), true)
	}
	if len(s.basket) == 0 {
		s.out.LostVisits++
		return false
	}
	o := Order{Store: s.store, Date: s.day, No: len(s.out.Orders), Member: int(a.member),
		AtMS: midnight(s.day) + int64(a.ms)}
	if a.member >= 0 && s.rng.Float64() < onlineShare {
		o.Online, o.Steps = true, s.steps()
	}
	s.lines = append(s.lines, s.basket...)
	s.out.Orders = append(s.out.Orders, o)
	return true
}

// pick chooses what a customer wants, as a position on the shelves.
func (s *Run) pick(member int32) int32 {
	if member >= 0 && s.rng.Float64() < habit {
		u := s.rng.Float64()
		liked := s.w.Members[member].Favourites[int(u*u*favourites)]
		return s.fixed.at[liked]
	}
	return int32(s.choice.draw(s.rng))
}

// quantity draws how many of a line are wanted.
func (s *Run) quantity() int32 {
	switch u := s.rng.Float64(); {
	case u < .8:
		return 1
	case u < .94:
		return 2
	case u < .98:
		return 3
	}
	return 4 + int32(s.rng.IntN(3))
}

// want puts a product into the basket, as far as it is there, or something similar. A product that
// is chosen, and not merely pulled along, pulls others.
func (s *Run) want(i int32, chosen bool) {
	if s.holds(i) {
		return
	}
	qty := s.quantity()
	t := &s.truth[i]
	t.Demand += qty
	got := min(qty, s.onHand[i])
	if got > 0 {
		t.Sold += got
		s.put(i, got)
	}
	if rest := qty - got; rest > 0 {
		s.instead(i, rest)
	}
	if !chosen || got == 0 {
		return
	}
	for _, a := range s.w.pulls[s.fixed.carried[i]] {
		if s.rng.Float64() < a.Probability && s.fixed.at[a.Then] >= 0 {
			s.want(s.fixed.at[a.Then], false)
		}
	}
}

func (s *Run) holds(i int32) bool {
	p := s.fixed.carried[i]
	return slices.ContainsFunc(s.basket, func(l Line) bool { return l.Product == p })
}

// put moves goods from the shelf into the basket.
func (s *Run) put(i, qty int32) {
	s.onHand[i] -= qty
	s.sinceReview[i] += qty
	s.basket = append(s.basket, Line{Product: s.fixed.carried[i], Qty: qty, UnitPrice: s.price[i],
		Discount: s.discount[i] * retail.Money(qty)})
}

// instead looks for something of the same category in place of what is missing.
func (s *Run) instead(i, qty int32) {
	t := &s.truth[i]
	same := s.fixed.byKind[s.w.Products[s.fixed.carried[i]].kind]
	if s.rng.Float64() < substitutes {
		for range 3 {
			j := same[s.rng.IntN(len(same))]
			if j != i && s.onHand[j] >= qty && !s.holds(j) {
				t.Substituted += qty
				s.truth[j].StoodIn += qty
				s.put(j, qty)
				return
			}
		}
	}
	t.Lost += qty
}

// steps draws the way of an order that is paid later.
func (s *Run) steps() Steps {
	r := s.rng
	st := Steps{Fulfilment: retail.Pickup + retail.Fulfilment(r.IntN(3))}
	switch u := r.Float64(); {
	case u < .06:
		st.CancelAfter = 120 + int32(r.IntN(480))
	case u < .12:
		st.CancelAfter = 900 // nobody paid within a quarter of an hour
	default:
		st.PayAfter = 5 + int32(r.IntN(85))
		st.ShipAfter = st.PayAfter + 120 + int32(r.IntN(900))
		st.Close = st.ShipAfter + 600 + int32(r.IntN(2400))
	}
	return st
}

// afterwards decides which orders come back, and returns the goods of cancelled orders and of
// refunds that are due today. They are on the shelf from tomorrow on.
func (s *Run) afterwards() {
	for n := range s.out.Orders {
		o := &s.out.Orders[n]
		if o.Cancelled() {
			for _, l := range o.Lines {
				s.truth[s.fixed.at[l.Product]].Returned += l.Qty
			}
			continue
		}
		if s.rng.Float64() < refundShare {
			s.planRefund(o)
		}
	}
	slot := int(s.day) % refundRing
	s.out.Refunds, s.refunds[slot] = s.refunds[slot], nil
	slices.SortStableFunc(s.out.Refunds, func(a, b Refund) int { return int(a.AtMS - b.AtMS) })
	for _, f := range s.out.Refunds {
		if f.Restock {
			s.truth[s.fixed.at[f.Order.Lines[f.Line].Product]].Returned += f.Qty
		}
	}
}

func (s *Run) planRefund(o *Order) {
	r := s.rng
	in := retail.Day(1 + r.IntN(5))
	f := Refund{Order: o, Line: r.IntN(len(o.Lines)), Restock: r.Float64() < restockShare,
		AtMS: midnight(s.day+in) + 36_000_000 + int64(r.IntN(36_000_000))}
	f.Qty = 1 + int32(r.IntN(int(o.Lines[f.Line].Qty)))
	slot := int(s.day+in) % refundRing
	s.refunds[slot] = append(s.refunds[slot], f)
}

func pow(x, y float64) float64 {
	if x == 1 {
		return 1
	}
	return math.Pow(x, y)
}
