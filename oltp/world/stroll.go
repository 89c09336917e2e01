package world

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// Stroll says how members of the world look at what they are recommended, choose by their tastes and buy
// some of it: trade beside that of the world's days, which an experiment can be run on.
type Stroll struct {
	// Advice recommends, Events takes what visitors do, Shop their orders. Required.
	Advice Advice
	Events Events
	Shop   Shop
	// Rate is the mean number of visits a second. Required, above 0.
	Rate float64
	// Stats counts what happens. It may be nil.
	Stats *StrollStats
	// Logger receives what goes wrong, once until it goes right again. Default: slog.Default().
	Logger *slog.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// StrollStats counts visits, products shown and clicked, and orders. Its zero value is ready.
type StrollStats struct{ Visits, Shown, Clicked, Orders, Failed atomic.Int64 }

// What a member chooses of what is shown: a favourite, something of a favourite's category, anything else;
// and what of that is bought.
var (
	clicks = [...]float64{.45, .12, .03}
	buys   = [...]float64{.35, .12, .04}
)

// liking is 0 for a favourite of a member, 1 for goods of a favourite's category, 2 for others.
func (w *World) liking(member int, product int32) int {
	best := 2
	for _, p := range w.Members[member].Favourites {
		if p == product {
			return 0
		}
		if w.Products[p].kind == w.Products[product].kind {
			best = 1
		}
	}
	return best
}

// Stroll lets members visit until ctx ends. Visits that fail are passed over.
func (w *World) Stroll(ctx context.Context, s Stroll) error {
	if s.Advice == nil || s.Events == nil || s.Shop == nil || !(s.Rate > 0) {
		return fmt.Errorf("cannot stroll: Advice, Events, Shop and a Rate above 0 are required, not %v",
			s.Rate)
	}
	if s.Stats == nil {
		s.Stats = &StrollStats{}
	}
	if s.Logger == nil {
		s.Logger = slog.Default()
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	x := &stroller{Stroll: s, w: w, at: make(map[string]int32, len(w.Products)),
		rng: w.cfg.stream(forStroll, uint64(s.Now().UnixNano()), 0)}
	for i := range w.Products {
		x.at[w.Products[i].Code] = int32(i)
	}
	pause := time.NewTicker(time.Duration(float64(time.Second) / s.Rate))
	defer pause.Stop()
	for well := true; ; {
		err := x.visit(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.Stats.Failed.Add(1)
			if well {
				s.Logger.Warn("simulated visitors cannot look at recommendations", "error", err)
			}
		}
		well = err == nil
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

type stroller struct {
	Stroll
	w   *World
	rng *rand.Rand
	at  map[string]int32
}

// visit lets one member look at the home page of the own store.
func (x *stroller) visit(ctx context.Context) error {
	member := x.rng.IntN(len(x.w.Members))
	e := Behaviour{Member: x.w.MemberCode(member), Store: x.w.Stores[x.w.Members[member].Home].Code,
		Visitor: fmt.Sprintf("v%016x", x.w.visitor(member)), Session: fmt.Sprintf("s%016x", x.rng.Uint64()),
		Channel: retail.MiniProgram.String(), Simulated: true}
	advised, err := x.Advice.Advise(ctx, e.Store, e.Member, e.Session)
	if err != nil {
		return err
	}
	x.Stats.Visits.Add(1)
	if len(advised.Items) == 0 {
		return nil
	}
	e.At, e.Attribution, e.Slot = x.Now().UTC(), advised.Attribution, "home"
	events, lines := x.choose(member, e, advised)
	if err := x.Events.Send(ctx, events); err != nil || len(lines) == 0 {
		return err
	}
	return x.order(ctx, e, lines)
}

// choose makes the events of a visit, and the lines of the order that it ends in, none for most.
func (x *stroller) choose(member int, e Behaviour, advised *Advised) (events []Behaviour,
	lines []wire.OrderLine) {
	shown := e
	shown.Type, shown.EventID = "impression", x.id()
	for i, item := range advised.Items {
		shown.SKUs = append(shown.SKUs, item.SKU)
		product, known := x.at[item.SKU]
		if !known { // somebody else's goods: nobody here has a taste for them
			continue
		}
		liking := x.w.liking(member, product)
		if x.rng.Float64() >= clicks[liking] {
			continue
		}
		click := e
		click.Type, click.EventID, click.SKU, click.Position = "click", x.id(), item.SKU, int32(i+1)
		events = append(events, click)
		if x.rng.Float64() >= buys[liking] {
			continue
		}
		cart := e
		cart.Type, cart.EventID, cart.SKU, cart.Qty, cart.Slot = "add_to_cart", x.id(), item.SKU, 1, ""
		events = append(events, cart)
		lines = append(lines, wire.OrderLine{SKU: item.SKU, Qty: 1, UnitPrice: wire.Of(item.Price)})
	}
	x.Stats.Shown.Add(int64(len(shown.SKUs)))
	for i := range events {
		if events[i].Type == "click" {
			x.Stats.Clicked.Add(1)
		}
	}
	return slices.Insert(events, 0, shown), lines
}

func (x *stroller) order(ctx context.Context, e Behaviour, lines []wire.OrderLine) error {
	rows, err := x.Shop.PlaceOrders(ctx, []wire.OrderRow{{Key: x.w.cfg.Name() + "/stroll/" + e.Session,
		Order: wire.Order{Store: e.Store, Member: e.Member, Channel: e.Channel,
			PlacedAt: e.At.Add(time.Second), Paid: true, PaymentMethod: "wechat_pay",
			Fulfilment: retail.Pickup.String(), Simulated: true, Lines: lines}}})
	if err == nil && len(rows) == 1 && rows[0].Order != nil { // else somebody else was faster at the shelf
		x.Stats.Orders.Add(1)
	}
	return err
}

func (x *stroller) id() string { return fmt.Sprintf("%016x%016x", x.rng.Uint64(), x.rng.Uint64()) }

// Trial is the experiment that a demonstration runs, from a moment for eight weeks: what holds otherwise
// against what sells in the store first, and a tenth of the visitors held out.
func Trial(from time.Time) wire.Experiment {
	first := map[string]map[string]float64{"home": {"personal": .1, "session": .1, "item": .1,
		"store_popular": 1}}
	from = from.UTC().Truncate(time.Second)
	return wire.Experiment{Name: "demo", From: from, Until: from.AddDate(0, 0, 56), Holdout: .1,
		Variants: []wire.ExperimentVariant{{Name: "today", Weight: 1},
			{Name: "bestsellers first", Weight: 1, Blend: retail.Blend{Weights: first}}}}
}
