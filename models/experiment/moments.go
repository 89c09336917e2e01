package experiment

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Moments are how many observations there were, their mean, and their variance with n − 1.
type Moments struct {
	N              int64
	Mean, Variance float64
}

// Merge joins two groups of observations (Chan, Golub, LeVeque: "Updating formulae and a pairwise algorithm
// for computing sample variances", 1979).
func (m Moments) Merge(o Moments) Moments {
	p := Pair{N: m.N, X: m.Mean, XX: m.Variance}.Merge(Pair{N: o.N, X: o.Mean, XX: o.Variance})
	return Moments{p.N, p.X, p.XX}
}

// Estimate estimates the mean by Student's t.
func (m Moments) Estimate() Estimate {
	if m.N < 2 {
		return Estimate{}
	}
	half := quantile(float64(m.N-1)) * math.Sqrt(m.Variance/float64(m.N))
	return estimate(m.Mean, m.Mean-half, m.Mean+half)
}

// quantile is that of Student's t for the level.
func quantile(degrees float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: degrees}.Quantile(1 - (1-Level)/2)
}

// MeanDifference estimates the mean of a less that of b, without taking their variances for equal (Welch,
// "The generalization of 'Student's' problem when several different population variances are involved",
// 1947). Revenue is skewed: below some hundred visitors an arm its intervals are rough.
//
//	t = (ā − b̄)/√(sa²/na + sb²/nb)     ν = (va + vb)²/(va²/(na−1) + vb²/(nb−1)),  v = s²/n
func MeanDifference(a, b Moments) Difference {
	if a.N < 2 || b.N < 2 {
		return Difference{}
	}
	va, vb := a.Variance/float64(a.N), b.Variance/float64(b.N)
	d, se := a.Mean-b.Mean, math.Sqrt(va+vb)
	if se == 0 {
		p := 1.
		if d != 0 {
			p = 0
		}
		return Difference{estimate(d, d, d), p}
	}
	nu := (va + vb) * (va + vb) / (va*va/float64(a.N-1) + vb*vb/float64(b.N-1))
	half := quantile(nu) * se
	return difference(estimate(d, d-half, d+half), d/se, distuv.StudentsT{Sigma: 1, Nu: nu}.CDF)
}

// Pair are the moments of two figures of the same visitors: means X and Y, variances XX and YY, and
// covariance XY, with n − 1.
type Pair struct {
	N                int64
	X, Y, XX, YY, XY float64
}

// Merge joins two groups of visitors.
func (p Pair) Merge(o Pair) Pair {
	n := p.N + o.N
	if p.N == 0 || o.N == 0 {
		if p.N == 0 {
			return o
		}
		return p
	}
	a, b := float64(p.N), float64(o.N)
	dx, dy, between := o.X-p.X, o.Y-p.Y, a*b/(a+b)
	join := func(va, vb, apart float64) float64 {
		return (va*(a-1) + vb*(b-1) + apart*between) / (a + b - 1)
	}
	return Pair{N: n, X: p.X + dx*b/(a+b), Y: p.Y + dy*b/(a+b), XX: join(p.XX, o.XX, dx*dx),
		YY: join(p.YY, o.YY, dy*dy), XY: join(p.XY, o.XY, dx*dy)}
}

// ratioVariance is that of ΣX/ΣY, by the delta method: what one visitor does twice is no two observations
// (Deng, Knoblich, Lu: "Applying the delta method in metric analytics", 2018).
//
//	R = X̄/Ȳ     var R ≈ (sx² − 2 R sxy + R² sy²)/(n Ȳ²)
func (p Pair) ratioVariance() float64 {
	r := p.X / p.Y
	return max(0, p.XX-2*r*p.XY+r*r*p.YY) / (float64(p.N) * p.Y * p.Y)
}

// Ratio estimates ΣX/ΣY.
func (p Pair) Ratio() Estimate {
	if p.N < 2 || p.Y == 0 {
		return Estimate{}
	}
	r, half := p.X/p.Y, z()*math.Sqrt(p.ratioVariance())
	return estimate(r, r-half, r+half)
}

// RatioDifference estimates the ratio of a less that of b.
func RatioDifference(a, b Pair) Difference {
	ra, rb := a.Ratio(), b.Ratio()
	if !ra.OK || !rb.OK {
		return Difference{}
	}
	d, se := ra.Value-rb.Value, math.Sqrt(a.ratioVariance()+b.ratioVariance())
	e := estimate(d, d-z()*se, d+z()*se)
	if d == 0 {
		return Difference{e, 1}
	}
	return difference(e, d/se, distuv.UnitNormal.CDF)
}
