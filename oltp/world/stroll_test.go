package world_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/experiment"
	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

// counter recommends a member's favourites to some and goods that nobody chose to others.
type counter struct {
	w     *world.World
	fails int
}

func (c *counter) Advise(_ context.Context, store, member, _ string) (*world.Advised, error) {
	if c.fails > 0 {
		c.fails--
		return nil, errors.New("not ready")
	}
	a := &world.Advised{Attribution: "liked"}
	for i := range c.w.Members {
		if c.w.MemberCode(i) != member {
			continue
		}
		if store != c.w.Stores[c.w.Members[i].Home].Code {
			return nil, errors.New(member + " visits " + store)
		}
		goods := slices.Clone(c.w.Members[i].Favourites[:4])
		if a.HeldOut = i%2 == 0; a.HeldOut {
			a.Attribution = "held out"
			for n := range goods {
				goods[n] = int32((i*7 + n*31) % len(c.w.Products))
			}
		}
		for _, p := range goods {
			a.Items = append(a.Items, struct {
				SKU   string       `json:"sku"`
				Price retail.Money `json:"price"`
			}{c.w.Products[p].Code, 990})
		}
	}
	return a, nil
}

// ledger notes the events and ends the stroll after so many impressions.
type ledger struct {
	shown, clicked map[string]int
	left           int
	stop           func()
	bad            []world.Behaviour
}

func (l *ledger) Send(_ context.Context, events []world.Behaviour) error {
	ids := map[string]bool{}
	for _, e := range events {
		if e.Attribution == "" || !e.Simulated || e.Member == "" || e.EventID == "" || ids[e.EventID] {
			l.bad = append(l.bad, e)
		}
		ids[e.EventID] = true
		switch e.Type {
		case "impression":
			l.shown[e.Attribution] += len(e.SKUs)
			if l.left--; l.left == 0 {
				l.stop()
			}
		case "click":
			l.clicked[e.Attribution]++
		}
	}
	return nil
}

func TestStrollersChooseByTheirTastes(t *testing.T) {
	w := newWorld(t, small())
	ctx, stop := context.WithCancel(t.Context())
	l := &ledger{shown: map[string]int{}, clicked: map[string]int{}, left: 600, stop: stop}
	shop, stats := newRecorder(), &world.StrollStats{}
	for i := range w.Stores {
		for k := range w.Products {
			shop.level[[2]string{w.Stores[i].Code, w.Products[k].Code}] = 1_000
		}
	}
	err := w.Stroll(ctx, world.Stroll{Advice: &counter{w: w, fails: 3}, Events: l, Shop: shop, Rate: 1e5,
		Stats: stats})
	if err != nil || len(l.bad) > 0 {
		t.Fatalf("%v, %+v", err, l.bad)
	}
	rate := func(of string) float64 { return float64(l.clicked[of]) / float64(max(1, l.shown[of])) }
	if liked, held := rate("liked"), rate("held out"); liked < .3 || held > .25 || l.shown["held out"] == 0 {
		t.Errorf("%.2f of favourites are clicked and %.2f of others", liked, held)
	}
	if stats.Failed.Load() != 3 || stats.Orders.Load() == 0 || len(shop.orders) != int(stats.Orders.Load()) {
		t.Errorf("%d failed, %d orders, the shop has %d", stats.Failed.Load(), stats.Orders.Load(),
			len(shop.orders))
	}
	for _, o := range shop.orders {
		if o.Order.Member == "" || !o.Order.Paid || !o.Order.Simulated || o.Order.Channel != "mini_program" {
			t.Fatalf("%+v", o)
		}
	}
	if err := w.Stroll(t.Context(), world.Stroll{Advice: &counter{w: w}, Events: l, Shop: shop}); err == nil {
		t.Error("a stroll without a rate begins")
	}
}

func TestTheTrialOfTheDemonstrationCanBe(t *testing.T) {
	from := time.Date(2026, 12, 1, 4, 0, 0, 7, time.UTC)
	x := world.Trial(from)
	e := retail.Experiment{Name: x.Name, From: x.From, Until: x.Until, Holdout: x.Holdout}
	for _, v := range x.Variants {
		e.Variants = append(e.Variants, retail.Variant(v))
	}
	if err := experiment.Check(&e); err != nil {
		t.Error(err)
	}
}
