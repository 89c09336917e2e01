package experiment

import (
	"encoding/json"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the coverage of every interval.
const Level = .95

// Estimate is a value with the interval that covers the true one in 95 of 100 experiments.
type Estimate struct {
	Value, Low, High float64
	// OK says that there is one; the others are zero without it.
	OK bool
}

// MarshalJSON writes an object with value, low and high, or null.
func (e Estimate) MarshalJSON() ([]byte, error) {
	if !e.OK {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Value float64 `json:"value"`
		Low   float64 `json:"low"`
		High  float64 `json:"high"`
	}{e.Value, e.Low, e.High})
}

// Difference is an estimate of one arm's figure less another's, with the probability of one at least so
// far from zero if there were none (two-sided).
type Difference struct {
	Estimate
	P float64
}

// MarshalJSON writes an object with value, low, high and p, or null.
func (d Difference) MarshalJSON() ([]byte, error) {
	if !d.OK {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Value float64 `json:"value"`
		Low   float64 `json:"low"`
		High  float64 `json:"high"`
		P     float64 `json:"p"`
	}{d.Value, d.Low, d.High, d.P})
}

// z is the normal quantile of the level: 1.96 for 95 %.
func z() float64 { return distuv.UnitNormal.Quantile(1 - (1-Level)/2) }

// estimate is an OK estimate unless something in it is no number.
func estimate(value, low, high float64) Estimate {
	for _, v := range [...]float64{value, low, high} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Estimate{}
		}
	}
	return Estimate{value, low, high, true}
}

// Rate estimates k of n, by Wilson's score interval ("Probable inference, the law of succession, and
// statistical inference", 1927): it stays within 0 and 1 and holds for rare events and few visitors.
//
//	centre = (p + z²/2n)/(1 + z²/n)     half = z/(1 + z²/n) · √(p(1−p)/n + z²/4n²)
func Rate(k, n int64) Estimate {
	if n <= 0 || k < 0 || k > n {
		return Estimate{}
	}
	N, q := float64(n), z()
	p := float64(k) / N
	shrink := 1 + q*q/N
	centre := (p + q*q/(2*N)) / shrink
	half := q / shrink * math.Sqrt(p*(1-p)/N+q*q/(4*N*N))
	return estimate(p, max(0, centre-half), min(1, centre+half))
}

// RateDifference estimates ka/na − kb/nb. The interval is Newcombe's hybrid of the two score intervals
// ("Interval estimation for the difference between independent proportions", 1998, method 10); P is that of
// the pooled z-test.
func RateDifference(ka, na, kb, nb int64) Difference {
	a, b := Rate(ka, na), Rate(kb, nb)
	if !a.OK || !b.OK {
		return Difference{}
	}
	d := a.Value - b.Value
	e := estimate(d, d-math.Hypot(a.Value-a.Low, b.High-b.Value), d+math.Hypot(a.High-a.Value, b.Value-b.Low))
	pooled := float64(ka+kb) / float64(na+nb)
	return difference(e, d/math.Sqrt(pooled*(1-pooled)*(1/float64(na)+1/float64(nb))), distuv.UnitNormal.CDF)
}

// difference adds the two-sided P of a statistic. Where nobody, or everybody, did it, there is none: the
// arms are the same and P is 1.
func difference(e Estimate, statistic float64, cdf func(float64) float64) Difference {
	p := 1.
	if !math.IsNaN(statistic) {
		p = 2 * cdf(-math.Abs(statistic))
	}
	return Difference{e, p}
}

// ChiSquare says how far counts lie from what shares of their sum promise, and the probability of as much
// or more by chance. Shares need not add up to 1; an arm without a share is left out unless it has a count,
// which no chance explains: then P is 0. Pearson, "On the criterion that a given system of deviations …",
// 1900.
func ChiSquare(counts []int64, shares []float64) (statistic float64, degrees int, p float64) {
	n, sum := 0., 0.
	for i, k := range counts {
		n, sum = n+float64(k), sum+shares[i]
	}
	p = 1
	for i, k := range counts {
		if shares[i] <= 0 {
			if k > 0 {
				p = 0
			}
			continue
		}
		expected := n * shares[i] / sum
		degrees++
		if expected > 0 {
			statistic += (float64(k) - expected) * (float64(k) - expected) / expected
		}
	}
	degrees--
	if degrees > 0 && p > 0 {
		p = distuv.ChiSquared{K: float64(degrees)}.Survival(statistic)
	}
	return statistic, max(0, degrees), p
}
