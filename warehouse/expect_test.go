package warehouse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/metric"
)

// expect answers a query by brute force, for the asked span and the compared one.
func expect(t *testing.T, tr *trade, scope retail.Scope, q warehouse.Query) (now, then map[string]*tally) {
	t.Helper()
	by := q.By
	if q.Grain != "" {
		by = append(append([]string{}, by...), q.Grain)
	}
	in := span(t, q)
	ask := func(days, seconds int64) map[string]*tally {
		question := question{by: by, grain: q.Grain, days: days, seconds: seconds,
			goods: len(q.Categories)+len(q.Brands)+len(q.SKUs) > 0 ||
				oneOf(by, "category", "brand", "sku"),
			campaigns: len(q.Campaigns) > 0 || oneOf(by, "campaign"),
			channels:  len(q.Channels) > 0 || oneOf(by, "channel")}
		question.oneCampaign = days != 0 && q.Compare == "promotion" && len(q.Campaigns) == 1
		question.allowed = func(o occurrence) bool {
			moved := o
			moved.day += retail.Day(days)
			moved.at = moved.at.Add(time.Duration(days*86_400+seconds) * time.Second)
			return scope.Sees(retail.StoreID(o.store)) && in(moved) &&
				narrowed(earlierCampaign(q, days), o)
		}
		return needed(question.count(tr), q, question)
	}
	now = ask(0, 0)
	if q.Compare != "" {
		then = ask(distance(t, q))
	}
	return now, then
}

func oneOf(list []string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(list, name) })
}

// needed drops the groups in which no metric of the query has a source: visits alone make no row for
// a query about orders.
func needed(groups map[string]*tally, q warehouse.Query, how question) map[string]*tally {
	origins := map[metric.Origin]bool{}
	for _, name := range q.Metrics {
		m, _ := metric.Find(name)
		for _, atom := range m.Atoms() {
			a, _ := metric.FindAtom(atom)
			if how.goods && a.LinesByGoods != "" {
				a.Origin = metric.OrderLines
			}
			origins[a.Origin] = true
		}
	}
	for key, a := range groups {
		found := false
		for origin := range origins {
			found = found || a.seen[origin] > 0
		}
		if !found {
			delete(groups, key)
		}
	}
	return groups
}

// earlierCampaign narrows the compared side of two campaigns to the earlier one.
func earlierCampaign(q warehouse.Query, days int64) warehouse.Query {
	if days != 0 && q.Compare == "promotion" && len(q.Campaigns) == 1 {
		q.Campaigns = []string{"m2"}
	}
	return q
}

// narrowed tells whether the filters of a query let a row pass.
func narrowed(q warehouse.Query, o occurrence) bool {
	s := shops[o.store-1]
	for _, f := range []struct {
		values []string
		value  string
	}{
		{q.Stores, s.code}, {q.Regions, s.region}, {q.Cities, s.city},
		{q.Categories, fmt.Sprint("c", categoryOf(o.sku))}, {q.Brands, brandOf(o.sku)},
		{q.SKUs, fmt.Sprint("sku", o.sku)}, {q.Channels, retail.Channel(o.channel).String()},
		{q.Campaigns, fmt.Sprint("m", o.campaign)}, {q.Hours, fmt.Sprint(o.hour)},
	} {
		if len(f.values) > 0 && !slices.Contains(f.values, f.value) {
			return false
		}
	}
	return true
}

// span tells which rows a query covers.
func span(t *testing.T, q warehouse.Query) func(occurrence) bool {
	t.Helper()
	if from, err := retail.ParseDay(q.From); err == nil {
		to, err := retail.ParseDay(q.To)
		if err != nil {
			t.Fatal(err)
		}
		return func(o occurrence) bool { return o.day >= from && o.day < to }
	}
	from, to := instants(t, q)
	return func(o occurrence) bool { return !o.at.Before(from) && o.at.Before(to) }
}

func instants(t *testing.T, q warehouse.Query) (from, to time.Time) {
	t.Helper()
	from, err := time.Parse(time.RFC3339, q.From)
	if err != nil {
		t.Fatal(err)
	}
	to, err = time.Parse(time.RFC3339, q.To)
	if err != nil {
		t.Fatal(err)
	}
	return from, to
}

// distance is how far the compared span lies before the asked one.
func distance(t *testing.T, q warehouse.Query) (days, seconds int64) {
	t.Helper()
	switch q.Compare {
	case "week", "weekday":
		return 7, 0
	case "lunar-year":
		return 384, 0 // from 2025-01-29 to 2026-02-17
	case "promotion":
		return 366, 0 // from 2025-10-31 to 2026-11-01
	case "year", "weekday-year":
		return 364, 0
	}
	if from, err := retail.ParseDay(q.From); err == nil {
		to, _ := retail.ParseDay(q.To)
		return int64(to - from), 0
	}
	from, to := instants(t, q)
	seconds = int64(to.Sub(from) / time.Second)
	return seconds / 86_400, seconds % 86_400
}

// expected is the value of a column of the answer.
func expected(now, then *tally, c warehouse.Column) any {
	if now == nil {
		now = newTally()
	}
	if then == nil {
		then = newTally()
	}
	name, suffix, _ := strings.Cut(c.Name, "__")
	switch {
	case c.Dimension:
		return nil
	case suffix == "":
		return now.metric(name)
	case suffix == "compare":
		return then.metric(name)
	}
	a, okA := number(now.metric(name))
	b, okB := number(then.metric(name))
	if !okA || !okB || b == 0 {
		return nil
	}
	return (a - b) / max(b, -b)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case retail.Money:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
