//go:build synctests

package simulation_test

import (
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
)

// result is what a warehouse holds: the rows of each table in any order, and the rollups.
type result struct {
	rows map[string][]string
	sums sums
}

// recompute makes the result from all facts at once, each taken once. The rows come from one batch; the
// sums from the facts themselves, without rows in between.
func recompute(w *world) (result, error) {
	var all fact.Batch
	r := result{rows: make(map[string][]string), sums: make(sums)}
	for _, o := range w.origins() {
		for _, h := range o.all {
			if h.poison > 0 {
				continue
			}
			m, err := event.Decode(h.kind, h.wire)
			if err != nil {
				return r, fmt.Errorf("the world holds a fact that does not decode: %w", err)
			}
			p := build.Place{CommittedUS: h.committedUS}
			if h.kind.IsBehaviour() {
				var a event.Act
				if err := a.Read(h.kind, h.wire); err != nil {
					return r, fmt.Errorf("the world holds behaviour that does not read: %w", err)
				}
				build.AppendAct(&all, p, &a)
			} else {
				build.Append(&all, p, h.kind, m)
			}
			r.sums.fact(h.kind, m)
		}
	}
	for _, b := range bodies(&all) {
		r.rows[b.table] = b.rows
	}
	return r, nil
}

// fact adds what one fact means.
func (s sums) fact(kind event.Kind, m event.Message) {
	switch m := m.(type) {
	case *event.OrderPlaced:
		if m.Paid {
			s.document(false, m.StoreId, m.MemberId, m.Channel, m.PlacedAt, m.Lines)
		}
	case *event.OrderPaid:
		s.document(false, m.StoreId, m.MemberId, m.Channel, m.PaidAt, m.Lines)
	case *event.OrderRefunded:
		s.document(true, m.StoreId, m.MemberId, m.Channel, m.RefundedAt, m.Lines)
	case *event.StockMoved:
		for _, c := range m.Changes {
			s.add("on hand", cell{day: c.MovedAt.BusinessDay, store: m.StoreId, place: c.SkuId},
				int64(c.OnHandDelta))
		}
	case interface{ GetVisit() *event.Visit }:
		v, times := m.GetVisit(), 1
		if shown, ok := m.(*event.Impression); ok {
			times = len(shown.SkuIds)
		}
		for range times {
			s.act(cell{day: v.At.BusinessDay, store: v.StoreId, place: v.At.UnixUs / minuteUS,
				channel: int32(v.Channel)}, kind, v.VisitorId, v.SessionId)
		}
	}
}

func (s sums) document(refund bool, store int32, member int64, channel event.Channel,
	at *event.StoreTime, lines []*event.OrderLine,
) {
	for i, l := range lines {
		c := cell{day: at.BusinessDay, store: store, channel: int32(channel)}
		minute, category := c, c
		minute.place, category.place = at.UnixUs/minuteUS, int64(l.CategoryId)
		line := line{
			refund: refund, first: i == 0, kind: retail.LineKind(l.Kind), qty: int64(l.Qty),
			gross: l.GrossFen, discount: l.DiscountFen, net: l.NetFen, coupon: l.CouponDiscountFen,
			cost: l.CostFen, member: member, sku: l.SkuId,
		}
		s.line("minute ", minute, line)
		s.line("category ", category, line)
	}
}

// differences says how got differs from r, at most a few.
func (r result) differences(got result) (all []string) {
	for _, table := range tables {
		want := slices.Sorted(slices.Values(r.rows[table]))
		have := slices.Sorted(slices.Values(got.rows[table]))
		if !slices.Equal(want, have) {
			all = append(all, fmt.Sprintf(
				"%s: %d rows, the recomputation gives %d; %d are missing, %d too many",
				table, len(have), len(want), lacking(want, have), lacking(have, want)))
		}
	}
	for c, n := range r.sums {
		if got.sums[c] != n && len(all) < 12 {
			all = append(all, fmt.Sprintf("%+v is %d, the recomputation gives %d", c, got.sums[c], n))
		}
	}
	for c, n := range got.sums {
		if _, ok := r.sums[c]; !ok && len(all) < 12 {
			all = append(all, fmt.Sprintf("%+v is %d, the recomputation does not know it", c, n))
		}
	}
	return all
}

// lacking counts what of the sorted list a is not in the sorted list b.
func lacking(a, b []string) (n int) {
	for _, row := range a {
		if len(b) > 0 {
			i, ok := slices.BinarySearch(b, row)
			b = b[i:]
			if ok {
				b = b[1:]
				continue
			}
		}
		n++
	}
	return n
}
