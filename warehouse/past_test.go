package warehouse_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// bought is what one order holds of one item.
type bought struct {
	member, order, store, sku, at int64
}

// boughtOf recomputes purchases row by row.
func boughtOf(tr *trade, scope retail.Scope, first, last retail.Day) map[bought]int64 {
	type key struct{ order, sku int64 }
	sold, back := map[key]bought{}, map[key]int64{}
	units := map[key]int64{}
	l := &tr.batch.OrderLines
	for i := range l.Doc {
		k := key{l.Order[i], l.SKU[i]}
		switch {
		case l.Simulated[i] || l.Kind[i] != 1 || retail.Day(l.Day[i]) < first:
		case l.Doc[i] == 2:
			back[k] += int64(l.Qty[i])
		case retail.Day(l.Day[i]) <= last && scope.Sees(retail.StoreID(l.Store[i])):
			sold[k] = bought{l.Member[i], l.Order[i], int64(l.Store[i]), l.SKU[i], l.At[i] / 1e6}
			units[k] += int64(l.Qty[i])
		}
	}
	all := map[bought]int64{}
	for k, b := range sold {
		if n := units[k] - back[k]; n > 0 {
			all[b] = n
		}
	}
	return all
}

// bringBack turns every fifth refund into one of an order before it.
func bringBack(tr *trade) (some int) {
	l, order := &tr.batch.OrderLines, 0
	for i := range l.Doc {
		if l.Doc[i] == 1 {
			order = i
		} else if i%5 == 0 && l.Kind[i] == 1 && l.Kind[order] == 1 {
			l.Order[i], l.SKU[i], l.Day[i] = l.Order[order], l.SKU[order], l.Day[order]+3
			some++
		}
	}
	return some
}

