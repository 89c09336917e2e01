package live_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

func TestTheNamesOfBlendsAreThoseOfRanking(t *testing.T) {
	for i, name := range retail.Rungs() {
		if r, ok := recommend.ParseRung(name); !ok || int(r) != i {
			t.Errorf("rung %s", name)
		}
	}
	for i, name := range retail.Acts() {
		if a, ok := recommend.ParseAct(name); !ok || int(a) != i+1 {
			t.Errorf("act %s", name)
		}
	}
	if retail.MaxVariants != recommend.MaxVariants || retail.MaxExperimentID != recommend.MaxExperiment {
		t.Error("the bounds of experiments and of attributions differ")
	}
	if b, err := live.Blended(&retail.Blend{}); err != nil || b != recommend.DefaultBlend() {
		t.Errorf("nothing weighed otherwise is %+v, %v", b, err)
	}
	half, two := .5, int32(2)
	b, err := live.Blended(&retail.Blend{Weights: map[string]map[string]float64{"cart": {"session": 3}},
		Acts: map[string]float64{"carted": 2}, Decay: &half, PerStyle: &two, PerCategory: &half,
		PerBrand: &half})
	want := recommend.DefaultBlend()
	want.Weight[recommend.Cart][recommend.OnSession], want.Act[recommend.Carted] = 3, 2
	want.Decay, want.PerStyle, want.PerCategory, want.PerBrand = .5, 2, .5, .5
	if err != nil || b != want {
		t.Errorf("%+v, %v", b, err)
	}
	for _, bad := range []retail.Blend{{Acts: map[string]float64{"sold": 1}},
		{Weights: map[string]map[string]float64{"attic": nil}},
		{Weights: map[string]map[string]float64{"home": {"cellar": 1}}}} {
		if _, err := live.Blended(&bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestAnExperimentHoldsInItsTime(t *testing.T) {
	start := time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)
	now := start.Add(-time.Hour)
	planned := retail.Experiment{ID: 3, Name: "blend-7", From: start, Until: start.Add(time.Hour),
		Holdout: .1, Variants: []retail.Variant{{Name: "today", Weight: 1}, {Name: "bold", Weight: 1}}}
	var broken error
	there := true
	trial, err := live.NewTrial(live.TrialConfig{Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return now },
		At: func(context.Context, time.Time) (retail.Experiment, bool, error) {
			return planned, there, broken
		}})
	if err != nil {
		t.Fatal(err)
	}
	f := func(when string, id uint16) {
		t.Helper()
		if got := trial.Split().ID(); got != id {
			t.Errorf("%s: experiment %d is in force, want %d", when, got, id)
		}
	}
	look := func(ok bool) {
		t.Helper()
		if err := trial.Look(t.Context()); (err == nil) != ok {
			t.Errorf("a look says %v", err)
		}
	}
	f("before the first look", 0)
	look(true)
	f("before it begins", 0)
	now = start
	f("when it begins", 3)
	broken = errors.New("the database is away")
	look(false)
	f("while nothing can be read", 3)
	now = planned.Until
	f("when it ends", 0)
	broken, now = nil, start
	planned.Variants[1].Blend.Acts = map[string]float64{"sold": 1}
	look(false)
	f("after one that cannot be", 3)
	key := trial.Split().Key()
	planned.Variants[1].Blend.Acts = map[string]float64{"bought": 1}
	look(true)
	if trial.Split().Key() == key {
		t.Error("another blend has the same key")
	}
	there = false
	look(true)
	f("after it is gone", 0)
	planned.ID, there = recommend.MaxExperiment+1, true
	look(false)
}

// Run looks again when it is told to, long before its turn.
func TestAChangeOfAnExperimentIsReadAtOnce(t *testing.T) {
	looks := make(chan struct{}, 16)
	trial, err := live.NewTrial(live.TrialConfig{Logger: slog.New(slog.DiscardHandler), Every: time.Hour,
		At: func(context.Context, time.Time) (e retail.Experiment, ok bool, err error) {
			looks <- struct{}{}
			return e, false, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); trial.Run(ctx) }()
	for range 3 {
		select {
		case <-looks:
			trial.Nudge()
		case <-time.After(20 * time.Second):
			t.Fatal("nobody looked")
		}
	}
	stop()
	<-ended
}

// What the relay tells of an experiment reaches whoever keeps it, and not whoever keeps the catalogue.
func TestTheWatchHearsOfExperiments(t *testing.T) {
	tried, changed := 0, 0
	w, err := live.NewWatch(live.WatchConfig{Trails: live.NewTrails(live.TrailsConfig{}), Log: deaf{},
		Logger: slog.New(slog.DiscardHandler), Tried: func() { tried++ }, Changed: func() { changed++ }})
	if err != nil {
		t.Fatal(err)
	}
	w.Take(&live.Record{Kind: event.KindExperimentChanged})
	w.Take(&live.Record{Kind: event.KindProductChanged})
	if tried != 1 || changed != 1 || w.Stats().Malformed != 0 {
		t.Errorf("told %d times of experiments and %d times of the catalogue", tried, changed)
	}
}

// deaf is a log that says nothing.
type deaf struct{ live.Log }
