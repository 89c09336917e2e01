package experiment_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/tillstream/tillstream/models/experiment"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// The intervals of Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I,
// method 3.
func TestRatesHaveThePublishedIntervals(t *testing.T) {
	f := func(k, n int64, low, high float64) {
		t.Helper()
		e := experiment.Rate(k, n)
		near(t, "low", e.Low, low, 5e-5)
		near(t, "high", e.High, high, 5e-5)
		near(t, "rate", e.Value, float64(k)/float64(n), 0)
	}
	f(81, 263, .2553, .3662)
	f(15, 148, .0624, .1605)
	f(0, 20, 0, .1611)
	f(1, 29, .0061, .1718)
	for _, bad := range [][2]int64{{0, 0}, {2, 1}, {-1, 4}} {
		if e := experiment.Rate(bad[0], bad[1]); e.OK {
			t.Errorf("%v is a rate: %+v", bad, e)
		}
	}
}

// The intervals of Newcombe 1998, "Interval estimation for the difference between independent proportions",
// table II, method 10, and R's prop.test(c(15, 25), c(50, 50), correct = FALSE).
func TestDifferencesOfRates(t *testing.T) {
	f := func(ka, na, kb, nb int64, low, high float64) {
		t.Helper()
		d := experiment.RateDifference(ka, na, kb, nb)
		near(t, "low", d.Low, low, 5e-5)
		near(t, "high", d.High, high, 5e-5)
		o := experiment.RateDifference(kb, nb, ka, na)
		if o.Low != -d.High || o.High != -d.Low || o.P != d.P {
			t.Errorf("the other way round %+v is %+v", d, o)
		}
	}
	f(56, 70, 48, 80, .0524, .3339)
	f(9, 10, 3, 10, .1705, .8090)
	f(6, 7, 2, 7, .0582, .8062)
	f(5, 56, 0, 29, -.0381, .1926)
	near(t, "p", experiment.RateDifference(15, 50, 25, 50).P, .04123, 5e-6)
	if d := experiment.RateDifference(0, 9, 0, 8); d.P != 1 || d.Value != 0 || !d.OK {
		t.Errorf("nobody and nobody: %+v", d)
	}
	if d := experiment.RateDifference(0, 0, 1, 8); d.OK {
		t.Errorf("against nobody: %+v", d)
	}
}

func moments(of ...float64) experiment.Moments {
	mean, variance := stat.MeanVariance(of, nil)
	return experiment.Moments{N: int64(len(of)), Mean: mean, Variance: variance}
}

// R's t.test(extra ~ group, data = sleep), from Student 1908.
func TestDifferencesOfMeans(t *testing.T) {
	a := moments(.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2)
	b := moments(1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4)
	d := experiment.MeanDifference(a, b)
	near(t, "low", d.Low, -3.3654832, 5e-7)
	near(t, "high", d.High, .2054832, 5e-7)
	near(t, "p", d.P, .07939, 5e-6)
	e := a.Estimate() // R's t.test(sleep$extra[1:10])
	near(t, "low", e.Low, -.5297804, 5e-7)
	near(t, "high", e.High, 2.0297804, 5e-7)
	if e := moments(3).Estimate(); e.OK {
		t.Errorf("one observation has an interval: %+v", e)
	}
	if d := experiment.MeanDifference(moments(0, 0, 0), moments(0, 0)); d.P != 1 || d.Low != 0 || !d.OK {
		t.Errorf("nothing and nothing: %+v", d)
	}
}

// R's chisq.test(c(89, 37, 30, 28, 2), p = c(40, 20, 20, 15, 5), rescale.p = TRUE).
func TestSharesAreChecked(t *testing.T) {
	x, degrees, p := experiment.ChiSquare([]int64{89, 37, 30, 28, 2}, []float64{40, 20, 20, 15, 5})
	near(t, "chi-square", x, 9.9901, 5e-5)
	near(t, "p", p, .04059, 5e-6)
	if degrees != 4 {
		t.Errorf("%d degrees", degrees)
	}
	if _, _, p := experiment.ChiSquare([]int64{50, 50, 1}, []float64{1, 1, 0}); p != 0 {
		t.Errorf("visitors of an arm that nobody was meant for: p is %v", p)
	}
	if _, n, p := experiment.ChiSquare([]int64{0, 0}, []float64{1, 1}); p != 1 || n != 1 {
		t.Errorf("nobody at all: %v with %d degrees", p, n)
	}
	if _, n, p := experiment.ChiSquare([]int64{7}, []float64{1}); p != 1 || n != 0 {
		t.Errorf("one arm: %v with %d degrees", p, n)
	}
}

// pair are the moments of two columns, by gonum.
func pair(x, y []float64) experiment.Pair {
	p := experiment.Pair{N: int64(len(x)), XY: stat.Covariance(x, y, nil)}
	p.X, p.XX = stat.MeanVariance(x, nil)
	p.Y, p.YY = stat.MeanVariance(y, nil)
	return p
}

func TestMergedMomentsAreThoseOfTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var x, y []float64
	for range 200 {
		x, y = append(x, r.NormFloat64()*3+1e4), append(y, r.ExpFloat64())
	}
	for cut := range 200 {
		if cut == 1 || cut == 199 { // of one observation there is no variance to hand over
			continue
		}
		a, b := pair(x[:cut], y[:cut]), pair(x[cut:], y[cut:])
		if cut == 0 {
			a = experiment.Pair{}
		}
		got, want := a.Merge(b), pair(x, y)
		near(t, "mean", got.X, want.X, 1e-9)
		near(t, "variance", got.XX, want.XX, 1e-7)
		near(t, "variance of y", got.YY, want.YY, 1e-9)
		near(t, "covariance", got.XY, want.XY, 1e-9)
	}
}

// Visitors differ in how much they click: taking each impression for an observation of its own would be
// far too sure. The interval must hold the truth in 95 of 100 worlds.
func TestTheIntervalOfARatioCoversIt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const worlds, visitors = 2_000, 300
	covered, naive, alarms := 0, 0, 0
	world := func() experiment.Pair {
		x, y := make([]float64, visitors), make([]float64, visitors)
		for i := range x {
			y[i] = float64(1 + r.IntN(40))
			keen := .02
			if r.IntN(10) == 0 {
				keen = .5
			}
			for range int(y[i]) {
				if r.Float64() < keen {
					x[i]++
				}
			}
		}
		return pair(x, y)
	}
	const truth = .9*.02 + .1*.5
	for range worlds {
		p := world()
		if e := p.Ratio(); e.Low <= truth && truth <= e.High {
			covered++
		}
		if e := experiment.Rate(int64(math.Round(p.X*visitors)), int64(p.Y*visitors)); e.Low <= truth &&
			truth <= e.High {
			naive++
		}
		if experiment.RatioDifference(p, world()).P < .05 {
			alarms++
		}
	}
	near(t, "coverage", float64(covered)/worlds, .95, .025)
	near(t, "false alarms", float64(alarms)/worlds, .05, .02)
	if naive > worlds*7/10 {
		t.Errorf("impressions as observations cover %d of %d: this world tells nothing", naive, worlds)
	}
}

func TestJudge(t *testing.T) {
	arm := func(name string, share float64, visitors, buyers int64, mean, variance float64) experiment.Arm {
		return experiment.Arm{Name: name, Share: share, Impressions: visitors * 10, Clicks: visitors,
			Shown:  experiment.Pair{N: visitors, X: 1, Y: 10, XX: 1, YY: 4, XY: .5},
			Buyers: buyers, Revenue: experiment.Moments{N: visitors / 2, Mean: mean, Variance: variance}}
	}
	held := arm("", .1, 1_000, 50, 500, 1e6)
	held.HeldOut = true
	r := experiment.Judge([]experiment.Arm{arm("today", .45, 4_500, 300, 600, 1e6),
		arm("bold", .45, 4_500, 400, 800, 2e6), held})
	today, bold := r.Arms[0], r.Arms[1]
	if today.Control != nil || today.Holdout == nil || bold.Control == nil || r.Arms[2].Holdout != nil ||
		r.Arms[2].Control == nil {
		t.Fatalf("%+v", r)
	}
	near(t, "difference", bold.Control.Revenue.Value, 200, 1e-9)
	near(t, "conversion", bold.Conversion.Value, 400./2_250, 1e-12)
	near(t, "click-through", bold.ClickThrough.Value, .1, 1e-12)
	// 4,500 members who were not held out spent 700 each, those who were 500.
	near(t, "incremental", r.Incremental.Value, 200*4_500, 1e-6)
	if !(r.Incremental.Low > 0) || r.Recommended.Members != 4_500 || r.Recommended.Holdout.Revenue.P > 1e-3 {
		t.Errorf("%+v", r)
	}
	if r.Mismatch.Found || r.Mismatch.P != 1 {
		t.Errorf("arms that are filled as meant: %+v", r.Mismatch)
	}
	lost := experiment.Judge([]experiment.Arm{arm("today", .5, 4_500, 0, 0, 0),
		arm("bold", .5, 4_100, 0, 0, 0)})
	if !lost.Mismatch.Found || lost.Incremental.OK || lost.Recommended.Holdout != nil {
		t.Errorf("%+v", lost)
	}
	text, err := json.Marshal(lost)
	if err != nil || !strings.Contains(string(text), `"incremental_revenue":null`) {
		t.Errorf("%s, %v", text, err)
	}
	if text, err := json.Marshal(experiment.Judge(nil)); err != nil {
		t.Errorf("no arms: %s, %v", text, err)
	}
}
