package live_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// TestShelvesFollowTheLevels moves stock while snapshots of different numbers take each other's place:
// when all is still, every shelf says what the levels say.
func TestShelvesFollowTheLevels(t *testing.T) {
	seed := rand.Uint64()
	levels := live.NewLevels(0)
	offers := live.NewOffers(levels, nil)
	size := simulated.Shop()
	var group sync.WaitGroup
	for g := range int64(3) {
		group.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(g)))
			for n := range int64(20_000) {
				l := level(retail.StoreID(1+rng.IntN(size.Stores)), retail.SKUID(1+rng.IntN(size.Items)),
					rng.Int32N(2), n*3+g+1)
				l.Reserved = 0
				levels.Apply(l)
				offers.Moved(l.StockKey)
			}
		})
	}
	for k := range 20 {
		smaller := size
		smaller.Items -= k
		if err := offers.Use(simulated.World(uint64(k), smaller)); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
	o := offers.Current()
	if o.Epoch != 20 || o.Items.Len() != 281 {
		t.Fatalf("epoch %d with %d items", o.Epoch, o.Items.Len())
	}
	var held live.Level
	for store := range int32(size.Stores) {
		bits, _ := o.Shelf(store)
		for item, sku := range o.Items.SKU {
			key := retail.StockKey{Store: retail.StoreID(store + 1), SKU: retail.SKUID(sku)}
			want := levels.Read(key, &held) && held.Available() > 0
			if bits.Has(int32(item)) != want {
				t.Fatalf("seed %d: %v is on the shelf: %v, level %+v", seed, key, !want, held)
			}
		}
	}
}

func TestShelfCountsItsChanges(t *testing.T) {
	levels := live.NewLevels(0)
	offers := live.NewOffers(levels, nil)
	if offers.Current() != nil {
		t.Error("an offer out of nothing")
	}
	offers.Moved(retail.StockKey{Store: 1, SKU: 7})
	if err := offers.Use(simulated.World(1, simulated.Shop())); err != nil {
		t.Fatal(err)
	}
	version := int64(0)
	f := func(onHand int32, in bool, want uint64) {
		t.Helper()
		version++
		l := level(1, 7, onHand, version)
		l.Reserved = 0
		levels.Apply(l)
		offers.Moved(l.StockKey)
		offers.Moved(retail.StockKey{Store: 99, SKU: 7})
		offers.Moved(retail.StockKey{Store: 1, SKU: 1 << 40})
		bits, epoch := offers.Current().Shelf(0)
		if bits.Has(6) != in || epoch != want {
			t.Errorf("%d on hand: on the shelf %v, epoch %d; want %v, %d", onHand, bits.Has(6), epoch, in,
				want)
		}
	}
	f(0, false, 0)
	f(5, true, 1)
	f(4, true, 1)
	f(0, false, 2)
	f(-1, false, 2)
}

func TestWhatAStoreDoesNotSellIsOnNoShelf(t *testing.T) {
	levels := live.NewLevels(0)
	offers := live.NewOffers(levels, nil)
	levels.Apply(level(1, 7, 5, 1))
	s := recommend.FromCatalogue(1, recommend.Catalogue{Stores: []retail.Store{{ID: 1}, {ID: 2}},
		SKUs: []retail.SKU{{ID: 7, Active: true}}, Listings: []retail.Listing{{Store: 1, SKU: 7}}})
	if err := errors.Join(s.Prepare(), offers.Use(s)); err != nil {
		t.Fatal(err)
	}
	for store := range retail.StoreID(2) {
		levels.Apply(level(store+1, 7, 6, 2))
		offers.Moved(retail.StockKey{Store: store + 1, SKU: 7})
		if bits, _ := offers.Current().Shelf(int32(store)); bits.Has(0) != (store == 1) {
			t.Errorf("store %d has it on its shelf: %v", store+1, bits.Has(0))
		}
	}
}

func TestBadSnapshotLeavesTheOldOne(t *testing.T) {
	var broken error
	offers := live.NewOffers(live.NewLevels(0), func(s *recommend.Snapshot) (*recommend.Rules, error) {
		if broken != nil {
			return nil, broken
		}
		return recommend.CompileRules(s, nil, recommend.Quotas{})
	})
	good := simulated.World(1, simulated.Shop())
	frame := good.Append(nil)
	if err := offers.Load(frame); err != nil {
		t.Fatal(err)
	}
	was := offers.Current()
	f := func(err error) {
		t.Helper()
		if err == nil || offers.Current() != was {
			t.Errorf("a bad snapshot took the place of a good one: %v", err)
		}
	}
	f(offers.Load(frame[:len(frame)-1]))
	f(offers.Load(nil))
	f(offers.Use(nil))
	frame[len(frame)-1] ^= 1
	f(offers.Load(frame))
	broken = errors.New("rule 7 names no store")
	f(offers.Use(good))
	f(offers.Renew())
	s := offers.Stats()
	if s.Failed != 6 || s.Loads != 1 || s.Version != good.Version || !s.Model || s.LastError == "" {
		t.Errorf("%+v", s)
	}
	broken = nil
	if err := offers.Renew(); err != nil || offers.Current().Epoch != was.Epoch+1 {
		t.Errorf("rules were not compiled again: %v", err)
	}
}
