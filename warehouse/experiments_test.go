package warehouse_test

import (
	"math"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/warehouse"
)

const (
	trialID     = 3
	trialWindow = 72 * time.Hour
)

var (
	trialFrom  = time.Date(2026, 11, 10, 4, 0, 0, 0, time.UTC)
	trialUntil = trialFrom.AddDate(0, 0, 10)
)

// act is something that a visitor did with what was recommended.
type act struct {
	kind           event.Kind
	store          int32
	member         int64
	session        uint64
	at             time.Time
	experiment     int32
	variant        int32
	held, byMember bool
}

func (tr *trade) act(a act) {
	tr.visit(place{store: a.store, at: a.at, member: a.member, channel: 2})
	t := &tr.batch.Behaviours
	last := len(t.Kind) - 1
	t.Kind[last], t.Session[last] = uint8(a.kind), a.session
	s := &t.Shown
	s.Experiment[last], s.Variant[last] = a.experiment, uint8(a.variant)
	s.HeldOut[last], s.ByMember[last], s.Scene[last] = a.held, a.byMember, 1
}

// acts are what visitors of an experiment did, drawn from a seed: members of two variants and some who are
// held out, guests, members who stand in two arms, those of another experiment, clicks without anything
// shown, and members who order before, within and after the window.
func (tr *trade) acts() []act {
	var all []act
	add := func(a act) { all = append(all, a); tr.act(a) }
	moment := func() time.Time {
		return trialFrom.Add(time.Duration(tr.rand.Int64N(int64(trialUntil.Sub(trialFrom)))))
	}
	for unit := range int64(240) {
		a := act{store: int32(unit%5) + 1, session: uint64(1_000 + unit), experiment: trialID,
			variant: int32(unit % 2), held: unit%10 == 0, byMember: unit%3 != 0}
		if a.byMember {
			a.member = unit%memberCount + 1
			a.variant, a.held = int32(a.member%2), a.member%7 == 0
			if a.member == 5 && unit > 100 {
				a.variant = 0 // borrowed from somebody else's answer
			}
		} else if unit%4 == 0 {
			a.member = unit%memberCount + 1 // signed in after the session was drawn
		}
		if unit%17 == 0 {
			a.experiment = trialID + 1
		}
		for range 1 + tr.rand.IntN(6) {
			a.at, a.kind = moment(), event.KindImpression
			if tr.rand.IntN(3) == 0 || unit%23 == 0 {
				a.kind = event.KindClick
			}
			add(a)
		}
	}
	return all
}

// bringBack brings a part of every fourth sale back, days later.
func (tr *trade) bringBack() {
	l := &tr.batch.OrderLines
	for i := range len(l.Order) {
		if l.Doc[i] != 1 || i%4 != 0 {
			continue
		}
		tr.lastDoc++
		at := time.UnixMicro(l.At[i]).Add(time.Duration(tr.rand.IntN(200)) * time.Hour).UTC()
		tr.line(2, place{store: l.Store[i], channel: l.Channel[i], member: l.Member[i], at: at}, l.Kind[i], 1)
		last := len(l.Order) - 1
		l.Order[last], l.Net[last] = l.Order[i], l.Net[i]/2
	}
}

// told is an arm by the oracle.
type told struct {
	shown, clicked []float64
	paid           []float64
	buyers         int64
}

// oracle recomputes the arms from what was put in, visitor by visitor.
func (tr *trade) oracle(acts []act, sees func(int32) bool) (arms map[[2]int]*told, crossed int64) {
	type who struct {
		member  int64
		session uint64
	}
	type visitor struct {
		arms           map[[2]int]bool
		shown, clicked float64
		since          time.Time
	}
	visitors := map[who]*visitor{}
	for _, a := range acts {
		if a.experiment != trialID || !sees(a.store) {
			continue
		}
		w := who{session: a.session}
		if a.byMember {
			w = who{member: a.member}
		}
		v := visitors[w]
		if v == nil {
			v = &visitor{arms: map[[2]int]bool{}}
			visitors[w] = v
		}
		held := 0
		if a.held {
			held = 1
		}
		v.arms[[2]int{int(a.variant), held}] = true
		if a.kind == event.KindClick {
			v.clicked++
			continue
		}
		if v.shown++; v.since.IsZero() || a.at.Before(v.since) {
			v.since = a.at
		}
	}
	arms = map[[2]int]*told{}
	for w, v := range visitors {
		if v.shown == 0 {
			continue
		}
		if len(v.arms) > 1 {
			crossed++
			continue
		}
		for key := range v.arms {
			if arms[key] == nil {
				arms[key] = &told{}
			}
			a := arms[key]
			a.shown, a.clicked = append(a.shown, v.shown), append(a.clicked, v.clicked)
			if w.member > 0 {
				paid, orders := tr.paid(w.member, v.since, sees)
				if a.paid = append(a.paid, float64(paid)); orders > 0 {
					a.buyers++
				}
			}
		}
	}
	return arms, crossed
}

