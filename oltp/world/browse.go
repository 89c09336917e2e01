package world

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// TouchKind is what a visitor of the mini-program did.
type TouchKind uint8

// The kinds of touch.
const (
	Searched TouchKind = iota
	Shown
	Clicked
	Viewed
	Carted
)

// Touch is one event of a visitor's session.
type Touch struct {
	Kind             TouchKind
	Store            int
	AtMS             int64
	Visitor, Session uint64
	// Member is an index, -1 for a visitor who is not signed in.
	Member int
	// Product is an index; for Shown it is the first of those shown.
	Product int32
	// Number is the dwell time in ms, the results of a search, the quantity, or the position.
	Number int32
}

// idlePerOrder is the number of sessions without an order beside each one with an order.
const idlePerOrder = 4

// Browse makes the sessions of the mini-program around a day's orders, in order of time: one before
// each order of the mini-program, and others that lead to nothing.
func (w *World) Browse(d *Day) []Touch {
	b := &browser{w: w, fixed: &w.perStore[d.Store], day: d,
		rng: w.cfg.stream(forBrowsing, uint64(d.Store), uint64(d.Date))}
	for i := range d.Orders {
		if d.Orders[i].Online {
			b.leadTo(&d.Orders[i])
		}
	}
	daily := w.Stores[d.Store].DailyOrders * b.fixed.share * onlineShare * idlePerOrder
	for range poisson(b.rng, daily*b.fixed.week[weekday(d.Date)]) {
		b.idle()
	}
	slices.SortStableFunc(b.out, func(x, y Touch) int { return cmp.Compare(x.AtMS, y.AtMS) })
	return b.out
}

type browser struct {
	w     *World
	fixed *fixed
	day   *Day
	rng   *rand.Rand
	out   []Touch
}

// visitor is the pseudonym of a member's device.
func (w *World) visitor(member int) uint64 {
	return mix(w.cfg.Seed ^ mix(uint64(forBrowsing)<<32^uint64(member)))
}

func (b *browser) add(t Touch, kind TouchKind, atMS int64, product, number int32) {
	t.Kind, t.AtMS, t.Product, t.Number = kind, atMS, product, number
	b.out = append(b.out, t)
}

// leadTo adds the session that ends in an order: each of its goods is shown, clicked, viewed and
// put into the cart.
func (b *browser) leadTo(o *Order) {
	t := Touch{Store: o.Store, Member: o.Member, Visitor: b.w.visitor(o.Member),
		Session: b.rng.Uint64()}
	at := o.AtMS - int64(len(o.Lines))*20_000 - int64(b.rng.IntN(60_000))
	for _, l := range o.Lines {
		b.add(t, Shown, at, l.Product, 0)
		b.add(t, Clicked, at+3_000, l.Product, int32(b.rng.IntN(4)))
		b.add(t, Viewed, at+4_000, l.Product, 3_000+int32(b.rng.IntN(9_000)))
		b.add(t, Carted, at+15_000, l.Product, l.Qty)
		at += 20_000
	}
}

// idle adds a session that leads to nothing. Some of them come at hours when the store is closed.
func (b *browser) idle() {
	r := b.rng
	minute := b.fixed.minutes.draw(r)
	if r.Float64() < .35 {
		minute = r.IntN(1440)
	}
	t := Touch{Store: b.day.Store, Member: -1, Visitor: r.Uint64(), Session: r.Uint64()}
	if n := len(b.fixed.members); n > 0 && r.Float64() < .6 {
		t.Member = int(b.fixed.members[r.IntN(n)])
		t.Visitor = b.w.visitor(t.Member)
	}
	at := midnight(b.day.Date) + int64(minute)*60_000 + int64(r.IntN(60_000))
	for range 1 + r.IntN(3) {
		p := b.fixed.carried[r.IntN(len(b.fixed.carried))]
		if r.Float64() < .3 {
			b.add(t, Searched, at, p, int32(5+r.IntN(40)))
			at += 2_000
		}
		b.add(t, Shown, at, p, 0)
		at += 2_000 + int64(r.IntN(8_000))
		if r.Float64() > .5 {
			continue
		}
		b.add(t, Clicked, at, p, int32(r.IntN(4)))
		b.add(t, Viewed, at+500, p, 1_000+int32(r.IntN(20_000)))
		at += 5_000 + int64(r.IntN(20_000))
		if r.Float64() < .25 {
			b.add(t, Carted, at, p, 1)
		}
	}
}

// Behaviour is a Touch as the behaviour gateway takes it.
type Behaviour struct {
	EventID   string    `json:"event_id"`
	Type      string    `json:"type"`
	Visitor   string    `json:"visitor"`
	Session   string    `json:"session"`
	Member    string    `json:"member,omitempty"`
	Store     string    `json:"store"`
	At        time.Time `json:"at"`
	Channel   string    `json:"channel"`
	Simulated bool      `json:"simulated"`
	SKU       string    `json:"sku,omitempty"`
	SKUs      []string  `json:"skus,omitempty"`
	Slot      string    `json:"slot,omitempty"`
	Query     string    `json:"query,omitempty"`
	Results   int32     `json:"results,omitempty"`
	DwellMS   int32     `json:"dwell_ms,omitempty"`
	Qty       int32     `json:"qty,omitempty"`
	Position  int32     `json:"position,omitempty"`
	// Attribution is that of the answer which showed the goods.
	Attribution string `json:"attribution_id,omitempty"`
}

// Behaviour turns a touch into the body that the gateway takes. The same touch has the same
// event_id.
func (w *World) Behaviour(t *Touch) Behaviour {
	hi := mix(t.Session ^ mix(uint64(t.AtMS)))
	lo := mix(hi ^ uint64(t.Kind)<<32 ^ uint64(t.Product))
	e := Behaviour{EventID: fmt.Sprintf("%016x%016x", hi, lo),
		Visitor: fmt.Sprintf("v%016x", t.Visitor), Session: fmt.Sprintf("s%016x", t.Session),
		Store: w.Stores[t.Store].Code, At: msTime(t.AtMS),
		Channel: retail.MiniProgram.String(), Simulated: true}
	if t.Member >= 0 {
		e.Member = w.MemberCode(t.Member)
	}
	p := &w.Products[t.Product]
	switch t.Kind {
	case Searched:
		e.Type, e.Query, e.Results = "search", w.Categories[p.kind].Name, t.Number
	case Shown:
		e.Type, e.Slot, e.SKUs = "impression", "home", w.shown(t.Product)
	case Clicked:
		e.Type, e.SKU, e.Slot, e.Position = "click", p.Code, "home", t.Number
	case Viewed:
		e.Type, e.SKU, e.DwellMS = "view", p.Code, t.Number
	case Carted:
		e.Type, e.SKU, e.Qty = "add_to_cart", p.Code, t.Number
	}
	return e
}

// shown lists a product and its three neighbours in the category.
func (w *World) shown(product int32) []string {
	list := w.byKind[w.Products[product].kind]
	at := slices.Index(list, int(product))
	out := make([]string, 0, 4)
	for n := range min(4, len(list)) {
		out = append(out, w.Products[list[(at+n)%len(list)]].Code)
	}
	return out
}
