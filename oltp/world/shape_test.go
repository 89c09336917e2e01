package world_test

import (
	"math"
	"testing"

	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

// sums is four weeks of a whole chain, added up in many ways.
type sums struct {
	orders, members, online, refunds int
	demand, sold, lost, substituted  int
	byHour                           [24]int
	byWeekday                        [3][7]int // by format
	demandOf                         map[int]*[4]int
	baskets                          map[int]int
	pairs                            map[[2]int]int
	visits                           map[int]int
}

const weeks = 4

func addUp(t *testing.T, w *world.World) *sums {
	t.Helper()
	s := &sums{demandOf: map[int]*[4]int{}, baskets: map[int]int{}, pairs: map[[2]int]int{},
		visits: map[int]int{}}
	rules := map[int][]int{}
	for _, a := range w.Affinities {
		rules[a.If] = append(rules[a.If], a.Then)
	}
	for store := range w.Stores {
		run := w.Run(store)
		for range weeks * 7 {
			s.addDay(w, run.Next(), rules)
		}
	}
	return s
}

func (s *sums) addDay(w *world.World, d *world.Day, rules map[int][]int) {
	s.orders += len(d.Orders)
	s.refunds += len(d.Refunds)
	s.byWeekday[w.Stores[d.Store].Format][(int(d.Date)+4)%7] += len(d.Orders)
	for i := range d.Orders {
		s.addOrder(&d.Orders[i], rules)
	}
	// Flyers change on Thursdays, and so do these weeks.
	week := (int(d.Date)/7 - int(firstDay)/7) % 4
	for _, tr := range d.Truth {
		s.demand, s.sold = s.demand+int(tr.Demand), s.sold+int(tr.Sold)
		s.lost, s.substituted = s.lost+int(tr.Lost), s.substituted+int(tr.Substituted)
		if s.demandOf[tr.Product] == nil {
			s.demandOf[tr.Product] = &[4]int{}
		}
		s.demandOf[tr.Product][week] += int(tr.Demand)
	}
}

func (s *sums) addOrder(o *world.Order, rules map[int][]int) {
	s.byHour[o.At().Hour()]++
	if o.Member >= 0 {
		s.members++
		s.visits[o.Member]++
	}
	if o.Online {
		s.online++
	}
	in := map[int]bool{}
	for _, l := range o.Lines {
		in[int(l.Product)] = true
	}
	for p := range in {
		s.baskets[p]++
		for _, then := range rules[p] {
			if in[then] {
				s.pairs[[2]int{p, then}]++
			}
		}
	}
}

func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if !(got >= low && got <= high) {
		t.Errorf("%s is %.4f, want %.4f to %.4f", what, got, low, high)
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	// Seed 1. The bounds are wide against the noise of 290,000 orders, so another seed holds too.
	w := newWorld(t, world.Config{Seed: 1})
	s := addUp(t, w)
	n, days := float64(s.orders), float64(weeks*7)
	within(t, "orders/s", n/days/86_400, .97*world.DefaultRate, 1.03*world.DefaultRate)
	within(t, "members' part", float64(s.members)/n, .43, .48)
	within(t, "the mini-program's part", float64(s.online)/n, .14, .18)
	within(t, "refunds", float64(s.refunds)/n, .008, .013)
	within(t, "lost demand", float64(s.lost)/float64(s.demand), .01, .05)
	within(t, "substituted demand", float64(s.substituted)/float64(s.demand), .01, .05)
	for hour, orders := range s.byHour {
		within(t, "orders a minute at some hour", float64(orders)/days/60, 2, 20)
		_ = hour
	}
	// 18 o'clock in China is 10 o'clock UTC.
	within(t, "evening over night", float64(s.byHour[10])/float64(s.byHour[19]), 4, 9)
	saturday, tuesday := s.byWeekday[world.Hypermarket][6], s.byWeekday[world.Hypermarket][2]
	within(t, "hypermarkets' Saturday over Tuesday", float64(saturday)/float64(tuesday), 1.5, 1.75)
	saturday, tuesday = s.byWeekday[world.Convenience][6], s.byWeekday[world.Convenience][2]
	within(t, "express stores' Saturday over Tuesday", float64(saturday)/float64(tuesday), .8, 1)
	within(t, "days between a member's visits",
		float64(len(w.Members))*days/float64(s.members), 9, 12)
}

func TestStoresKeepTheirHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 4})
	for store := range w.Stores {
		st := &w.Stores[store]
		d := w.Run(store).Next()
		last := int64(0)
		for i := range d.Orders {
			o := &d.Orders[i]
			minute := int(o.AtMS/60_000+8*60) % 1440
			if minute < st.OpensMinute || minute >= st.ClosesMinute || o.AtMS < last ||
				world.DayAt(o.At()) != d.Date {
				t.Fatalf("%s sells at minute %d, open from %d to %d", st.Code, minute,
					st.OpensMinute, st.ClosesMinute)
			}
			last = o.AtMS
		}
	}
}

func TestPromotionsRaiseDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 1})
	s := addUp(t, w)
	// In the third of the four weeks, flyers of the second and the third are known.
	const week = 2
	day := retail.Day((int64(firstDay)/7 + week) * 7)
	elsewhere := map[int]bool{}
	for _, d := range []retail.Day{day - 7} {
		for _, p := range w.Promotions(d) {
			elsewhere[p.Product] = true
		}
	}
	got, expected, plain := 0.0, 0.0, 0.0
	for _, p := range w.Promotions(day) {
		if d := s.demandOf[p.Product]; d != nil && !elsewhere[p.Product] {
			got += float64(d[week])
			plain += float64(d[week-1])
			expected += float64(d[week-1]) * p.Uplift
		}
	}
	if plain < 1_000 {
		t.Fatalf("only %v units to judge by", plain)
	}
	// Habit, about a fifth of all lines, does not look at prices.
	within(t, "units promoted over units before", got/plain, 1.3, expected/plain*1.05)
	within(t, "uplift seen over uplift known", (got/plain-1)/(expected/plain-1), .6, 1.05)
}

func TestAffinitiesShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 1})
	s := addUp(t, w)
	checked := 0
	for _, a := range w.Affinities {
		first := float64(s.baskets[a.If])
		if first < 800 {
			continue
		}
		checked++
		confidence := float64(s.pairs[[2]int{a.If, a.Then}]) / first
		support := float64(s.baskets[a.Then]) / float64(s.orders)
		// Small stores do not have every consequent, and shelves may be empty.
		within(t, "confidence over probability", confidence/a.Probability, .45, 1.25)
		within(t, "lift", confidence/support, 3, math.Inf(1))
	}
	if checked < 20 {
		t.Errorf("only %d rules had baskets enough", checked)
	}
}
