package live_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
)

func level(store retail.StoreID, sku retail.SKUID, onHand int32, version int64) *live.Level {
	return &live.Level{StockLevel: retail.StockLevel{
		StockKey: retail.StockKey{Store: store, SKU: sku},
		OnHand:   onHand, Reserved: onHand / 2, Version: version,
	}, CommittedUS: version * 10}
}

func TestApplyTakesOnlyNewerVersions(t *testing.T) {
	levels := live.NewLevels(0)
	f := func(version int64, taken bool, want int64) {
		t.Helper()
		if got := levels.Apply(level(1, 7, int32(version), version)); got != taken {
			t.Errorf("Apply of version %d = %v, want %v", version, got, taken)
		}
		var held live.Level
		if !levels.Read(retail.StockKey{Store: 1, SKU: 7}, &held) || held.Version != want {
			t.Errorf("after version %d: version %d is held, want %d", version, held.Version, want)
		}
	}
	f(3, true, 3)
	f(2, false, 3)
	f(3, false, 3)
	f(4, true, 4)
}

func TestReadOfWhatIsNotThere(t *testing.T) {
	levels := live.NewLevels(0)
	levels.Apply(level(1, 7, 5, 1))
	f := func(store retail.StoreID, sku retail.SKUID) {
		t.Helper()
		var held live.Level
		if levels.Read(retail.StockKey{Store: store, SKU: sku}, &held) {
			t.Errorf("store %d SKU %d holds %+v", store, sku, held)
		}
	}
	f(1, 8)
	f(2, 7)
	f(0, 7)
	f(1, 0)
	f(-1, -1)
}

// A slot that is free when a reader comes to it may be taken for another SKU a moment later.
func TestASKUThatIsNotThereHasNoOthersLevel(t *testing.T) {
	const absent = 7
	for range 150 {
		levels := live.NewLevels(0)
		levels.Apply(level(1, 1_000, 1, 1))
		done := make(chan struct{})
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				var held live.Level
				for {
					if levels.Read(retail.StockKey{Store: 1, SKU: absent}, &held) {
						t.Errorf("SKU %d holds %+v", absent, held)
						return
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for sku := range retail.SKUID(400) {
			levels.Apply(level(1, sku+1_001, 1, 1))
		}
		close(done)
		readers.Wait()
	}
}

func TestLevelsBeyondTheBoundAreRefusedAndCounted(t *testing.T) {
	levels := live.NewLevels(2)
	for sku := range retail.SKUID(4) {
		levels.Apply(level(1, sku, 1, 1)) // SKU 0 is none
	}
	got := levels.Stats()
	if got.Levels != 2 || got.Applied != 2 || got.Refused != 2 {
		t.Errorf("stats %+v, want 2 levels, 2 applied, 2 refused", got)
	}
	if !levels.Apply(level(1, 1, 9, 2)) {
		t.Error("a held level was not updated at the bound")
	}
}

// TestAnyOrderEndsAtTheNewest applies the histories of many keys shuffled and repeated, by several
// writers at once while readers look on: the end is the newest version of each key, and no reader
// ever sees a level go back or a mixture of two.
func TestAnyOrderEndsAtTheNewest(t *testing.T) {
	const stores, skus, versions = 5, 300, 8
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	var history []*live.Level
	for store := range retail.StoreID(stores) {
		for sku := range retail.SKUID(skus) {
			for v := range int64(versions) {
				l := level(store+1, sku*1_000_003+1, int32(v*2), v+1)
				history = append(history, l, l)
			}
		}
	}
	rng.Shuffle(len(history), func(i, j int) { history[i], history[j] = history[j], history[i] })
	levels := live.NewLevels(0)
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() { watch(t, levels, done, seed) })
	}
	const parts = 4
	for part := range parts {
		writers.Go(func() {
			for i := part; i < len(history); i += parts {
				levels.Apply(history[i])
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	var held live.Level
	for _, l := range history {
		if !levels.Read(l.StockKey, &held) || held.Version != versions || held.OnHand != (versions-1)*2 {
			t.Fatalf("seed %d: %v holds %+v, want version %d", seed, l.StockKey, held, versions)
		}
	}
	if n := levels.Stats().Levels; n != stores*skus {
		t.Errorf("seed %d: %d levels, want %d", seed, n, stores*skus)
	}
}

func watch(t *testing.T, levels *live.Levels, done chan struct{}, seed uint64) {
	key := retail.StockKey{Store: 1, SKU: 1}
	var held live.Level
	for newest := int64(0); ; {
		select {
		case <-done:
			return
		default:
		}
		if !levels.Read(key, &held) {
			continue
		}
		if held.Version < newest {
			t.Errorf("seed %d: version %d after %d", seed, held.Version, newest)
		}
		newest = held.Version
		if want := int32(held.Version-1) * 2; held.OnHand != want || held.Reserved != want/2 ||
			held.CommittedUS != held.Version*10 {
			t.Errorf("seed %d: a mixture: %+v", seed, held)
		}
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	levels := live.NewLevels(0)
	levels.Apply(level(1, 7, 5, 1))
	var held live.Level
	got := testing.AllocsPerRun(1_000, func() {
		levels.Read(retail.StockKey{Store: 1, SKU: 7}, &held)
	})
	if got != 0 {
		t.Errorf("Read allocates %v times", got)
	}
}
