package experiment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/experiment"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

var noon = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)

func good() retail.Experiment {
	return retail.Experiment{ID: 3, Name: "blend-7", From: noon, Until: noon.AddDate(0, 0, 14), Holdout: .05,
		Variants: []retail.Variant{{Name: "today", Weight: 1},
			{Name: "bold", Weight: 1, Blend: retail.Blend{
				Weights: map[string]map[string]float64{"home": {"session": 2}}}}}}
}

// fault is the field and the reason that an error names, "" for none.
func fault(err error) string {
	var bad *catalogue.Invalid
	if errors.As(err, &bad) {
		return bad.Field + " " + bad.Value + ": " + bad.Reason
	}
	return ""
}

func TestBadExperimentsNameTheirField(t *testing.T) {
	f := func(want string, spoil func(*retail.Experiment)) {
		t.Helper()
		e := good()
		spoil(&e)
		if got := fault(experiment.Check(&e)); !strings.HasPrefix(got, want) || got == "" != (want == "") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	blend := func(b retail.Blend) func(*retail.Experiment) {
		return func(e *retail.Experiment) { e.Variants[1].Blend = b }
	}
	half, two, none := .5, 2., int32(0)
	f("", func(*retail.Experiment) {})
	f("name : must have 1 to 64", func(e *retail.Experiment) { e.Name = "" })
	f("name  a: must have", func(e *retail.Experiment) { e.Name = " a" })
	f("from : is missing", func(e *retail.Experiment) { e.From = time.Time{} })
	f("until : is missing", func(e *retail.Experiment) { e.Until = time.Time{} })
	f("until 2026-12-01T04:00:00Z: must be after from", func(e *retail.Experiment) { e.Until = noon })
	f("until 2028", func(e *retail.Experiment) { e.Until = noon.AddDate(2, 0, 0) })
	f("holdout 1: must be a share", func(e *retail.Experiment) { e.Holdout = 1 })
	f("holdout -0.1", func(e *retail.Experiment) { e.Holdout = -.1 })
	f("variants 0", func(e *retail.Experiment) { e.Variants = nil })
	f("variants 33", func(e *retail.Experiment) { e.Variants = make([]retail.Variant, 33) })
	f("variants[1].name today: stands twice", func(e *retail.Experiment) { e.Variants[1].Name = "today" })
	f("variants[0].weight -1", func(e *retail.Experiment) { e.Variants[0].Weight = -1 })
	f("variants : one of them",
		func(e *retail.Experiment) { e.Variants[0].Weight, e.Variants[1].Weight = 0, 0 })
	f("variants[1].blend.weights.attic : is not one of home",
		blend(retail.Blend{Weights: map[string]map[string]float64{"attic": nil}}))
	f("variants[1].blend.weights.home.cellar 1: is not one of personal",
		blend(retail.Blend{Weights: map[string]map[string]float64{"home": {"cellar": 1}}}))
	f("variants[1].blend.weights.home.item -1: must be from 0",
		blend(retail.Blend{Weights: map[string]map[string]float64{"home": {"item": -1}}}))
	f("variants[1].blend.acts.sold 1", blend(retail.Blend{Acts: map[string]float64{"sold": 1}}))
	f("variants[1].blend.decay 2", blend(retail.Blend{Decay: &two}))
	f("variants[1].blend.per_style 0", blend(retail.Blend{PerStyle: &none}))
	f("variants[1].blend.per_brand 2", blend(retail.Blend{PerBrand: &two}))
	f("variants[1].blend.per_category 2", blend(retail.Blend{PerCategory: &two}))
	f("", blend(retail.Blend{Decay: &half, PerBrand: &half}))
}

func TestWhatHasBegunKeepsItsDraw(t *testing.T) {
	f := func(want string, now time.Time, change func(*retail.Experiment)) {
		t.Helper()
		e := good()
		change(&e)
		err := experiment.CheckAmong(&e, []retail.Experiment{good()}, now)
		if got := fault(err); !strings.HasPrefix(got, want) || got == "" != (want == "") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	weigh := func(e *retail.Experiment) { e.Variants[0].Weight = 2 }
	later := noon.Add(time.Hour)
	f("", noon.Add(-time.Second), weigh)
	f("variants : cannot be changed", later, weigh)
	f("variants : cannot be changed", later,
		func(e *retail.Experiment) { e.Variants[1].Blend = retail.Blend{} })
	f("", later, func(e *retail.Experiment) { e.Variants[0].Blend.Acts = map[string]float64{} })
	f("holdout : cannot", later, func(e *retail.Experiment) { e.Holdout = .1 })
	f("from : cannot", later, func(e *retail.Experiment) { e.From = later })
	f("", later, func(e *retail.Experiment) { e.Until = later })
	f("", later, func(e *retail.Experiment) { e.Until = e.Until.AddDate(0, 1, 0) })
	f("until 2026-12-01T04:30:00Z: lies in the past", later,
		func(e *retail.Experiment) { e.Until = noon.Add(30 * time.Minute) })
	over := noon.AddDate(0, 0, 14)
	f("", over, func(*retail.Experiment) {})
	f("until 2027-01-15T04:00:00Z: cannot be changed: the experiment is over", over,
		func(e *retail.Experiment) { e.Until = e.Until.AddDate(0, 1, 0) })
}

func TestOneIsInForceAtATime(t *testing.T) {
	f := func(want string, from, until time.Time) {
		t.Helper()
		e := good()
		e.Name, e.From, e.Until = "other", from, until
		got := fault(experiment.CheckAmong(&e, []retail.Experiment{good()}, noon))
		if !strings.HasPrefix(got, want) || got == "" != (want == "") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f("", noon.AddDate(0, 0, -7), noon)
	f("", noon.AddDate(0, 0, 14), noon.AddDate(0, 0, 15))
	f("from 2026-12-14T04:00:00Z: one experiment is in force at a time, and blend-7 is from 2026-12-01",
		noon.AddDate(0, 0, 13), noon.AddDate(0, 0, 15))
}

func TestTheEventSaysHowVisitorsAreDrawn(t *testing.T) {
	e := good()
	packet, err := experiment.Append(nil, &e)
	if err != nil {
		t.Fatal(err)
	}
	for frame, err := range event.Frames(packet) {
		if err != nil {
			t.Fatal(err)
		}
		m, err := event.Decode(frame.Kind, frame.Wire)
		if err != nil {
			t.Fatal(err)
		}
		c, ok := m.(*event.ExperimentChanged)
		if !ok || c.ExperimentId != 3 || c.Name != "blend-7" || c.Holdout != .05 || len(c.Variants) != 2 ||
			c.Variants[1].Name != "bold" || c.UntilUnixUs-c.FromUnixUs != 14*86_400_000_000 {
			t.Errorf("%v", m)
		}
	}
}
