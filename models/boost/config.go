package boost

import "fmt"

// Config says how to fit. The zero value takes the defaults.
type Config struct {
	// Trees is how many are added up. Cost grows in proportion, of fitting and of scoring. Default 120.
	Trees int
	// Leaves of a tree at most. Default 15.
	Leaves int
	// Bins a feature is cut into, 2…256. Cost while fitting: 16 bytes × features × bins
	// × leaves. Default 64.
	Bins int
	// Rate is the part of each tree's step that is taken. Smaller needs more trees. Default 0.1.
	Rate float64
	// Ridge is added to the curvature of a leaf (λ of XGBoost), so that few rows move it little. Default 5.
	Ridge float64
	// MinCurvature is the least Σ w·p·(1−p) of a leaf: about the number of uncertain rows. Default 5.
	MinCurvature float64
	// Sample is the share of the rows that each tree sees. Default 0.7.
	Sample float64
	// Seed fixes the samples.
	Seed uint64
	// Workers share the features among them. Default 1.
	Workers int
}

func (c Config) withDefaults() Config {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	setReal := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	set(&c.Trees, 120)
	set(&c.Leaves, 15)
	set(&c.Bins, 64)
	set(&c.Workers, 1)
	setReal(&c.Rate, 0.1)
	setReal(&c.Ridge, 5)
	setReal(&c.MinCurvature, 5)
	setReal(&c.Sample, 0.7)
	return c
}

// The limits of a fit and of what Decode accepts.
const (
	maxTrees    = 10_000
	maxLeaves   = 1_024
	maxBins     = 256
	maxFeatures = 1_024
	maxRows     = 1 << 30
)

func (c Config) check(d *Data) error {
	n := len(d.Y)
	switch {
	case c.Trees < 1 || c.Trees > maxTrees:
		return fmt.Errorf("cannot fit %d trees: want 1 to %d", c.Trees, maxTrees)
	case c.Leaves < 2 || c.Leaves > maxLeaves:
		return fmt.Errorf("cannot fit trees of %d leaves: want 2 to %d", c.Leaves, maxLeaves)
	case c.Bins < 2 || c.Bins > maxBins:
		return fmt.Errorf("cannot cut features into %d bins: want 2 to %d", c.Bins, maxBins)
	case !(c.Rate > 0 && c.Rate <= 1) || !(c.Sample > 0 && c.Sample <= 1):
		return fmt.Errorf("cannot fit at rate %v on a share of %v: want both in (0, 1]", c.Rate, c.Sample)
	case !(c.Ridge > 0) || !(c.MinCurvature > 0):
		return fmt.Errorf("cannot fit with ridge %v and least curvature %v: want both above 0", c.Ridge,
			c.MinCurvature)
	case c.Workers < 1 || c.Workers > 256:
		return fmt.Errorf("cannot fit with %d workers: want 1 to 256", c.Workers)
	case d.Features < 1 || d.Features > maxFeatures:
		return fmt.Errorf("cannot fit on %d features: want 1 to %d", d.Features, maxFeatures)
	case n < 1 || n > maxRows || len(d.X) != n*d.Features || len(d.Weight) != n:
		return fmt.Errorf("cannot fit on %d labels, %d weights and %d values of %d features", n,
			len(d.Weight), len(d.X), d.Features)
	}
	for i, y := range d.Y {
		if !(y >= 0 && y <= 1) || !(d.Weight[i] >= 0 && d.Weight[i] < 1e12) {
			return fmt.Errorf("cannot fit on row %d: label %v, weight %v", i, y, d.Weight[i])
		}
	}
	return nil
}
