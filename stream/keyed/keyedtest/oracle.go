package keyedtest

import (
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/stream/fact"
)

// Sums are amounts by name. Those that are 0 are absent.
type Sums map[string]int64

func (s Sums) add(amount int64, name string, where ...any) {
	key := name + fmt.Sprint(slices.Clone(where))
	if s[key] += amount; s[key] == 0 {
		delete(s, key)
	}
}

// Derived adds up the rows that were derived.
func (s Sums) Derived(b *fact.Batch) {
	v := &b.Visits
	for i := range v.Len() {
		day, store, channel := v.Day[i], v.Store[i], v.Channel[i]
		s.add(int64(v.MoreVisits[i]), "visits", day, store, channel)
		s.add(v.MoreSeconds[i], "visit_seconds", day, store, channel)
		s.add(v.MorePages[i], "pages", day, store, channel)
		s.add(v.MoreActions[i], "actions", day, store, channel)
		s.add(int64(v.MoreBounces[i]), "bounces", day, store, channel)
		s.add(int64(v.MoreCartVisits[i]), "cart_visits", day, store, channel)
		s.add(int64(v.MoreOrderVisits[i]), "order_visits", day, store, channel)
	}
	o := &b.OrderSpans
	for i := range o.Len() {
		n := int64(o.N[i])
		s.span(n, o.Day[i], o.Store[i], o.Span[i], o.Fulfilment[i], o.Seconds[i])
	}
	k := &b.StockShifts
	for i := range k.Len() {
		s.shift(k.Day[i], k.Store[i], k.SKU[i], k.Category[i], int64(k.LocalSecond[i]), int64(k.Out[i]),
			int64(k.Listed[i]), int64(k.Gap[i]))
	}
}

func (s Sums) span(n int64, day, store int32, span, way uint8, seconds int64) {
	s.add(n, "orders", day, store, span, way, seconds/60)
	s.add(n*seconds, "seconds", day, store, span, way, seconds/60)
}

func (s Sums) shift(day, store int32, sku int64, category int32, second, out, listed, gap int64) {
	s.add(out, "out", day, store, sku, category)
	s.add(out*second, "out_at", day, store, sku, category)
	s.add(listed, "listed", day, store, sku, category)
	s.add(listed*second, "listed_at", day, store, sku, category)
	s.add(gap, "gap", day, store, sku, category)
	s.add(gap*second, "gap_at", day, store, sku, category)
}

// Want recomputes the sums from all facts at once.
func (w *World) Want() Sums {
	all := w.Batch(0, len(w.Facts))
	s := Sums{}
	s.visits(&all.Behaviours)
	s.orders(&all.OrderSteps)
	s.stock(&all.StockMoves)
	return s
}

// visits groups the events of each session, day, store and channel and sorts them by time.
func (s Sums) visits(t *fact.Behaviours) {
	groups := map[[4]int64][]int{}
	for i := range t.Len() {
		if t.First[i] == 1 {
			k := [4]int64{int64(t.Day[i]), int64(t.Store[i]), int64(t.Channel[i]), int64(t.Session[i])}
			groups[k] = append(groups[k], i)
		}
	}
	for k, rows := range groups {
		slices.SortFunc(rows, func(a, b int) int { return int(t.At[a] - t.At[b]) })
		pages, carts, ordered := 0, 0, 0
		for _, i := range rows {
			switch t.Kind[i] {
			case 64, 65:
				pages++
			case 66:
				carts++
			}
			if t.Order[i] != 0 {
				ordered++
			}
		}
		day, store, channel := int32(k[0]), int32(k[1]), uint8(k[2])
		s.add(1, "visits", day, store, channel)
		s.add((t.At[rows[len(rows)-1]]-t.At[rows[0]])/1e6, "visit_seconds", day, store, channel)
		s.add(int64(pages), "pages", day, store, channel)
		s.add(int64(len(rows)), "actions", day, store, channel)
		s.add(int64(min(carts, 1)), "cart_visits", day, store, channel)
		s.add(int64(min(ordered, 1)), "order_visits", day, store, channel)
		if pages <= 1 && carts == 0 && ordered == 0 {
			s.add(1, "bounces", day, store, channel)
		}
	}
}

// ends are the kinds of event between which each span lies: the earliest of any of them counts.
var ends = [8][2][]uint8{1: {{1}, {2}}, 2: {{2}, {7}}, 3: {{2}, {8, 5}}, 4: {{8, 5}, {9}}, 5: {{9}, {6}},
	6: {{2}, {6}}, 7: {{1}, {6}}}

// orders sorts the steps of each order by time and looks for the first of either end of each span.
func (s Sums) orders(t *fact.OrderSteps) {
	groups := map[int64][]int{}
	for i := range t.Len() {
		if t.Fulfilment[i] > 1 {
			groups[t.Order[i]] = append(groups[t.Order[i]], i)
		}
	}
	for _, rows := range groups {
		slices.SortFunc(rows, func(a, b int) int { return int(t.At[a] - t.At[b]) })
		first := func(kinds []uint8) int {
			return slices.IndexFunc(rows, func(i int) bool {
				return slices.Contains(kinds, t.Step[i]) ||
					t.Step[i] == 1 && t.Paid[i] && slices.Contains(kinds, 2)
			})
		}
		for span := 1; span < len(ends); span++ {
			a, z := first(ends[span][0]), first(ends[span][1])
			if a < 0 || z < 0 {
				continue
			}
			at := rows[z]
			s.span(1, t.Day[at], t.Store[at], uint8(span), t.Fulfilment[at],
				max(0, (t.At[at]-t.At[rows[a]])/1e6))
		}
	}
}

// stock sorts the moves of each SKU by version and time and compares each level with the one before.
func (s Sums) stock(t *fact.StockMoves) {
	groups := map[[2]int64][]int{}
	for i := range t.Len() {
		k := [2]int64{int64(t.Store[i]), t.SKU[i]}
		groups[k] = append(groups[k], i)
	}
	for k, rows := range groups {
		slices.SortFunc(rows, func(a, b int) int {
			if t.Version[a] != t.Version[b] {
				return int(t.Version[a] - t.Version[b])
			}
			return int(t.At[a] - t.At[b])
		})
		var onHand, out, listed int64
		var category int32
		for i := 0; i < len(rows); {
			at, moved, now := rows[i], int64(0), category
			for ; i < len(rows) && t.Version[rows[i]] == t.Version[at]; i++ {
				moved += int64(t.OnHandDelta[rows[i]])
				if c := t.Category[rows[i]]; c != 0 {
					now = c
				}
			}
			empty := int64(0)
			if t.OnHand[at] <= t.Reserved[at] {
				empty = 1
			}
			second := int64(t.LocalSecond[at])
			s.shift(t.Day[at], int32(k[0]), k[1], category, second, -out, -listed, -onHand)
			onHand, out, listed, category = int64(t.OnHand[at]), empty, 1, now
			s.shift(t.Day[at], int32(k[0]), k[1], category, second, out, listed, onHand-moved)
		}
	}
}
