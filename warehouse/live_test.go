package warehouse_test

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// liveTally adds up a day of each store by its own calendar and clock: days before today, up to the
// same time of day.
func liveTally(tr *trade, scope retail.Scope, daysBefore int, whole bool) *tally {
	all := newTally()
	in := func(store int32, at time.Time, day int32) bool {
		zone := tr.zones[store-1]
		then := noon.In(zone).AddDate(0, 0, -daysBefore)
		end := then.Truncate(time.Minute).Add(time.Minute)
		return scope.Sees(retail.StoreID(store)) && retail.Day(day) == retail.DayOf(then) &&
			(whole || daysBefore == 0 || at.Before(end))
	}
	lines, visits := &tr.batch.OrderLines, &tr.batch.Behaviours
	for i := range lines.Len() {
		if in(lines.Store[i], time.UnixMicro(lines.At[i]), lines.Day[i]) {
			all.addLine(lines, i)
		}
	}
	for i := range visits.Len() {
		if in(visits.Store[i], time.UnixMicro(visits.At[i]), visits.Day[i]) {
			all.addVisit(visits, i)
		}
	}
	return all
}

// tradeUntilNow is ten days that end at noon.
func tradeUntilNow(t *testing.T, seed uint64) *trade {
	tr := newTrade(t, seed)
	tr.fill(1_500, 1_500, noon.AddDate(0, 0, -10), 10*24*time.Hour)
	tr.fill(60, 20, noon.Add(-70*time.Minute), 70*time.Minute)
	tr.fill(200, 100, noon.AddDate(0, 0, -7).Add(-time.Hour), 2*time.Hour)
	return tr
}

func TestLiveIsTodayAgainstTheSameTimeLastWeek(t *testing.T) {
	tr := tradeUntilNow(t, 11)
	w, _ := chain(t, tr)
	for _, scope := range []retail.Scope{retail.HQScope(), retail.StoreScope(1, 5), retail.StoreScope(5)} {
		live, err := w.Live(t.Context(), scope, noon)
		if err != nil {
			t.Fatal(err)
		}
		f := func(name string, got warehouse.Totals, want *tally) {
			t.Helper()
			net := retail.Money(want.gross - want.discount - want.refunded)
			if got.NetSales != net || got.Orders != int64(len(want.orders)) || got.Units != want.units ||
				got.Buyers != int64(len(want.buyers)) || got.Visitors != int64(len(want.visitors)) ||
				got.Sessions != int64(len(want.sessions)) || *got.AOV != want.metric("aov") {
				t.Errorf("scope %s, %s: %+v, want net %v, %d orders, %d units, %d buyers, %d visitors",
					scope.Key(), name, got, net, len(want.orders), want.units, len(want.buyers),
					len(want.visitors))
			}
		}
		f("today", live.Today, liveTally(tr, scope, 0, false))
		f("last week", live.LastWeek, liveTally(tr, scope, 7, false))
		checkRanking(t, tr, scope, live)
		checkHours(t, tr, scope, live)
		checkMinutes(t, tr, scope, live)
		checkOrders(t, tr, scope, live)
	}
}

func checkRanking(t *testing.T, tr *trade, scope retail.Scope, live *warehouse.Live) {
	t.Helper()
	seen := 0
	for i, s := range shops {
		if !scope.Sees(retail.StoreID(i + 1)) {
			continue
		}
		one := retail.StoreScope(retail.StoreID(i + 1))
		now, then := liveTally(tr, one, 0, false), liveTally(tr, one, 7, false)
		for _, rank := range live.Stores {
			if rank.Store != s.code {
				continue
			}
			seen++
			if rank.NetSales != now.metric("net_sales") || rank.LastWeek != then.metric("net_sales") ||
				rank.Name != "店"+s.code || rank.City != s.city {
				t.Errorf("%+v, want %v and %v", rank, now.metric("net_sales"), then.metric("net_sales"))
			}
		}
	}
	if seen != len(live.Stores) {
		t.Errorf("%d of %d ranks belong to the scope", seen, len(live.Stores))
	}
	for i, rank := range live.Stores {
		if rank.Rank != i+1 || i > 0 && rank.NetSales > live.Stores[i-1].NetSales {
			t.Errorf("rank %d is %+v", i, rank)
		}
	}
}

