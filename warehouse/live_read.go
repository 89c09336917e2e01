package warehouse

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/retail"
)

const (
	liveMinutes = 60
	// liveOrdersReach is how far back the ticker looks for orders.
	liveOrdersReach = 48 * time.Hour
	// liveAhead is how fast the clock of a till may be.
	liveAhead = 10 * time.Minute
)

// Live reads the trading day of the stores in scope as it stands at now.
func (w *Warehouse) Live(ctx context.Context, scope retail.Scope, now time.Time) (*Live, error) {
	today := retail.DayOf(now.In(w.zone))
	live := &Live{AsOf: now.UTC(), Day: today.String(), CompareDay: (today - 7).String(),
		Minutes: noMinutes(now), Hours: noHours(), Stores: []StoreRank{}, Orders: []RecentOrder{}}
	if scope.Empty() {
		return live, nil
	}
	stores, err := w.stores(ctx, scope)
	if err != nil {
		return nil, err
	}
	params := liveParams(stores, now, w.zone)
	params["limit"] = strconv.Itoa(w.cfg.LiveOrders)
	group, asking := errgroup.WithContext(ctx)
	var sums, people, minutes, orders, lag []record
	for name, rows := range map[string]*[]record{"live_stores": &sums, "live_people": &people,
		"live_minutes": &minutes, "live_orders": &orders, "live_lag": &lag} {
		group.Go(func() (err error) {
			*rows, err = w.ask(asking, scope, name, params)
			return err
		})
	}
	var before lastWeek
	group.Go(func() (err error) {
		before, err = w.lastWeek(asking, scope, now, params)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	sums, people = append(sums, before.sums...), append(people, before.people...)
	live.addSums(sums, stores, w.cfg.LiveStores)
	live.addHours(sums, stores, now, w.zone)
	live.addPeople(people)
	live.addMinutes(minutes)
	live.addOrders(orders, stores)
	live.addLag(lag)
	live.compare()
	return live, nil
}

// liveParams binds the instants of the live queries. A store in another time zone has its own business
// day and its own moment of last week: it is listed with its distance from the default zone.
func liveParams(stores *directory, now time.Time, zone *time.Location) map[string]string {
	today, cutoff := retail.DayOf(now.In(zone)), weekBefore(now, zone)
	zoned, zonedDays, zonedSeconds := []int32{0}, []int32{0}, []int32{0}
	days := map[string]bool{}
	note := func(day retail.Day) {
		days["'"+day.String()+"'"], days["'"+(day-7).String()+"'"] = true, true
	}
	note(today)
	for _, id := range slices.Sorted(maps.Keys(stores.byID)) {
		s := stores.byID[id]
		day, seconds := retail.DayOf(now.In(s.zone)), weekBefore(now, s.zone).Unix()-cutoff.Unix()
		if day == today && seconds == 0 {
			continue
		}
		note(day)
		zoned = append(zoned, int32(id))
		zonedDays = append(zonedDays, int32(day-today))
		zonedSeconds = append(zonedSeconds, int32(seconds))
	}
	// The hours of last week that are read by the minute, over all zones: a bound for the index.
	minutesFrom := cutoff.Unix() + int64(slices.Min(zonedSeconds)) - 3_600
	minutesTo := cutoff.Unix() + int64(slices.Max(zonedSeconds)) + 3_600
	micros := func(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }
	seconds := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	return map[string]string{
		"day":           today.String(),
		"days":          "[" + joinSorted(days) + "]",
		"cutoff":        seconds(cutoff),
		"zoned":         idList(zoned),
		"zoned_days":    idList(zonedDays),
		"zoned_seconds": idList(zonedSeconds),
		"since":         seconds(now.Truncate(time.Minute).Add(-liveMinutes * time.Minute)),
		"now":           seconds(now),
		"minutes_from":  strconv.FormatInt(minutesFrom, 10),
		"minutes_to":    strconv.FormatInt(minutesTo, 10),
		"since_us":      micros(now.Add(-liveOrdersReach)),
		"until_us":      micros(now.Add(liveAhead)),
		"since_ms":      strconv.FormatInt(now.Add(-time.Minute).UnixMilli(), 10),
	}
}

// weekBefore is the same time on the clock of a zone seven days before.
func weekBefore(now time.Time, zone *time.Location) time.Time {
	return now.In(zone).AddDate(0, 0, -7)
}

func joinSorted(set map[string]bool) string {
	var b []byte
	for i, s := range slices.Sorted(maps.Keys(set)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, s...)
	}
	return string(b)
}

func noMinutes(now time.Time) []Minute {
	all := make([]Minute, liveMinutes+1)
	for i := range all {
		all[i].At = now.UTC().Truncate(time.Minute).Add(time.Duration(i-liveMinutes) * time.Minute)
	}
	return all
}

func noHours() []Hour {
	all := make([]Hour, 24)
	for i := range all {
		all[i].Hour = i
	}
	return all
}

// addSums fills the chain's totals and the ranking.
func (l *Live) addSums(sums []record, stores *directory, limit int) {
	ranks := map[retail.StoreID]*StoreRank{}
	for id, s := range stores.byID {
		ranks[id] = newRank(s)
	}
	for _, r := range sums {
		if r.int("of_store") == 0 {
			continue
		}
		l.Simulated = l.Simulated || r.int("any_simulated") == 1
		id := retail.StoreID(r.int("store"))
		if ranks[id] == nil {
			ranks[id] = newRank(stores.at(id))
		}
		net := r.money("gross") - r.money("discounts") - r.money("refunds")
		switch {
		case r.int("today") == 1:
			l.Today.add(r)
			ranks[id].NetSales += net
			ranks[id].Orders += r.int("orders_paid")
		case r.int("reached") == 1:
			l.LastWeek.add(r)
			ranks[id].LastWeek += net
		}
	}
	for _, rank := range ranks {
		rank.Change = ratioOf(int64(rank.NetSales), int64(rank.LastWeek))
		l.Stores = append(l.Stores, *rank)
	}
	slices.SortFunc(l.Stores, func(a, b StoreRank) int {
		return cmp.Or(cmp.Compare(b.NetSales, a.NetSales), cmp.Compare(a.Store, b.Store))
	})
	l.Stores = l.Stores[:min(limit, len(l.Stores))]
	for i := range l.Stores {
		l.Stores[i].Rank = i + 1
	}
}

func newRank(s store) *StoreRank {
	return &StoreRank{Store: s.code, Name: s.name, NameEN: s.nameEN, City: s.city}
}

func (t *Totals) add(r record) {
	t.GrossSales += r.money("gross")
	t.Discounts += r.money("discounts")
	t.Refunds += r.money("refunds")
	t.NetSales = t.GrossSales - t.Discounts - t.Refunds
	t.Orders += r.int("orders_paid")
	t.Units += r.int("units_sold")
}

// addHours fills the curve of the day. An hour that has not begun at any store has no today.
func (l *Live) addHours(sums []record, stores *directory, now time.Time, zone *time.Location) {
	begun := now.In(zone).Hour()
	for _, s := range stores.byID {
		begun = max(begun, now.In(s.zone).Hour())
	}
	for i := range begun + 1 {
		l.Hours[i].NetSales, l.Hours[i].Orders = new(retail.Money), new(int64)
	}
	for _, r := range sums {
		if r.int("of_store") == 1 {
			continue
		}
		h := &l.Hours[r.int("hour_of_day")]
		net := r.money("gross") - r.money("discounts") - r.money("refunds")
		switch {
		case r.int("today") == 0:
			h.LastWeekNet += net
			h.LastWeekOrders += r.int("orders_paid")
		case h.NetSales == nil:
			// A till whose clock is ahead: the hour has begun there.
			h.NetSales, h.Orders = new(retail.Money), new(int64)
			fallthrough
		default:
			*h.NetSales += net
			*h.Orders += r.int("orders_paid")
		}
	}
}

func (l *Live) addPeople(people []record) {
	for _, r := range people {
		t := &l.LastWeek
		if r.int("today") == 1 {
			t = &l.Today
		}
		t.Buyers = r.int("buyers_seen")
		t.Visitors, t.Sessions = r.int("visitors_seen"), r.int("sessions_seen")
	}
}

func (l *Live) addMinutes(minutes []record) {
	first := l.Minutes[0].At.Unix()
	for _, r := range minutes {
		if i := (r.int("begins") - first) / 60; i >= 0 && i < int64(len(l.Minutes)) {
			l.Minutes[i].NetSales = r.money("net_sales")
			l.Minutes[i].Orders = r.int("orders_paid")
		}
	}
}

func (l *Live) addOrders(orders []record, stores *directory) {
	for _, r := range orders {
		s := stores.at(retail.StoreID(r.int("store")))
		o := RecentOrder{ID: r.int("order_id"), Store: s.code, Name: s.name, NameEN: s.nameEN,
			Amount: r.money("net_fen"), Units: r.int("units_sold"), At: r.micros("at_us"),
			Channel:  retail.Channel(r.int("sold_through")).String(),
			Refunded: r.int("refunded") == 1, Simulated: r.int("made_up") == 1}
		l.Simulated = l.Simulated || o.Simulated
		l.Orders = append(l.Orders, o)
	}
}

func (l *Live) addLag(lag []record) {
	for _, r := range lag {
		if l.Lag.Records = r.int("records"); l.Lag.Records == 0 {
			continue
		}
		p95, latest := float64(r.int("p95_ms")), r.micros("latest_us")
		l.Lag.P95MS, l.Lag.Latest = &p95, &latest
	}
}

// compare fills what follows from the sums.
func (l *Live) compare() {
	for _, t := range []*Totals{&l.Today, &l.LastWeek} {
		if t.Orders > 0 {
			aov := average(t.GrossSales-t.Discounts, t.Orders)
			t.AOV = &aov
		}
	}
	a, b := &l.Today, &l.LastWeek
	l.Change = Change{
		NetSales: ratioOf(int64(a.NetSales), int64(b.NetSales)),
		Orders:   ratioOf(a.Orders, b.Orders),
		Units:    ratioOf(a.Units, b.Units),
		Buyers:   ratioOf(a.Buyers, b.Buyers),
		Visitors: ratioOf(a.Visitors, b.Visitors),
	}
	if a.AOV != nil && b.AOV != nil {
		l.Change.AOV = ratioOf(int64(*a.AOV), int64(*b.AOV))
	}
}

// average divides an amount and rounds half away from zero.
func average(m retail.Money, n int64) retail.Money {
	half := n
	if m < 0 {
		half = -n
	}
	return retail.Money((2*int64(m) + half) / (2 * n))
}

// ratioOf is how much more now is than then, in parts of then; nil against nothing.
func ratioOf(now, then int64) *float64 {
	if then == 0 {
		return nil
	}
	r := float64(now-then) / float64(max(then, -then))
	return &r
}
