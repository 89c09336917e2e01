//go:build synctests

package simulation_test

import (
	"fmt"

	"github.com/tillstream/tillstream/retail/event"
)

func (w *world) database() *origin { return w.databases[w.rand.IntN(len(w.databases))] }

func (w *world) store() int32 { return w.rand.Int32N(int32(w.stores)) + 1 }

// member is 0 for a stranger.
func (w *world) member() int64 { return w.rand.Int64N(int64(w.members) + 1) }

func (w *world) catalogue() {
	for i := range w.stores {
		for version := range int64(w.rand.IntN(2) + 1) {
			w.tell(w.database(), w.rand.Float64(), event.KindStoreChanged, int64(i+1), &event.StoreChanged{
				StoreId: int32(i + 1), Code: fmt.Sprintf("S%d", i+1), Version: version + 1,
				Latitude: 31 + w.rand.Float64(), TimeZone: "Asia/Shanghai", Active: w.rand.IntN(5) > 0,
			})
		}
	}
	for i := range w.skus {
		w.tell(w.database(), w.rand.Float64(), event.KindProductChanged, int64(i+1), &event.ProductChanged{
			SkuId: int64(i + 1), Code: fmt.Sprintf("K%d", i+1), Version: 1, PriceFen: w.rand.Int64N(99_999),
			CategoryId: int32(i%3) + 1, Active: true,
		})
	}
	for i := range w.members {
		w.tell(w.database(), w.rand.Float64(), event.KindMemberChanged, int64(i+1), &event.MemberChanged{
			MemberId: int64(i + 1), Version: 1, ChangedAt: w.clock(0),
		})
	}
}

// order makes an order and what becomes of it.
func (w *world) order() {
	w.orderID++
	id, store, member := w.orderID, w.store(), w.member()
	channel := event.Channel(w.rand.IntN(4) + 1)
	lines := w.lines()
	when, o := w.rand.Float64(), w.database()
	paid := w.rand.IntN(2) == 0
	state := event.OrderState_ORDER_STATE_PENDING_PAYMENT
	if paid {
		state = event.OrderState_ORDER_STATE_COMPLETED
	}
	w.tell(o, when, event.KindOrderPlaced, int64(store), &event.OrderPlaced{
		OrderId: id, StoreId: store, MemberId: member, Channel: channel, Paid: paid, State: state,
		PlacedAt: w.clock(when), Lines: lines, NetFen: net(lines), ExternalRef: fmt.Sprintf("R%d", id),
	})
	if !paid {
		when += w.rand.Float64() / 10
		if w.rand.IntN(5) == 0 {
			w.tell(o, when, event.KindOrderCancelled, int64(store), &event.OrderCancelled{
				OrderId: id, StoreId: store, MemberId: member, Channel: channel,
				CancelledAt: w.clock(when), NetFen: net(lines), Reason: "too late",
			})
			return
		}
		w.tell(o, when, event.KindOrderPaid, int64(store), &event.OrderPaid{
			OrderId: id, StoreId: store, MemberId: member, Channel: channel, PaidAt: w.clock(when),
			PlacedUnixUs: noon.UnixMicro(), Lines: lines, NetFen: net(lines),
		})
		w.tell(o, when+w.rand.Float64()/10, event.KindOrderShipped, int64(store), &event.OrderShipped{
			OrderId: id, StoreId: store, MemberId: member, Channel: channel, ShippedAt: w.clock(when),
			NetFen: net(lines),
		})
	}
	w.move(o, when, store, event.StockMoveKind_STOCK_MOVE_KIND_SELL, -1, lines)
	if w.rand.IntN(3) == 0 {
		w.refund(id, when, channel, lines)
	}
}

// refund gives lines back: at any store, told by any database, and sometimes before the sale.
func (w *world) refund(id int64, when float64, channel event.Channel, lines []*event.OrderLine) {
	o, store := w.database(), w.store()
	when += w.rand.Float64()/2 - 0.25
	back := lines[:w.rand.IntN(len(lines))+1]
	w.tell(o, when, event.KindOrderRefunded, int64(store), &event.OrderRefunded{
		RefundId: 1000 + id, OrderId: id, StoreId: store, MemberId: w.member(), Channel: channel,
		RefundedAt: w.clock(when), Lines: back, NetFen: net(back), Reason: "broken",
	})
	w.move(o, when, store, event.StockMoveKind_STOCK_MOVE_KIND_RETURN, 1, back)
}

func (w *world) lines() []*event.OrderLine {
	var all []*event.OrderLine
	for i := range w.rand.IntN(3) + 1 {
		sku := w.rand.Int64N(int64(w.skus)) + 1
		qty, gross := w.rand.Int32N(5)+1, w.rand.Int64N(1_000_000)
		discount := w.rand.Int64N(gross + 1)
		all = append(all, &event.OrderLine{
			LineNo: int32(i + 1), SkuId: sku, CategoryId: int32(sku%3) + 1, Qty: qty,
			Kind: event.LineKind(w.rand.IntN(4) + 1), GrossFen: gross, DiscountFen: discount,
			NetFen: gross - discount, CouponDiscountFen: discount / 3, CostFen: gross / 2,
		})
	}
	return all
}

func net(lines []*event.OrderLine) (fen int64) {
	for _, l := range lines {
		fen += l.NetFen
	}
	return fen
}

func (w *world) move(o *origin, when float64, store int32, kind event.StockMoveKind, sign int32,
	lines []*event.OrderLine,
) {
	m := &event.StockMoved{StoreId: store}
	for _, l := range lines {
		level := [2]int64{int64(store), l.SkuId}
		w.stock[level] += sign * l.Qty
		m.Changes = append(m.Changes, &event.StockChange{
			SkuId: l.SkuId, CategoryId: l.CategoryId, Kind: kind, OnHandDelta: sign * l.Qty,
			OnHand: w.stock[level], MovedAt: w.clock(when),
		})
	}
	w.tell(o, when, event.KindStockMoved, int64(store), m)
}

func (w *world) visit() {
	o := w.gateways[w.rand.IntN(len(w.gateways))]
	when, sku := w.rand.Float64(), w.rand.Int64N(int64(w.skus))+1
	visitor := w.rand.Uint64N(5) + 1
	v := &event.Visit{
		VisitorId: visitor, SessionId: visitor*10 + w.rand.Uint64N(2), MemberId: w.member(),
		StoreId: w.store(), Channel: event.Channel_CHANNEL_MINI_PROGRAM, At: w.clock(when),
	}
	kind, m := event.KindView, event.Message(&event.View{Visit: v, SkuId: sku})
	switch w.rand.IntN(6) {
	case 0:
		kind, m = event.KindSearch, &event.Search{Visit: v, Query: "茶", Results: 3}
	case 1:
		kind, m = event.KindAddToCart, &event.AddToCart{Visit: v, SkuId: sku, Qty: 2}
	case 2:
		kind, m = event.KindImpression, &event.Impression{Visit: v, Slot: "home", SkuIds: []int64{sku, 9}}
	case 3:
		kind, m = event.KindClick, &event.Click{Visit: v, SkuId: sku, Slot: "home", Position: 1}
	case 4:
		kind, m = event.KindCouponRedeemed, &event.CouponRedeemed{Visit: v, CouponId: sku, DiscountFen: 7}
	}
	w.tell(o, when, kind, int64(visitor), m)
}
