package order

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

var noon = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

// chain is a catalogue of stores 1 to 9 and SKUs 1 to 99, each at a cost of 6.00 a piece.
type chain struct{ zone *time.Location }

func (c chain) StoreByID(id retail.StoreID) (*catalogue.Store, bool) {
	return &catalogue.Store{Store: retail.Store{ID: id}, Zone: c.zone}, id >= 1 && id <= 9
}

func (c chain) SKUByID(id retail.SKUID) (*retail.SKU, bool) {
	return &retail.SKU{ID: id, Cost: 600, Category: retail.Category{ID: 5}}, id >= 1 && id <= 99
}

func (c chain) Down(catalogue.Kind) bool { return false }

// desk decides batches against levels that the test gives.
type desk struct {
	t testing.TB
	w *Writers
	b batch
}

func newDesk(t testing.TB, levels ...retail.StockLevel) *desk {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Catalogue: chain{zone}}
	cfg.defaults()
	d := &desk{t: t, w: &Writers{cfg: cfg}}
	d.b.seen.Levels, d.b.first = levels, 10_000
	return d
}

func has(store retail.StoreID, sku retail.SKUID, onHand, reserved int32) retail.StockLevel {
	return retail.StockLevel{StockKey: retail.StockKey{Store: store, SKU: sku}, OnHand: onHand,
		Reserved: reserved, Version: 7}
}

func (d *desk) order(r Request) *placing {
	d.t.Helper()
	p := new(placing)
	if err := p.prepare(&r, d.w, new(hasher), noon); err != nil {
		d.t.Fatalf("cannot prepare %+v: %v", r, err)
	}
	return p
}

func (d *desk) decide(actions ...action) *Effects {
	d.t.Helper()
	d.b.begin(actions)
	e, err := d.b.decide()
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

func sale(store retail.StoreID, lines ...Line) Request {
	return Request{Store: store, Paid: true, Lines: lines}
}

func pieces(sku retail.SKUID, qty int32) Line {
	return Line{SKU: sku, Qty: qty, Gross: 1000 * retail.Money(qty)}
}

func TestOrdersAreServedInTheirOrder(t *testing.T) {
	d := newDesk(t, has(1, 1, 5, 1), has(1, 2, 9, 0))
	first := d.order(sale(1, pieces(1, 3)))
	second := d.order(sale(1, pieces(2, 1), pieces(1, 2))) // short in its second line
	third := d.order(sale(1, pieces(1, 1)))
	e := d.decide(first, second, third)
	var short *Short
	if !errors.As(second.result.Err, &short) || short.Line != 1 || short.Available != 1 || short.Wanted != 2 {
		t.Errorf("second: %v", second.result.Err)
	}
	if first.result.ID != 10_000 || third.result.ID != 10_001 {
		t.Errorf("ids %d and %d", first.result.ID, third.result.ID)
	}
	if len(e.Stock) != 1 || e.Stock[0] != (retail.StockLevel{StockKey: e.Stock[0].StockKey, OnHand: 1,
		Reserved: 1, Version: 9}) {
		t.Errorf("levels %+v: the refused order must leave no trace", e.Stock)
	}
	if len(e.Moves.SKU) != 2 || len(e.Orders.ID) != 2 || len(e.Lines.Order) != 2 {
		t.Errorf("%d moves, %d orders, %d lines", len(e.Moves.SKU), len(e.Orders.ID), len(e.Lines.Order))
	}
}

func TestDecidingTwiceGivesTheSame(t *testing.T) {
	d := newDesk(t, has(1, 1, 5, 0))
	p := d.order(sale(1, pieces(1, 3)))
	one := string(d.decide(p).Packet)
	again, err := d.b.decide()
	if err != nil || string(again.Packet) != one || len(again.Orders.ID) != 1 {
		t.Errorf("the second decision differs: %v", err)
	}
}

func TestKeysWithinOneBatch(t *testing.T) {
	d := newDesk(t, has(1, 1, 3, 0))
	keyed := func(qty int32, key string) *placing {
		r := sale(1, pieces(1, qty))
		r.Key = NewKey("till", key)
		return d.order(r)
	}
	tooMany, a, again, other := keyed(9, "a"), keyed(2, "a"), keyed(2, "a"), keyed(1, "a")
	d.decide(tooMany, a, again, other)
	if tooMany.result.Err == nil || a.result.Err != nil {
		t.Errorf("a refused request must not use up its key: %v, %v", tooMany.result.Err, a.result.Err)
	}
	if !again.result.Replayed || again.result.ID != a.result.ID {
		t.Errorf("again: %+v", again.result)
	}
	if !errors.Is(other.result.Err, ErrKeyReused) {
		t.Errorf("other content: %v", other.result.Err)
	}
}

func TestAnOrderMovesOnTwiceInOneBatch(t *testing.T) {
	d := newDesk(t, has(1, 1, 5, 2))
	d.b.seen.Orders = []Standing{{ID: 77, Store: 1, State: retail.PendingPayment,
		Fulfilment: retail.Express, Gross: 2000}}
	d.b.seen.Lines = []StandingLine{{Order: 77, Line: retail.Line{No: 1, SKU: 1, Kind: retail.Sale, Qty: 2,
		Gross: 2000, Net: 2000}}}
	steps := []*advancing{{}, {}, {}}
	actions := make([]action, len(steps))
	for i, kind := range []StepKind{Pay, Ship, Complete} {
		if err := steps[i].prepare(&Step{Kind: kind, Order: 77}, d.w, noon); err != nil {
			t.Fatal(err)
		}
		actions[i] = steps[i]
	}
	e := d.decide(actions...)
	if len(e.States.ID) != 1 || e.States.State[0] != int16(retail.Completed) || e.States.Paid[0] == 0 {
		t.Errorf("an order has one row of its new state: %+v", e.States)
	}
	if len(e.Stock) != 1 || e.Stock[0].OnHand != 3 || e.Stock[0].Reserved != 0 {
		t.Errorf("levels %+v", e.Stock)
	}
	var kinds []event.Kind
	for f, err := range event.Frames(e.Packet) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, f.Kind)
	}
	if len(kinds) != 4 || kinds[0] != event.KindOrderPaid || kinds[3] != event.KindStockMoved {
		t.Errorf("events %v", kinds)
	}
}

