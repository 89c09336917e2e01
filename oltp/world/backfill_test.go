package world_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/world"
)

// noon is the seventh day of history at noon in China.
var noon = firstDay.Midnight().Add(6*24*time.Hour + 4*time.Hour)

func openState(t *testing.T, file string, cfg world.Config, now time.Time) *world.State {
	t.Helper()
	s, err := world.OpenState(file, cfg, 6, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func keysOf(s *recorder) []string {
	keys := make([]string, 0, len(s.keys))
	for k := range s.keys {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestBackfillSendsHistoryOnce(t *testing.T) {
	t.Parallel()
	w, shop := newWorld(t, small()), newRecorder()
	opened := 0
	b := world.Backfill{Shop: shop, State: openState(t, "", small(), noon), Until: noon,
		Opened: func() { opened++ }}
	done, err := w.Backfill(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if done.Short != 0 || done.RefusedRows != 0 || done.Replayed != 0 || opened != 1 {
		t.Errorf("filled %+v, opened %d times", done, opened)
	}
	if done.Orders != len(shop.orders) || done.Orders < 5_000 || len(shop.refunds) == 0 {
		t.Errorf("%d orders sent, %d recorded, %d refunds", done.Orders, len(shop.orders),
			len(shop.refunds))
	}
	if len(shop.reused) > 0 {
		t.Errorf("keys used for two things: %v", shop.reused)
	}
	checkHistory(t, w, shop)
	before := keysOf(shop)
	if done, err = w.Backfill(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, keysOf(shop)) || done.Orders != done.Replayed {
		t.Errorf("a second backfill changed something: %+v", done)
	}
}

// checkHistory compares what was recorded with what the world says.
func checkHistory(t *testing.T, w *world.World, shop *recorder) {
	t.Helper()
	wanted := 0
	for store := range w.Stores {
		for d := range w.Days(store) {
			for i := range d.Orders {
				if o := &d.Orders[i]; o.At().Before(noon) && !o.Cancelled() {
					wanted++
				}
			}
			if d.Date == world.DayAt(noon) {
				break
			}
		}
	}
	if wanted != len(shop.orders) {
		t.Errorf("%d orders recorded, want %d", len(shop.orders), wanted)
	}
	for i := range shop.orders {
		if o := &shop.orders[i]; !o.PlacedAt.Before(noon) || !o.Simulated || !o.Paid {
			t.Fatalf("order %+v does not belong to history", o)
		}
	}
}

func TestNoPersonalData(t *testing.T) {
	t.Parallel()
	w, shop := newWorld(t, small()), newRecorder()
	_, err := w.Backfill(t.Context(), world.Backfill{Shop: shop,
		State: openState(t, "", small(), noon), Until: noon})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range shop.members {
		if want := (wire.Member{Code: m.Code, Origin: m.Origin, Simulated: true}); m != want ||
			!strings.HasPrefix(m.Code, "M") {
			t.Fatalf("member %+v holds more than a number", m)
		}
	}
	for _, p := range shop.products {
		if !p.Simulated {
			t.Fatalf("product %+v is not labelled", p)
		}
	}
	for _, s := range shop.stores {
		if !s.Simulated {
			t.Fatalf("store %+v is not labelled", s)
		}
	}
}

func TestBackfillResumes(t *testing.T) {
	t.Parallel()
	w, whole, shop := newWorld(t, small()), newRecorder(), newRecorder()
	if _, err := w.Backfill(t.Context(), world.Backfill{Shop: whole,
		State: openState(t, "", small(), noon), Until: noon}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "deep", "world.json")
	for _, shop.failAfter = range []int{1, 2_000, 4_500, 0} {
		_, err := w.Backfill(t.Context(), world.Backfill{Shop: shop, DaysAtOnce: 1,
			State: openState(t, file, small(), noon), Until: noon})
		if down := shop.failAfter != 0; errors.Is(err, errDown) != down {
			t.Fatalf("with a failure after %d orders: %v", shop.failAfter, err)
		}
	}
	if !slices.Equal(keysOf(whole), keysOf(shop)) {
		t.Errorf("interrupted: %d keys, at one go: %d", len(shop.keys), len(whole.keys))
	}
	if whole.received != shop.received {
		t.Errorf("interrupted: %d units received, at one go: %d", shop.received, whole.received)
	}
}

func TestLaterBackfillGoesOnWithLiveOrders(t *testing.T) {
	t.Parallel()
	w, shop := newWorld(t, small()), newRecorder()
	file := filepath.Join(t.TempDir(), "world.json")
	for _, until := range []time.Time{noon, noon.Add(26 * time.Hour)} {
		if _, err := w.Backfill(t.Context(), world.Backfill{Shop: shop, Until: until,
			State: openState(t, file, small(), until)}); err != nil {
			t.Fatal(err)
		}
	}
	unpaid := 0
	for i := range shop.orders {
		if o := &shop.orders[i]; !o.Paid {
			unpaid++
			if o.PlacedAt.Before(noon) || len(shop.steps[int64(i+1)]) == 0 &&
				o.PlacedAt.Before(noon.Add(25*time.Hour)) {
				t.Fatalf("order %+v took steps %v", o, shop.steps[int64(i+1)])
			}
		}
	}
	if unpaid == 0 {
		t.Error("no order of the second day went the live way")
	}
}

func TestBackfillCorrectsStockThatOthersTook(t *testing.T) {
	t.Parallel()
	w, shop := newWorld(t, small()), newRecorder()
	done, err := w.Backfill(t.Context(), world.Backfill{Shop: shop, Until: noon,
		State: openState(t, "", small(), noon),
		Opened: func() {
			for k := range shop.level {
				shop.level[k] = 0
			}
		}})
	if err != nil || done.Short == 0 || done.RefusedRows != 0 {
		t.Errorf("on bare shelves: %+v, %v", done, err)
	}
	if done.Orders != len(shop.orders) {
		t.Errorf("%d orders sent, %d recorded", done.Orders, len(shop.orders))
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "world.json")
	openState(t, file, world.Config{Seed: 1}, noon)
	later := openState(t, file, world.Config{Seed: 1}, noon.Add(240*time.Hour))
	if later.Config.Start != world.DayAt(noon)-6 {
		t.Errorf("ten days later the world begins on %v", later.Config.Start)
	}
	if _, err := world.OpenState(file, world.Config{Seed: 2}, 6, noon); err == nil ||
		!strings.Contains(err.Error(), "cannot go on with another world") {
		t.Errorf("another seed: %v", err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := world.OpenState(file, world.Config{Seed: 1}, 6, noon); err == nil ||
		!strings.Contains(err.Error(), "cannot read the world's state "+file) {
		t.Errorf("damaged state: %v", err)
	}
	w := newWorld(t, small())
	if _, err := w.Backfill(t.Context(), world.Backfill{Shop: newRecorder(), Until: noon,
		State: openState(t, "", world.Config{Seed: 9}, noon)}); err == nil ||
		!strings.Contains(err.Error(), "the state is of world-") {
		t.Errorf("state of another world: %v", err)
	}
}