func TestPurchasesAreWhatWasKept(t *testing.T) {
	tr := newTrade(t, 4)
	tr.fill(400, 300, noon.AddDate(0, 0, -80), 80*24*time.Hour)
	if n := bringBack(tr); n < 5 {
		t.Fatalf("only %d refunds of sales", n)
	}
	// What is simulated beside real trade teaches nothing.
	for i, order := range tr.batch.OrderLines.Order {
		tr.batch.OrderLines.Simulated[i] = order%7 == 0
	}
	w, _ := chain(t, tr)
	f := func(scope retail.Scope, first, last retail.Day) {
		t.Helper()
		got := map[bought]int64{}
		err := w.Purchases(t.Context(), scope, first, last, func(p warehouse.Purchases) error {
			for i, member := range p.Member {
				got[bought{member, p.Order[i], p.Store[i], p.SKU[i], p.At[i]}] += p.Qty[i]
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := boughtOf(tr, scope, first, last); !maps.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s to %s: %d purchases, want %d", first, last, len(got), len(want))
		}
	}
	first, last, ok, err := w.Traded(t.Context(), retail.HQScope())
	if err != nil || !ok || last-first < 70 {
		t.Fatalf("traded %s to %s, %v, %v", first, last, ok, err)
	}
	f(retail.HQScope(), first, last)
	f(retail.StoreScope(2, 5), first, last)
	f(retail.HQScope(), last-9, last-2)
	pieces := 0
	err = w.Purchases(t.Context(), retail.HQScope(), first, last, func(warehouse.Purchases) error {
		pieces++
		return warehouse.ErrEnough
	})
	if err != nil || pieces != 1 {
		t.Errorf("enough after one piece gave %d, %v", pieces, err)
	}
	err = w.Purchases(t.Context(), retail.Scope{}, first, last, func(warehouse.Purchases) error {
		return fmt.Errorf("an empty scope read something")
	})
	if err != nil {
		t.Error(err)
	}
}

func TestActsAndGoodsAreThoseOfTheFacts(t *testing.T) {
	tr := newTrade(t, 5)
	tr.fill(50, 500, noon.AddDate(0, 0, -40), 40*24*time.Hour)
	w, _ := chain(t, tr)
	var want, got int64
	b := &tr.batch.Behaviours
	scope := retail.StoreScope(1, 4)
	for i, kind := range b.Kind {
		if (kind == 64 || kind == 66 || kind == 68) && b.SKU[i] != 0 &&
			scope.Sees(retail.StoreID(b.Store[i])) {
			want += b.SKU[i] + b.At[i]/1000 + int64(b.Session[i]%1000)
		}
	}
	first, last := retail.DayOf(noon)-60, retail.DayOf(noon)+1
	err := w.Acts(t.Context(), scope, first, last, func(a warehouse.Acts) error {
		for i, sku := range a.SKU {
			got += sku + a.AtUS[i]/1000 + int64(uint64(a.Session[i])%1000)
		}
		return nil
	})
	if err != nil || got != want || want == 0 {
		t.Errorf("acts sum up to %d, want %d: %v", got, want, err)
	}
	goods := 0
	err = w.Goods(t.Context(), func(g warehouse.Goods) error {
		for i, sku := range g.SKU {
			goods++
			if g.Brand[i] != brandOf(sku) || g.Category[i] != int64(categoryOf(sku)) ||
				g.PriceFen[i] != 990 || g.Active[i] != 1 {
				t.Errorf("SKU %d is %q, %d", sku, g.Brand[i], g.Category[i])
			}
			if got, want := fmt.Sprint(g.Style[i], g.Colour[i], g.Size[i], g.SizeSystem[i], g.SizeOrder[i],
				g.Season[i], g.Tags[i], g.Name[i], g.NameEN[i], g.CategoryCode[i], g.CategoryName[i],
				g.CategoryNameEN[i]), fmt.Sprint(sku/3, "colour ", sku%3, "size ", sku%5, "EU", sku%5,
				"spring", "hot", "货", "Good", "c", categoryOf(sku), "类", "Category"); got != want {
				t.Errorf("SKU %d is like %q, want %q", sku, got, want)
			}
		}
		return nil
	})
	if err != nil || goods != skuCount {
		t.Errorf("%d goods, %v", goods, err)
	}
	if _, _, ok, err := over(t, open(t)).Traded(t.Context(), retail.HQScope()); ok || err != nil {
		t.Errorf("an empty warehouse has traded: %v, %v", ok, err)
	}
}

// TestGoodsReadAgainAreDescribed: rows that were written before a column was there have it once their topic
// was read again, under the same versions.
func TestGoodsReadAgainAreDescribed(t *testing.T) {
	tr := newTrade(t, 6)
	w, db := chain(t, tr)
	before := fmt.Sprintf("ALTER TABLE dim_sku UPDATE colour = '', tags = [], tags_from = [], "+
		"tags_until = [], style_id = 0 WHERE id <= %d SETTINGS mutations_sync = 1", skuCount/2)
	if err := db.Exec(t.Context(), before, nil); err != nil {
		t.Fatal(err)
	}
	f := func(want int) {
		t.Helper()
		got := 0
		err := w.Goods(t.Context(), func(g warehouse.Goods) error {
			for i := range g.SKU {
				if g.Colour[i] != "" && g.Tags[i] == "hot" && g.Style[i] == g.SKU[i]/3 {
					got++
				}
			}
			return nil
		})
		if err != nil || got != want {
			t.Errorf("%d goods are described, want %d: %v", got, want, err)
		}
	}
	f(skuCount / 2)
	again := fact.Batch{SKUs: tr.batch.SKUs}
	if err := sink.New(db).Write(t.Context(), "again", &again); err != nil {
		t.Fatal(err)
	}
	f(skuCount)
}

func TestReturnsSayWhatCameBackAndWhy(t *testing.T) {
	tr := newTrade(t, 8)
	tr.fill(600, 1, noon.AddDate(0, 0, -50), 50*24*time.Hour)
	reasons := map[int64]string{}
	for i, refund := range tr.batch.OrderSteps.Refund {
		if refund%2 == 1 {
			tr.batch.OrderSteps.Reason[i], reasons[refund] = "偏小", "偏小"
		}
	}
	for sku := range tr.batch.SKUs.ID {
		if sku%4 == 0 {
			tr.batch.SKUs.Size[sku] = "" // comes in one size
		}
	}
	w, _ := chain(t, tr)
	f := func(scope retail.Scope, first, last retail.Day) {
		t.Helper()
		got, want := map[string]int{}, map[string]int{}
		l := &tr.batch.OrderLines
		for i, sku := range l.SKU {
			if l.Doc[i] == 2 && l.Kind[i] == 1 && l.Member[i] != 0 && (sku-1)%4 != 0 &&
				scope.Sees(retail.StoreID(l.Store[i])) && retail.Day(l.Day[i]) >= first &&
				retail.Day(l.Day[i]) <= last {
				want[fmt.Sprint(l.Member[i], sku, l.At[i]/1e6, reasons[l.Document[i]])]++
			}
		}
		err := w.Returns(t.Context(), scope, first, last, func(r warehouse.Returns) error {
			for i, member := range r.Member {
				got[fmt.Sprint(member, r.SKU[i], r.At[i], r.Reason[i])]++
			}
			return nil
		})
		if err != nil || !maps.Equal(got, want) || len(want) < 3 {
			t.Errorf("%d returns, want %d: %v\n%v\n%v", len(got), len(want), err, got, want)
		}
	}
	last := retail.DayOf(noon)
	f(retail.HQScope(), last-60, last+5)
	f(retail.StoreScope(2, 5), last-60, last+5)
	f(retail.HQScope(), last-40, last-20)
}
