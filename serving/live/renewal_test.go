package live_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// shelf is where a test puts models.
type shelf struct {
	frame []byte
	err   error
}

func (s *shelf) Newer(context.Context, uint64) ([]byte, error) { return s.frame, s.err }

func TestOffersAreRenewed(t *testing.T) {
	offers, models := live.NewOffers(live.NewLevels(0), nil), &shelf{}
	catalogue := recommend.Catalogue{Stores: []retail.Store{{ID: 1}}}
	sell := func(id retail.SKUID) {
		catalogue.SKUs = append(catalogue.SKUs, retail.SKU{ID: id, Active: true, Price: 100})
	}
	sell(1)
	var down error
	r, err := live.NewRenewal(live.RenewalConfig{Offers: offers, Models: models,
		Logger:    slog.New(slog.DiscardHandler),
		Catalogue: func(context.Context) (recommend.Catalogue, error) { return catalogue, down }})
	if err != nil {
		t.Fatal(err)
	}
	f := func(fails bool, epoch uint64, model bool, items int) {
		t.Helper()
		if err := r.Look(t.Context()); (err != nil) != fails {
			t.Errorf("error %v", err)
		}
		if o := offers.Current(); o == nil || o.Epoch != epoch || o.Snapshot.Model != model ||
			o.Items.Len() != items {
			t.Fatalf("epoch %d, %d items, model %v; want %d, %d, %v", o.Epoch, o.Items.Len(),
				o.Snapshot.Model,
				epoch, items, model)
		}
	}
	f(false, 1, false, 1)
	f(false, 1, false, 1) // nothing new
	sell(2)
	f(false, 2, false, 2)
	models.frame = simulated.World(1, simulated.Shop()).Append(nil)
	f(false, 3, true, 2)
	models.frame = models.frame[:50] // cut
	f(true, 3, true, 2)
	sell(3)
	f(true, 4, true, 3) // the last good model, the new catalogue
	models.frame, models.err = nil, errors.New("no answer")
	f(true, 4, true, 3)
	models.err, down = nil, errors.New("no answer")
	f(true, 4, true, 3)
	down = nil
	f(false, 4, true, 3)
}

// TestAChangeDoesNotWaitItsTurn lets goods be put one after the other: a look comes soon, and only one.
func TestAChangeDoesNotWaitItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int64
		r, err := live.NewRenewal(live.RenewalConfig{Offers: live.NewOffers(live.NewLevels(0), nil),
			Logger: slog.New(slog.DiscardHandler),
			Catalogue: func(context.Context) (recommend.Catalogue, error) {
				looks.Add(1)
				return recommend.Catalogue{}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		f := func(after time.Duration, want int64) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			if got := looks.Load(); got != want {
				t.Errorf("%d looks, want %d", got, want)
			}
		}
		f(0, 1)
		for range 10 {
			r.Nudge()
		}
		f(time.Second, 1)
		f(time.Second, 2)
		f(58*time.Second, 2)
		f(2*time.Second, 3)
		cancel()
		<-done
	})
}
