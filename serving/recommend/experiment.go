package recommend

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Variant is one way to weigh, and its share of the visitors.
type Variant struct {
	Name string
	// Weight is its share against the other variants', 0 or more.
	Weight float64
	Blend  Blend
}

// Experiment splits visitors between variants by hash: whoever has one variant keeps it, on every server,
// without anything being stored.
type Experiment struct {
	// ID stands in attributions: 0 for no experiment, at most MaxExperiment.
	ID uint16
	// Name salts the hash, so that the split of one trial says nothing about that of another.
	Name string
	// Holdout is the share of visitors, 0 to 1, who are shown what sells instead of recommendations: what
	// recommending earns is the difference to them.
	Holdout  float64
	Variants []Variant
}

// MaxVariants bounds the variants of one experiment.
const MaxVariants = 32

// Split is an experiment ready to be asked.
type Split struct {
	variants []Variant
	// until are the upper bounds of the variants' shares of all hashes.
	until         []uint64
	salt, holdout uint64
	id            uint16
	key           uint64
}

// NewSplit checks an experiment. One without variants has the default blend alone.
func NewSplit(e Experiment) (*Split, error) {
	if len(e.Variants) == 0 {
		e.Variants = []Variant{{Name: "default", Weight: 1, Blend: DefaultBlend()}}
	}
	if e.ID > MaxExperiment {
		return nil, fmt.Errorf("cannot split experiment %s: its number is %d, at most %d", e.Name, e.ID,
			MaxExperiment)
	}
	if len(e.Variants) > MaxVariants || !(e.Holdout >= 0 && e.Holdout <= 1) {
		return nil, fmt.Errorf("cannot split experiment %s: %d variants, at most %d; holdout %v, want 0 to 1",
			e.Name, len(e.Variants), MaxVariants, e.Holdout)
	}
	s := &Split{variants: slices.Clone(e.Variants), salt: fnv(e.Name), holdout: share(e.Holdout), id: e.ID,
		key: fnv(fmt.Sprintf("%+v", e))}
	total, sum := 0.0, 0.0
	for _, v := range e.Variants {
		if !(v.Weight >= 0) || math.IsInf(v.Weight, 0) {
			return nil, fmt.Errorf("cannot split experiment %s: variant %s weighs %v", e.Name, v.Name,
				v.Weight)
		}
		total += v.Weight
	}
	if total == 0 {
		return nil, errors.New("cannot split experiment " + e.Name + ": no variant weighs anything")
	}
	for _, v := range e.Variants {
		sum += v.Weight
		s.until = append(s.until, share(sum/total))
	}
	s.until[len(s.until)-1] = math.MaxUint64
	return s, nil
}

// fnv hashes a text by FNV-1a.
func fnv(text string) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range []byte(text) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// share is a part of all hashes.
func share(of float64) uint64 {
	if of >= 1 {
		return math.MaxUint64
	}
	return uint64(of * (1 << 64))
}

// Of returns the number of a visitor's variant, and whether the visitor is held out. Visitor 0 is nobody:
// the first variant, never held out.
func (s *Split) Of(visitor uint64) (variant int, heldOut bool) {
	if visitor == 0 {
		return 0, false
	}
	h := mix(visitor ^ s.salt)
	for variant = 0; h > s.until[variant]; variant++ {
	}
	return variant, s.holdout > 0 && mix(h^0xA0761D6478BD642F) <= s.holdout
}

// ID is the number of the experiment, 0 for none.
func (s *Split) ID() uint16 { return s.id }

// Key tells splits apart by all that they are made of.
func (s *Split) Key() uint64 { return s.key }

// Variant returns a variant.
func (s *Split) Variant(number int) *Variant { return &s.variants[number] }

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// 2014): every bit of x moves half of the result's.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
