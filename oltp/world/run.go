package world

import (
	"math/rand/v2"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

const (
	visitRing    = 1024 // days ahead that a visit can lie
	deliveryRing = 32   // days ahead that a delivery can lie
	refundRing   = 8    // days ahead that a refund can lie
)

// Run is the simulation of one store, day after day. It is used by one goroutine.
type Run struct {
	w     *World
	fixed *fixed
	store int
	day   retail.Day

	onHand, onOrder, sinceReview []int32
	forecast                     []float64
	due                          [deliveryRing][]Delivery
	refunds                      [refundRing][]Refund
	visits                       [visitRing][]int32

	// The rest is of the day at hand.
	rng      *rand.Rand
	weights  []float64
	choice   alias
	scale    float64 // factor of the lines of a basket, as promotions add to them
	price    []retail.Money
	discount []retail.Money
	week     int64
	quarter  int64
	uplift   []float64
	level    []float64
	truth    []Truth
	out      *Day
	lines    []Line
	basket   []Line
	arrivals []arrival
}

// arrival is a customer at the door.
type arrival struct{ ms, member int32 }

// Run begins the simulation of a store on the world's first day.
func (w *World) Run(store int) *Run {
	f := &w.perStore[store]
	n := len(f.carried)
	s := &Run{w: w, fixed: f, store: store, day: w.cfg.Start, week: -1, quarter: -1,
		onHand: make([]int32, n), onOrder: make([]int32, n), sinceReview: make([]int32, n),
		forecast: make([]float64, n), price: make([]retail.Money, n),
		discount: make([]retail.Money, n), uplift: make([]float64, n), level: make([]float64, n),
		weights: make([]float64, n), truth: make([]Truth, n)}
	types, sum := formats(), 0.0
	for _, p := range f.carried {
		sum += w.Products[p].Share
	}
	units := w.Stores[store].DailyOrders * types[w.Stores[store].Format].lines * unitsPerLine
	for i, p := range f.carried {
		s.forecast[i] = units * w.Products[p].Share / sum
		s.onHand[i] = s.target(i) + int32(s.forecast[i])
	}
	r := w.cfg.stream(forMember, 2, uint64(store))
	for _, m := range f.members {
		in := int(r.Float64() * float64(w.Members[m].IntervalDays))
		s.visits[(int(s.day)+in)%visitRing] = append(s.visits[(int(s.day)+in)%visitRing], m)
	}
	return s
}

// Opening is the stock on the first day, as a delivery at its midnight.
func (s *Run) Opening() []Delivery {
	first := s.w.Run(s.store)
	out := make([]Delivery, len(first.onHand))
	for i, qty := range first.onHand {
		out[i] = Delivery{Product: int(first.fixed.carried[i]), Qty: qty,
			AtMS: midnight(s.w.cfg.Start)}
	}
	return out
}

// Date is the day that Next returns.
func (s *Run) Date() retail.Day { return s.day }

// Next simulates the next day. The day belongs to the caller.
func (s *Run) Next() *Day {
	s.rng = s.w.cfg.stream(forDay, uint64(s.store), uint64(s.day))
	s.out = &Day{Store: s.store, Date: s.day}
	s.open()
	s.setWeights()
	s.welcome()
	s.lines = make([]Line, 0, 4*len(s.arrivals))
	ends := make([]int, 0, len(s.arrivals))
	s.out.Orders = make([]Order, 0, len(s.arrivals))
	delivered := false
	for _, a := range s.arrivals {
		if !delivered && int(a.ms) >= s.deliveryMS() {
			s.deliver()
			delivered = true
		}
		if s.serve(a) {
			ends = append(ends, len(s.lines))
		}
	}
	if !delivered {
		s.deliver()
	}
	from := 0
	for i, end := range ends {
		s.out.Orders[i].Lines = s.lines[from:end:end]
		from = end
	}
	s.afterwards()
	s.close()
	s.day++
	return s.out
}

func (s *Run) open() {
	for i := range s.truth {
		s.truth[i] = Truth{Store: s.store, Product: int(s.fixed.carried[i]), Date: s.day,
			Opening: s.onHand[i]}
	}
}

// setWeights prices the shelves and sets how likely each product is chosen.
func (s *Run) setWeights() {
	if week := int64(s.day) / 7; week != s.week {
		s.week = week
		for i := range s.uplift {
			s.uplift[i], s.discount[i] = 1, 0
		}
		for _, p := range s.w.Promotions(s.day) {
			if i := s.fixed.at[p.Product]; i >= 0 {
				s.uplift[i] = p.Uplift
			}
		}
		s.quarter = -1
	}
	if quarter := int64(s.day) / 91; quarter != s.quarter {
		s.quarter = quarter
		s.setPrices()
	}
	plain, sum := 0.0, 0.0
	seasons := make([]float64, len(s.w.kinds))
	for k := range seasons {
		seasons[k] = s.w.kinds[k].season(s.day)
	}
	for i, p := range s.fixed.carried {
		prod := &s.w.Products[p]
		weight := prod.Share * seasons[prod.kind] * s.level[i]
		plain += weight
		s.weights[i] = weight * s.uplift[i]
		sum += s.weights[i]
	}
	s.scale = sum / plain
	s.choice.build(s.weights)
}

func (s *Run) setPrices() {
	for i, p := range s.fixed.carried {
		level := s.w.priceLevel(int(p), s.day)
		s.price[i] = s.w.Price(int(p), s.day)
		s.level[i] = pow(level, -s.w.Products[p].Elasticity)
	}
	for _, p := range s.w.Promotions(s.day) {
		if i := s.fixed.at[p.Product]; i >= 0 {
			s.discount[i] = retail.Money(float64(s.price[i])*p.Discount/10) * 10
		}
	}
}

// welcome draws who comes today, and when.
func (s *Run) welcome() {
	s.arrivals = s.arrivals[:0]
	factor := s.fixed.week[weekday(s.day)]
	daily := s.w.Stores[s.store].DailyOrders
	for range poisson(s.rng, daily*factor*(1-s.fixed.share)) {
		s.arrivals = append(s.arrivals, arrival{s.moment(), -1})
	}
	top := slices.Max(s.fixed.week[:])
	due := s.visits[int(s.day)%visitRing]
	s.visits[int(s.day)%visitRing] = nil
	for _, m := range due {
		in := 1
		if s.rng.Float64() < factor/top {
			s.arrivals = append(s.arrivals, arrival{s.moment(), m})
			mean := max(1, float64(s.w.Members[m].IntervalDays)-s.fixed.wait)
			in = min(visitRing-1, max(1, roundRandom(s.rng, erlang4(s.rng, mean))))
		}
		at := (int(s.day) + in) % visitRing
		s.visits[at] = append(s.visits[at], m)
	}
	slices.SortFunc(s.arrivals, func(a, b arrival) int {
		if a.ms != b.ms {
			return int(a.ms - b.ms)
		}
		return int(a.member - b.member)
	})
}

// moment draws a time of the day in milliseconds from midnight.
func (s *Run) moment() int32 {
	return int32(s.fixed.minutes.draw(s.rng)*60_000 + s.rng.IntN(60_000))
}

// weekday counts from Sunday; 1970-01-01 was a Thursday.
func weekday(d retail.Day) int { return int((int64(d) + 4) % 7) }
