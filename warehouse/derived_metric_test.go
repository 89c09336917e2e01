package warehouse_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse"
)

// figures are metrics by name, store and day; absent ones are undefined.
type figures map[string]float64

func (f figures) add(amount float64, name string, store, day int32) {
	f[fmt.Sprint(name, store, retail.Day(day))] += amount
}

func (f figures) at(name string, store, day int32) float64 {
	return f[fmt.Sprint(name, store, retail.Day(day))]
}

// shelf follows the levels of each SKU second by second of its days, in Go.
func (f figures) shelf(m *fact.StockMoves, first, last int32) {
	rows := map[[2]int64][]int{}
	for i := range m.Len() {
		k := [2]int64{int64(m.Store[i]), m.SKU[i]}
		rows[k] = append(rows[k], i)
	}
	for k, list := range rows {
		slices.SortFunc(list, func(a, b int) int {
			return int((m.Version[a]-m.Version[b])*1e9 + (m.At[a]-m.At[b])/1e6)
		})
		list = slices.CompactFunc(list, func(a, b int) bool { return m.Version[a] == m.Version[b] })
		for n, i := range list {
			begin, end := m.At[i]/1e6, noon.Unix()
			if n+1 < len(list) {
				end = m.At[list[n+1]] / 1e6
			}
			f.level(m, i, int32(k[0]), begin, end, first, last)
		}
	}
}

const east = 8 * 3600

// level spreads the time from begin to end over the days of a store in UTC+8.
func (f figures) level(m *fact.StockMoves, i int, store int32, begin, end int64, first, last int32) {
	for day := first; day <= last; day++ {
		midnight := int64(day)*86_400 - east
		seconds := min(end, midnight+86_400) - max(begin, midnight)
		if midnight >= begin && midnight < end {
			f.add(float64(m.OnHand[i]), "opening", store, day)
		}
		if last := min(midnight+86_400, noon.Unix()); begin < last && end >= last {
			f.add(float64(m.OnHand[i]), "closing", store, day)
		}
		// A version told twice or out of time order still has a place in time.
		f.add(float64(max(0, seconds)), "listed", store, day)
		if m.OnHand[i] <= m.Reserved[i] {
			f.add(float64(max(0, seconds)), "out", store, day)
		}
		f.add(float64(max(0, seconds))*float64(m.OnHand[i]), "on_hand", store, day)
	}
}

func TestStockIsMeasuredSecondBySecond(t *testing.T) {
	for seed := range uint64(3) {
		w, _, b := life(t, seed, 60)
		first, last := int32(retail.DayOf(noon))-9, int32(retail.DayOf(noon))
		want := figures{}
		want.shelf(&b.StockMoves, first, last)
		table, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{
			Metrics: []string{"stock_out_hours", "stock_out_rate", "stock_on_hand", "turnover",
				"units_received"},
			By:   []string{"store", "day"},
			From: retail.Day(first).String(), To: retail.Day(last + 1).String()})
		if err != nil {
			t.Fatal(err)
		}
		if len(table.Rows) == 0 {
			t.Fatal("no rows")
		}
		for _, row := range table.Rows {
			var store, day int32
			text := fmt.Sprint(row[1])
			if d, err := retail.ParseDay(text); err == nil {
				day = int32(d)
			}
			if _, err := fmt.Sscanf(fmt.Sprint(row[0]), "#%d", &store); err != nil {
				t.Fatalf("store %v: %v", row[0], err)
			}
			f := func(name string, got any, want float64) {
				t.Helper()
				if v, _ := number(got); math.Abs(v-want) > 1e-6*max(1, math.Abs(want)) {
					t.Errorf("seed %d, store %d, %s: %s is %v, want %v", seed, store, text, name, got, want)
				}
			}
			out, listed := want.at("out", store, day), want.at("listed", store, day)
			f("stock-out hours", row[2], out/3600)
			if listed > 0 {
				f("stock-out rate", row[3], out/listed)
			}
			f("stock on hand", row[4], want.at("closing", store, day))
		}
	}
}

func TestDeliveriesAreToldToTheMinute(t *testing.T) {
	w, _, b := life(t, 7, 200)
	var minutes []float64
	var hour, timely, n float64
	paid, done, way := map[int64]int64{}, map[int64]int64{}, map[int64]uint8{}
	s := &b.OrderSteps
	for i := range s.Len() {
		early := func(m map[int64]int64) {
			if at, ok := m[s.Order[i]]; !ok || s.At[i] < at {
				m[s.Order[i]] = s.At[i]
			}
		}
		if s.Step[i] == 2 || s.Step[i] == 1 && s.Paid[i] {
			early(paid)
		}
		if s.Step[i] == 6 {
			early(done)
		}
		way[s.Order[i]] = max(way[s.Order[i]], s.Fulfilment[i])
	}
	for id, at := range done {
		from, ok := paid[id]
		if !ok || way[id] < 3 {
			continue
		}
		took := (at - from) / 1e6
		minutes = append(minutes, float64(took/60))
		n++
		if took <= 3600 {
			hour++
		}
		if took <= 10_800 || way[id] == 4 && took <= 604_800 {
			timely++
		}
	}
	slices.Sort(minutes)
	table, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{From: "2026-11-01",
		Metrics: []string{"deliveries", "delivery_p50", "delivery_p90", "within_hour_rate", "on_time_rate"}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(level float64) float64 { return minutes[int(math.Ceil(level*n))-1] }
	for i, want := range []float64{n, at(0.5), at(0.9), hour / n, timely / n} {
		got, _ := number(table.Rows[0][i])
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v (of %v)", table.Columns[i].Name, got, want, n)
		}
	}
}

func TestLostSalesAreRateTimesTime(t *testing.T) {
	w, _, _ := life(t, 9, 80)
	var sums, held []float64
	for _, by := range [][]string{nil, {"store"}, {"category"}, {"region", "week"}, {"sku"},
		{"brand", "category"}} {
		table, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{By: by, From: "2026-11-01",
			Metrics: []string{"lost_units", "lost_sales", "stock_out_hours", "days_of_cover",
				"sell_through", "stock_on_hand"}})
		if err != nil {
			t.Fatal(err)
		}
		var units, hours, onHand float64
		for _, row := range table.Rows {
			v, _ := number(row[len(by)])
			h, _ := number(row[len(by)+2])
			stock, _ := number(row[len(by)+5])
			units, hours, onHand = units+v, hours+h, onHand+stock
			if v > 0 && h <= 0 {
				t.Errorf("by %v: %v units are lost in no time", by, v)
			}
		}
		sums = append(sums, math.Round(units*100), math.Round(hours))
		if !slices.Contains(by, "week") {
			held = append(held, onHand)
		}
	}
	for i, v := range sums {
		if v <= 0 || v != sums[i%2] {
			t.Errorf("hundredths of lost units and hours by store, category, region and goods: %v", sums)
		}
	}
	if held = slices.Compact(held); len(held) != 1 || held[0] == 0 {
		t.Errorf("units on hand at all, by store and by goods: %v", held)
	}
	_, err := w.Query(t.Context(), retail.HQScope(), warehouse.Query{By: []string{"channel"},
		Metrics: []string{"lost_units"}})
	if err == nil {
		t.Error("lost units are split by channel")
	}
	_, err = w.Query(t.Context(), retail.HQScope(), warehouse.Query{By: []string{"hour"},
		Metrics: []string{"visits"}})
	if err == nil {
		t.Error("visits are split by hour")
	}
}
