package world

import (
	"math"

	"github.com/tillstream/tillstream/retail"
)

const (
	// supplyFailure is the part of replenishment orders that come late, by 3 to 8 days.
	supplyFailure = .05
	// safetyFactor is the number of standard deviations of demand that safety stock covers.
	safetyFactor = .6
	// smoothing is the weight of the newest sales in the chain's own forecast.
	smoothing = .2
)

// leadDays is how long a delivery takes for goods reviewed at the given interval.
func leadDays(review int) int {
	switch {
	case review <= 1:
		return 1
	case review <= 3:
		return 2
	}
	return 3
}

// target is the order-up-to level of the periodic-review policy: forecast demand over review
// interval and lead time, and safety stock for its Poisson spread.
func (s *Run) target(i int) int32 {
	p := &s.w.Products[s.fixed.carried[i]]
	d := s.forecast[i] * float64(p.reviewDays+leadDays(p.reviewDays))
	return int32(math.Ceil(d+safetyFactor*math.Sqrt(d))) + 1
}

func (s *Run) deliveryMS() int { return s.w.Stores[s.store].delivery * 60_000 }

// deliver puts today's deliveries on the shelves.
func (s *Run) deliver() {
	slot := int(s.day) % deliveryRing
	s.out.Deliveries, s.due[slot] = s.due[slot], nil
	for _, d := range s.out.Deliveries {
		i := s.fixed.at[d.Product]
		s.onHand[i] += d.Qty
		s.onOrder[i] -= d.Qty
		s.truth[i].Received += d.Qty
	}
}

// close returns goods to the shelves, writes the day's truth and orders what is short.
func (s *Run) close() {
	for i := range s.truth {
		t := &s.truth[i]
		s.onHand[i] += t.Returned
		t.Closing = s.onHand[i]
		if t.Demand|t.StoodIn|t.Received|t.Returned != 0 {
			s.out.Truth = append(s.out.Truth, *t)
		}
	}
	s.replenish()
}

// replenish orders, for goods whose review is due, up to the target in whole packs. The chain
// learns from what it sold, not from what was wanted: an empty shelf lowers its forecast.
func (s *Run) replenish() {
	r := s.w.cfg.stream(forSupply, uint64(s.store), uint64(s.day))
	for i := range s.onHand {
		p := &s.w.Products[s.fixed.carried[i]]
		if (int(s.day)+i)%p.reviewDays != 0 {
			continue
		}
		sold := float64(s.sinceReview[i]) / float64(p.reviewDays)
		s.sinceReview[i] = 0
		s.forecast[i] += smoothing * (sold - s.forecast[i])
		short := s.target(i) - s.onHand[i] - s.onOrder[i]
		if short <= 0 {
			continue
		}
		qty := (short + p.pack - 1) / p.pack * p.pack
		in := leadDays(p.reviewDays)
		if r.Float64() < supplyFailure {
			in += 3 + r.IntN(6)
		}
		day := s.day + retail.Day(in)
		s.onOrder[i] += qty
		s.expect(int(day)%deliveryRing, Delivery{Product: int(s.fixed.carried[i]), Qty: qty,
			AtMS: midnight(day) + int64(s.deliveryMS())})
	}
}

// expect adds a delivery to those of a day. A late one may meet another of the same product: they
// arrive as one.
func (s *Run) expect(slot int, d Delivery) {
	for n := range s.due[slot] {
		if s.due[slot][n].Product == d.Product {
			s.due[slot][n].Qty += d.Qty
			return
		}
	}
	s.due[slot] = append(s.due[slot], d)
}
