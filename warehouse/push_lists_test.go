package warehouse_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// pushes are rows about member 8 at store 2 and member 9 at store 3.
func pushes() *shelf.Pushes {
	return &shelf.Pushes{Store: []int32{2, 2, 3}, Member: []int64{8, 8, 9}, Place: []uint16{1, 2, 1},
		SKU: []int64{5, 999, 6}, PriceFen: []int64{1000, 50, 700}, ListFen: []int64{1250, 100, 900},
		Taste: []float64{.5, 0, 0}, Metres: []float64{0, 0, 1250.5}, Near: []int32{2, 2, 2},
		NearBought: []bool{true, true, false}}
}

func TestPushListsAreThoseOfTheNewestBatch(t *testing.T) {
	w, db := chain(t, newTrade(t, 6))
	s := shelf.New(db, shelf.Config{})
	batch := func(version int64, day retail.Day, publish bool, rows *shelf.Pushes) {
		t.Helper()
		k := shelf.Key{Model: "push", Version: version}
		if err := s.PutPushes(t.Context(), k, 0, rows); err != nil {
			t.Fatal(err)
		}
		if err := s.PutVersion(t.Context(), shelf.Version{Key: k, Published: publish, FirstDay: day,
			LastDay: day}); err != nil {
			t.Fatal(err)
		}
	}
	export := exports(t, w.ExportPushLists)
	if _, rows := export(retail.HQScope(), "csv"); rows != 0 {
		t.Errorf("%d rows before there was a batch", rows)
	}
	batch(1, 100, true, pushes())
	batch(2, 100, true, &shelf.Pushes{Store: []int32{3}, Member: []int64{9}, Place: []uint16{1},
		SKU: []int64{6}, PriceFen: []int64{1}, ListFen: []int64{2}, Taste: []float64{0},
		Metres: []float64{0}, Near: []int32{3}, NearBought: []bool{true}})
	batch(3, 101, true, pushes())
	batch(4, 102, false, pushes())
	all, rows := export(retail.HQScope(), "csv")
	for _, line := range []string{"302,8,1,sku5,货,Good,10.00,12.50,0.5,0,bought,302",
		"302,8,2,#999,,,0.50,1.00,0,0,bought,302", "303,9,1,sku6,货,Good,7.00,9.00,0,1250.5,origin,302"} {
		if rows != 3 || !strings.Contains(all, line) {
			t.Errorf("no %s in\n%s", line, all)
		}
	}
	if one, rows := export(retail.StoreScope(3), "csv"); rows != 1 || strings.Contains(one, "302") {
		t.Errorf("store 303 sees\n%s", one)
	}
	if _, rows := export(retail.Scope{}, "csv"); rows != 0 {
		t.Errorf("an empty scope sees %d rows", rows)
	}
	if bin, _ := export(retail.HQScope(), "parquet"); !holds(t, bin, 3, 12) {
		t.Error("Parquet does not hold 3 rows of 12 columns")
	}
	// The second batch of day 100 took the place of the first; the one of day 102 was not published.
	f := func(first, until retail.Day, want string) {
		t.Helper()
		got := map[retail.MemberID]int{}
		err := w.Told(t.Context(), retail.HQScope(), first, until,
			func(id retail.MemberID, n int) { got[id] = n })
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("days %d to %d told %v (%v), want %s", first, until, got, err, want)
		}
	}
	f(100, 101, "map[9:1]")
	f(100, 110, "map[8:1 9:2]")
	f(101, 110, "map[8:1 9:1]")
	if gone, err := s.PruneBefore(t.Context(), "push", 3); err != nil || gone != 2 {
		t.Errorf("%d batches went (%v), want 2", gone, err)
	}
	f(100, 110, "map[8:1 9:1]")
}

func TestPlacesAreTheTillsWhereMembersBoughtLast(t *testing.T) {
	tr := newTrade(t, 6)
	tr.fill(400, 200, noon.AddDate(0, 0, -20), 20*24*time.Hour)
	w, _ := chain(t, tr)
	want := map[retail.MemberID]map[retail.StoreID]retail.Day{}
	lines := &tr.batch.OrderLines
	first := retail.Day(slices.Max(lines.Day) - 3)
	for i, member := range lines.Member {
		id, store, day := retail.MemberID(member), retail.StoreID(lines.Store[i]), retail.Day(lines.Day[i])
		if member == 0 || lines.Doc[i] != 1 || lines.Channel[i] != 1 || day < first {
			continue
		}
		if want[id] == nil {
			want[id] = map[retail.StoreID]retail.Day{}
		}
		want[id][store] = max(want[id][store], day)
	}
	members := 0
	err := w.Places(t.Context(), retail.HQScope(), first, 2, func(id retail.MemberID, got []retail.StoreID) {
		members++
		all := slices.SortedFunc(maps.Keys(want[id]), func(a, b retail.StoreID) int {
			return int(want[id][b]-want[id][a])*1000 + int(b-a)
		})
		if fmt.Sprint(got) != fmt.Sprint(all[:min(2, len(all))]) {
			t.Errorf("member %d was at %v, want %v", id, got, all)
		}
	})
	if err != nil || members != len(want) || members == 0 {
		t.Errorf("%d members (%v), want %d", members, err, len(want))
	}
}