// paid is what a member paid in orders within the window, in fen, and how many these were.
func (tr *trade) paid(member int64, since time.Time, sees func(int32) bool) (fen int64, orders int) {
	l := &tr.batch.OrderLines
	type order struct {
		at   int64
		sold bool
		net  int64
	}
	all := map[int64]*order{}
	for i := range l.Member {
		if l.Member[i] != member || !sees(l.Store[i]) {
			continue
		}
		o := all[l.Order[i]]
		if o == nil {
			o = &order{}
			all[l.Order[i]] = o
		}
		if l.Doc[i] == 2 {
			o.net -= l.Net[i]
			continue
		}
		if o.net += l.Net[i]; !o.sold || l.At[i] < o.at {
			o.at, o.sold = l.At[i], true
		}
	}
	for _, o := range all {
		if o.sold && o.at >= since.UnixMicro() && o.at < since.Add(trialWindow).UnixMicro() {
			fen, orders = fen+o.net, orders+1
		}
	}
	return fen, orders
}

func meanVariance(x []float64) (sum, variance float64) {
	for _, v := range x {
		sum += v
	}
	for _, v := range x {
		variance += (v - sum/float64(len(x))) * (v - sum/float64(len(x)))
	}
	return sum, variance / max(1, float64(len(x)-1))
}

func TestArmsAreThoseOfTheEvents(t *testing.T) {
	tr := newTrade(t, 11)
	tr.fill(900, 50, trialFrom.AddDate(0, 0, -5), 25*24*time.Hour)
	tr.bringBack()
	acts := tr.acts()
	w, _ := chain(t, tr)
	e := warehouse.Experiment{ID: trialID, From: trialFrom, Until: trialUntil}
	f := func(name string, scope retail.Scope, sees func(int32) bool) (buyers int64) {
		t.Helper()
		arms, crossed, err := w.ExperimentArms(t.Context(), scope, &e, trialWindow)
		if err != nil {
			t.Fatal(err)
		}
		want, astray := tr.oracle(acts, sees)
		if len(arms) != len(want) || crossed != astray {
			t.Errorf("%s: %d arms and %d visitors in two, want %d and %d", name, len(arms), crossed,
				len(want), astray)
		}
		for _, a := range arms {
			held := 0
			if a.HeldOut {
				held = 1
			}
			o := want[[2]int{a.Variant, held}]
			if o == nil {
				t.Errorf("%s: nobody is in %+v", name, a)
				continue
			}
			shown, shownVar := meanVariance(o.shown)
			clicked, clickedVar := meanVariance(o.clicked)
			paid, paidVar := meanVariance(o.paid)
			same := func(what string, got, want float64) {
				t.Helper()
				if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
					t.Errorf("%s, variant %d, held out %t: %s is %v, want %v", name, a.Variant, a.HeldOut,
						what, got, want)
				}
			}
			same("visitors", float64(a.Visitors), float64(len(o.shown)))
			same("impressions", float64(a.Impressions), shown)
			same("clicks", float64(a.Clicks), clicked)
			same("variance of impressions", a.ShownVariance, shownVar)
			same("variance of clicks", a.ClickedVariance, clickedVar)
			same("members", float64(a.Members), float64(len(o.paid)))
			same("buyers", float64(a.Buyers), float64(o.buyers))
			same("revenue", float64(a.Revenue), paid)
			same("variance of revenue", a.RevenueVariance, paidVar)
			buyers += a.Buyers
		}
		return buyers
	}
	everywhere := f("HQ", retail.HQScope(), func(int32) bool { return true })
	some := f("two stores", retail.StoreScope(2, 4), func(s int32) bool { return s == 2 || s == 4 })
	if everywhere == 0 || some == 0 || some >= everywhere {
		t.Errorf("%d buyers, %d of them in two stores: this world tells nothing", everywhere, some)
	}
	f("nobody", retail.Scope{}, func(int32) bool { return false })
}

func TestExperimentsAreKnownByTheirLastVersion(t *testing.T) {
	tr := newTrade(t, 12)
	x := &tr.batch.Experiments
	add := func(id int32, version int64, name string, from time.Time, variants string) {
		tr.origin(&x.Origin, from)
		x.ID, x.Version, x.Name = append(x.ID, id), append(x.Version, version), append(x.Name, name)
		x.From, x.Until = append(x.From, from.UnixMicro()), append(x.Until, from.AddDate(0, 0, 7).UnixMicro())
		x.Holdout, x.Variants = append(x.Holdout, .1), append(x.Variants, variants)
	}
	add(1, 2, "old", trialFrom.AddDate(0, -1, 0), `[{"name":"a","weight":1}]`)
	add(2, 1, "new", trialFrom, `[{"name":"a","weight":1}]`)
	add(2, 2, "new", trialFrom, `[{"name":"a","weight":3},{"name":"b","weight":1}]`)
	w, _ := chain(t, tr)
	all, err := w.Experiments(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "new" || all[1].Name != "old" || all[0].Holdout != .1 ||
		len(all[0].Variants) != 2 || all[0].Variants[0].Weight != 3 || !all[0].From.Equal(trialFrom) ||
		!all[0].Until.Equal(trialFrom.AddDate(0, 0, 7)) {
		t.Errorf("%+v, %v", all, err)
	}
}
