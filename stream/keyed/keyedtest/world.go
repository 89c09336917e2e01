// Package keyedtest makes seeded chains of facts for the tests of stream/keyed, and recomputes from the
// whole list of facts, sorted and without any state, what the derived rows must add up to.
package keyedtest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
)

// Fact is one record.
type Fact struct {
	Kind    event.Kind
	Message event.Message
}

// World is a seeded chain: what happened, in the order in which the log has it.
type World struct {
	Facts []Fact
	rand  *rand.Rand
}

const (
	stores     = 3
	categories = 4
)

// Noon is about when everything happens; at the stores it is evening, so that many visits cross
// midnight.
var Noon = time.Date(2026, 11, 11, 15, 30, 0, 0, time.UTC)

var zone = time.FixedZone("shop", 8*3600)

// New makes a world of so many visits, orders and SKUs. disorder is how far, in records, a fact may come
// from its place: 0 leaves all in order.
func New(seed uint64, size, disorder int) *World {
	w := &World{rand: rand.New(rand.NewPCG(seed, 9))}
	for i := range size {
		w.visit(uint64(i/2 + 1))
		w.order(int64(i + 1))
		w.stock(int64(i + 1))
	}
	slices.SortStableFunc(w.Facts, func(a, b Fact) int { return int(when(a) - when(b)) })
	type placed struct {
		Fact
		at int
	}
	all := make([]placed, len(w.Facts))
	for i, f := range w.Facts {
		all[i] = placed{f, i + w.rand.IntN(disorder+1)}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.at - b.at })
	for i := range all {
		w.Facts[i] = all[i].Fact
	}
	return w
}

// when is the time of a fact as build sees it.
func when(f Fact) int64 {
	var b fact.Batch
	return f.append(&b, build.Place{})
}

// append appends the rows of a fact as the stream does, and returns when it happened.
func (f Fact) append(b *fact.Batch, p build.Place) (atUS int64) {
	if !f.Kind.IsBehaviour() {
		_, atUS = build.Append(b, p, f.Kind, f.Message)
		return atUS
	}
	wire, err := event.Append(nil, f.Message)
	var a event.Act
	if err == nil {
		err = a.Read(f.Kind, wire)
	}
	if err != nil {
		panic("BUG: a made fact is none: " + err.Error())
	}
	_, atUS = build.AppendAct(b, p, &a)
	return atUS
}

func (w *World) add(kind event.Kind, m event.Message) { w.Facts = append(w.Facts, Fact{kind, m}) }

func at(t time.Time) *event.StoreTime { return event.At(t, zone) }

func (w *World) start() time.Time {
	return Noon.Add(time.Duration(w.rand.Int64N(int64(6 * time.Hour)))).Truncate(time.Millisecond)
}

// visit adds the events of a session, which may have been seen before, at any store and channel.
func (w *World) visit(session uint64) {
	t := w.start()
	v := &event.Visit{VisitorId: session * 7, SessionId: session, StoreId: w.rand.Int32N(stores) + 1,
		Channel: event.Channel(2 + w.rand.Int32N(2))}
	if w.rand.IntN(3) == 0 {
		v.MemberId = int64(session)
	}
	for range w.rand.IntN(6) + 1 {
		here := &event.Visit{VisitorId: v.VisitorId, SessionId: v.SessionId, MemberId: v.MemberId,
			StoreId: v.StoreId, Channel: v.Channel, At: at(t)}
		switch w.rand.IntN(7) {
		case 0:
			w.add(event.KindSearch, &event.Search{Visit: here, Query: "milk", Results: 3})
		case 1:
			w.add(event.KindAddToCart, &event.AddToCart{Visit: here, SkuId: 5, Qty: 1})
		case 2:
			w.add(event.KindImpression, &event.Impression{Visit: here, SkuIds: []int64{1, 2, 3}})
		case 3:
			w.add(event.KindCouponRedeemed, &event.CouponRedeemed{Visit: here, CouponId: 1,
				OrderId: w.rand.Int64N(2)})
		default:
			w.add(event.KindView, &event.View{Visit: here, SkuId: 4})
		}
		t = t.Add(time.Duration(w.rand.Int64N(int64(20 * time.Minute))))
	}
}

// order adds the steps of an order up to some step; some are passed over, some are told twice.
func (w *World) order(id int64) {
	t := w.start()
	store, way := w.rand.Int32N(stores)+1, event.Fulfilment(1+w.rand.Int32N(4))
	placed, channel := t.UnixMicro(), event.Channel_CHANNEL_WEB
	w.add(event.KindOrderPlaced, &event.OrderPlaced{OrderId: id, StoreId: store, Channel: channel,
		Fulfilment: way, PlacedAt: at(t), Paid: w.rand.IntN(4) == 0})
	for step := range w.rand.IntN(7) {
		t = t.Add(time.Duration(w.rand.Int64N(int64(90 * time.Minute))))
		if step > 0 && w.rand.IntN(5) == 0 {
			continue
		}
		for range w.rand.IntN(10)/9 + 1 {
			w.step(step, id, store, channel, way, t, placed)
			t = t.Add(time.Second)
		}
	}
	if w.rand.IntN(6) == 0 {
		w.add(event.KindOrderRefunded, &event.OrderRefunded{OrderId: id, RefundId: id, StoreId: store,
			Channel: channel, RefundedAt: at(t)})
	}
}

