package live_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// desk is where merchandisers keep their rules.
type desk struct {
	mu    sync.Mutex
	rules []retail.MerchandisingRule
	down  error
}

func (d *desk) put(down error, rules ...retail.MerchandisingRule) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rules, d.down = rules, down
}

func (d *desk) read(context.Context) ([]retail.MerchandisingRule, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rules, d.down
}

// TestRulesTakeEffectWhenTheyChange follows rules from the desk to the offer: through an outage, a change
// that the log tells of, one that it does not, a snapshot without the goods, and one with them.
func TestRulesTakeEffectWhenTheyChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{down: errors.New("the database is down")}
		var said strings.Builder
		book, err := live.NewRulebook(live.RulebookConfig{Read: d.read,
			Logger: slog.New(slog.NewTextHandler(&said, nil))})
		if err != nil {
			t.Fatal(err)
		}
		offers, log := live.NewOffers(live.NewLevels(0), book.Fit), newScripted()
		watch, err := live.NewWatch(live.WatchConfig{Trails: live.NewTrails(live.TrailsConfig{}), Log: log,
			RulesChanged: book.Nudge, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		world := simulated.World(1, simulated.Shop())
		if offers.Use(world) == nil {
			t.Error("an offer was made before the rules were known")
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { book.Run(ctx, offers.Renew) })
		running.Go(func() { watch.Run(ctx) })
		defer running.Wait()
		defer cancel()
		synctest.Wait()
		sku := retail.SKUID(world.Items.SKU[3])
		block := retail.MerchandisingRule{ID: 1, Version: 1, Kind: retail.RuleBlock, SKU: sku}
		d.put(nil, block)
		book.Known(ctx) // the next try comes by itself
		if err := offers.Use(world); err != nil {
			t.Fatal(err)
		}
		f := func(what string, version uint64, rules, skipped int64) {
			t.Helper()
			synctest.Wait()
			if got := book.Stats(); offers.Current().Epoch != version || got.InForce != rules ||
				got.Skipped != skipped {
				t.Errorf("%s: epoch %d with %+v, want %d with %d rules and %d skipped", what,
					offers.Current().Epoch, got, version, rules, skipped)
			}
		}
		f("first", 1, 1, 0)
		changed := wire(t, event.KindRuleChanged, &event.MerchandisingChanged{RuleId: 1, Version: 2})
		log.write(changed)
		f("an event about what is known already", 1, 1, 0)
		gone := retail.MerchandisingRule{ID: 2, Version: 1, Kind: retail.RuleBlock, SKU: 1 << 40}
		d.put(nil, block, gone)
		log.write(changed)
		f("a rule about a SKU that is not there", 2, 1, 1)
		d.put(errors.New("the database is down"))
		log.write(changed)
		f("an outage", 2, 1, 1)
		block.Version = 2
		d.put(nil, block)
		time.Sleep(time.Minute)
		f("a change that no event tells of", 3, 1, 0)
		d.put(nil, gone)
		log.write(changed)
		f("the other rule alone", 4, 0, 1)
		if n := strings.Count(said.String(), "a merchandising rule is skipped"); n != 2 {
			t.Errorf("it is said %d times, want once each time that it began:\n%s", n, said.String())
		}
	})
}