func TestRefundsOfALineAddUp(t *testing.T) {
	const seed = 20261123
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 2_000 {
		line := StandingLine{Order: 1, Line: retail.Line{No: 1, Kind: retail.Sale, Qty: 1 + rng.Int32N(9),
			Gross: retail.Money(rng.Int64N(100_000))}}
		line.Line.Discount = retail.Money(rng.Int64N(int64(line.Gross) + 1))
		o := Standing{lines: []StandingLine{line}}
		var given Refunded
		for given.Qty < line.Qty {
			r := refunding{refund: Refund{Lines: []RefundLine{{No: 1, Qty: 1}}}}
			if err := r.split(&o); err != nil {
				t.Fatalf("seed %d: %+v: %v", seed, line, err)
			}
			if r.back[0].Net < 0 || r.back[0].Discount < 0 {
				t.Fatalf("seed %d: %+v gives back %+v", seed, line, r.back[0])
			}
			given.Qty += r.back[0].Qty
			given.Gross += r.back[0].Gross
			given.Discount += r.back[0].Discount
		}
		if given.Gross != line.Gross || given.Discount != line.Line.Discount || !o.nothingLeft() {
			t.Fatalf("seed %d: %+v gave back %+v in pieces", seed, line, given)
		}
	}
}

// TestHashesStay freezes hashes that databases hold.
func TestHashesStay(t *testing.T) {
	h := new(hasher)
	r := Request{Store: 3, Member: 9, Paid: true, PaymentMethod: "cash", PlacedAt: noon,
		Lines: []Line{{SKU: 5, Qty: 2, Gross: 1999, Discount: 99}}}
	if got := h.request(&r); got != 3850223672866703925 {
		t.Errorf("the hash of a request is now %d", got)
	}
	q := Refund{Order: 4, Restock: true, Reason: "torn", Lines: []RefundLine{{No: 1, Qty: 1}}}
	if got := h.refund(&q); got != 8909487922805334452 {
		t.Errorf("the hash of a refund is now %d", got)
	}
	frozen := Key{0x9c, 0xbb, 0xc0, 0xbc, 0x3e, 0xa4, 0xbf, 0x66,
		0x34, 0x4b, 0xff, 0x98, 0x7b, 0x78, 0x9e, 0xaf}
	if got := NewKey("till 7", "abc", 1); got != frozen {
		t.Errorf("the key is now %#v", got)
	}
}

func TestDecidingAllocatesNothing(t *testing.T) {
	levels := make([]retail.StockLevel, 0, 99)
	for sku := range retail.SKUID(99) {
		levels = append(levels, has(1, sku+1, 1_000_000, 0))
	}
	d := newDesk(t, levels...)
	actions := make([]action, 200)
	for i := range actions {
		actions[i] = d.order(sale(1, pieces(retail.SKUID(1+i%99), 1), pieces(retail.SKUID(1+i%7), 2)))
	}
	d.decide(actions...)
	allocs := testing.AllocsPerRun(20, func() {
		d.b.begin(actions)
		if _, err := d.b.decide(); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0 {
		t.Errorf("deciding %d orders allocates %v times", len(actions), allocs)
	}
}

func BenchmarkDecide(b *testing.B) {
	levels := make([]retail.StockLevel, 0, 99)
	for sku := range retail.SKUID(99) {
		levels = append(levels, has(1, sku+1, 1_000_000, 0))
	}
	d := newDesk(b, levels...)
	actions := make([]action, 1000)
	for i := range actions {
		actions[i] = d.order(sale(1, pieces(retail.SKUID(1+i%99), 1), pieces(retail.SKUID(1+i%7), 2)))
	}
	b.ReportAllocs()
	for b.Loop() {
		d.decide(actions...)
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "orders/s")
}