func checkHours(t *testing.T, tr *trade, scope retail.Scope, live *warehouse.Live) {
	t.Helper()
	var now, then retail.Money
	for _, h := range live.Hours {
		if h.NetSales != nil {
			now += *h.NetSales
		}
		then += h.LastWeekNet
	}
	if now != live.Today.NetSales || then != liveTally(tr, scope, 7, true).metric("net_sales") {
		t.Errorf("the hours add up to %v and %v", now, then)
	}
	if scope.Key() == "all" && (live.Hours[12].NetSales == nil || live.Hours[23].NetSales == nil) {
		t.Error("it is 12 in Shanghai and 23 in New York")
	}
}

func checkMinutes(t *testing.T, tr *trade, scope retail.Scope, live *warehouse.Live) {
	t.Helper()
	lines := &tr.batch.OrderLines
	for _, m := range live.Minutes {
		one := newTally()
		for i := range lines.Len() {
			at := time.UnixMicro(lines.At[i])
			if scope.Sees(retail.StoreID(lines.Store[i])) && !at.Before(m.At) &&
				at.Before(m.At.Add(time.Minute)) {
				one.addLine(lines, i)
			}
		}
		if m.NetSales != one.metric("net_sales") || m.Orders != int64(len(one.orders)) {
			t.Errorf("%+v, want %v and %d", m, one.metric("net_sales"), len(one.orders))
		}
	}
	if len(live.Minutes) != 61 || !live.Minutes[60].At.Equal(noon.Truncate(time.Minute)) {
		t.Errorf("%d minutes", len(live.Minutes))
	}
}

func checkOrders(t *testing.T, tr *trade, scope retail.Scope, live *warehouse.Live) {
	t.Helper()
	steps := &tr.batch.OrderSteps
	newest := map[int64]int{}
	for i := range steps.Len() {
		if steps.Paid[i] && scope.Sees(retail.StoreID(steps.Store[i])) {
			newest[steps.Order[i]] = i
		}
	}
	if len(live.Orders) != 20 {
		t.Fatalf("%d orders, want 20", len(live.Orders))
	}
	for k, o := range live.Orders {
		i, ok := newest[o.ID]
		if !ok || int64(o.Amount) != steps.Net[i] || o.At.UnixMicro() != steps.At[i] ||
			o.Store != shops[steps.Store[i]-1].code || o.Units != int64(steps.Units[i]) ||
			o.Channel != retail.Channel(steps.Channel[i]).String() {
			t.Errorf("order %d: %+v", k, o)
		}
		if k > 0 && o.At.After(live.Orders[k-1].At) {
			t.Errorf("order %d is later than the one before", k)
		}
		delete(newest, o.ID)
	}
	last := live.Orders[len(live.Orders)-1].At.UnixMicro()
	for id, i := range newest {
		if steps.At[i] > last {
			t.Errorf("order %d is missing", id)
		}
	}
}

func TestLiveShowsRefundsLagAndWhatIsSimulated(t *testing.T) {
	tr := newTrade(t, 12)
	now := time.Now()
	p := place{store: 2, channel: 1, member: 3, at: now.Add(-time.Minute)}
	tr.document(1, p)
	tr.document(1, p)
	tr.step(2, p, 1, 1, 100)
	committed := tr.batch.OrderLines.Committed
	for i := range committed {
		committed[i] = now.Add(-time.Second).UnixMicro()
	}
	w, _ := chain(t, tr)
	live, err := w.Live(t.Context(), retail.HQScope(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(live.Orders) != 2 || !live.Orders[0].Refunded || live.Orders[1].Refunded || live.Simulated {
		t.Fatalf("%+v", live.Orders)
	}
	if live.Lag.Records != int64(len(committed)) || *live.Lag.P95MS < 1_000 || *live.Lag.P95MS > 60_000 {
		t.Fatalf("%+v", live.Lag)
	}
	if other, err := w.Live(t.Context(), retail.StoreScope(1), time.Now()); err != nil ||
		len(other.Orders) != 0 || other.Lag.Records != 0 || other.Today.Orders != 0 {
		t.Fatalf("%+v, %v", other, err)
	}
}