func (w *World) step(n int, id int64, store int32, channel event.Channel, way event.Fulfilment,
	t time.Time, placed int64) {
	switch n {
	case 0:
		w.add(event.KindOrderPaid, &event.OrderPaid{OrderId: id, StoreId: store, Channel: channel,
			Fulfilment: way, PaidAt: at(t), PlacedUnixUs: placed})
	case 1:
		w.add(event.KindOrderPicking, &event.OrderPicking{OrderId: id, StoreId: store, Channel: channel,
			Fulfilment: way, PickingAt: at(t), PlacedUnixUs: placed})
	case 2:
		w.add(event.KindOrderReady, &event.OrderReady{OrderId: id, StoreId: store, Channel: channel,
			Fulfilment: way, ReadyAt: at(t), PlacedUnixUs: placed})
	case 3:
		w.add(event.KindOrderShipped, &event.OrderShipped{OrderId: id, StoreId: store, Channel: channel,
			Fulfilment: way, ShippedAt: at(t), PlacedUnixUs: placed})
	case 4:
		w.add(event.KindOrderDelivering, &event.OrderDelivering{OrderId: id, StoreId: store,
			Channel: channel, Fulfilment: way, DeliveringAt: at(t), PlacedUnixUs: placed})
	default:
		w.add(event.KindOrderCompleted, &event.OrderCompleted{OrderId: id, StoreId: store,
			Channel: channel, Fulfilment: way, CompletedAt: at(t), PlacedUnixUs: placed})
	}
}

// stock adds the moves of a SKU. Some are lost on the way, a snapshot tells some levels again, and goods
// may change their category.
func (w *World) stock(sku int64) {
	t := w.start()
	store, category := w.rand.Int32N(stores)+1, w.rand.Int32N(categories)+1
	c := event.StockChange{SkuId: sku}
	for range w.rand.IntN(9) + 1 {
		delta, kind := w.rand.Int32N(4)+1, event.StockMoveKind_STOCK_MOVE_KIND_RECEIVE
		if c.OnHand > 0 && w.rand.IntN(3) > 0 {
			delta, kind = -w.rand.Int32N(c.OnHand)-1, event.StockMoveKind_STOCK_MOVE_KIND_SELL
		}
		if w.rand.IntN(20) == 0 {
			category = w.rand.Int32N(categories) + 1
		}
		c.OnHandDelta, c.Kind, c.CategoryId = delta, kind, category
		c.OnHand += delta
		c.Reserved = min(c.OnHand, w.rand.Int32N(2))
		c.Version++
		if w.rand.IntN(8) > 0 {
			w.move(store, &c, t)
		}
		if w.rand.IntN(8) == 0 {
			again := event.StockChange{SkuId: sku, OnHand: c.OnHand, Reserved: c.Reserved,
				Version: c.Version, Kind: event.StockMoveKind_STOCK_MOVE_KIND_ADJUST}
			w.move(store, &again, t.Add(time.Second))
		}
		t = t.Add(time.Duration(w.rand.Int64N(int64(90 * time.Minute)))).Truncate(time.Millisecond)
	}
}

func (w *World) move(store int32, c *event.StockChange, t time.Time) {
	w.add(event.KindStockMoved, &event.StockMoved{StoreId: store, Changes: []*event.StockChange{{
		SkuId: c.SkuId, CategoryId: c.CategoryId, Kind: c.Kind, OnHandDelta: c.OnHandDelta,
		OnHand: c.OnHand, Reserved: c.Reserved, Version: c.Version, MovedAt: at(t)}}})
}

// Batch builds the rows of the facts from one offset to another in partition 3.
func (w *World) Batch(from, to int) *fact.Batch {
	b := &fact.Batch{Range: fact.Range{Topic: "test", Partition: 3, From: int64(from), To: int64(to)},
		ID: uint64(from)}
	for i := from; i < to; i++ {
		w.Facts[i].append(b, build.Place{
			Partition: 3, Offset: uint64(i), CommittedUS: Noon.UnixMicro(),
		})
	}
	return b
}

// Cut divides the facts into batches of up to most records.
func (w *World) Cut(r *rand.Rand, most int) (ends []int) {
	for at := 0; at < len(w.Facts); {
		at = min(at+1+r.IntN(most), len(w.Facts))
		ends = append(ends, at)
	}
	return ends
}
