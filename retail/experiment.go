package retail

import "time"

// ExperimentID is the key of an experiment.
type ExperimentID int32

// MaxExperimentID bounds the numbers of experiments: an attribution has 14 bits for them.
const MaxExperimentID = 1<<14 - 1

// MaxVariants bounds the variants of one experiment: an attribution has 5 bits for their number.
const MaxVariants = 32

// Experiment compares ways to recommend with one another and with not recommending. Who sees what follows
// from a hash of the name and the visitor.
type Experiment struct {
	ID   ExperimentID
	Name string
	// From is included, Until is not. Experiments do not overlap: at most one is in force.
	From, Until time.Time
	// Holdout is the share of visitors, from 0 to below 1, who are shown what sells instead.
	Holdout float64
	// Variants are numbered as they stand here; the first is the control.
	Variants []Variant
	Version  int64
}

// Variant is one way to weigh what is recommended.
type Variant struct {
	Name string `json:"name"`
	// Weight is its share of the visitors against the weights of the others, 0 or more.
	Weight float64 `json:"weight"`
	Blend  Blend   `json:"blend,omitzero"`
}

// Blend says what a variant weighs otherwise than what holds without an experiment. What is left out stays.
type Blend struct {
	// Weights are, by scene and rung, what a score of 1 counts, 0 to MaxBlendWeight.
	Weights map[string]map[string]float64 `json:"weights,omitempty"`
	// Acts are, by act, what a touch of the visitor counts, 0 to MaxBlendWeight.
	Acts map[string]float64 `json:"acts,omitempty"`
	// Decay is what the next older touch counts of the one before it, 0 to 1.
	Decay *float64 `json:"decay,omitempty"`
	// PerStyle bounds how many of one style a slate shows, from 1.
	PerStyle *int32 `json:"per_style,omitempty"`
	// PerCategory and PerBrand are the largest shares of a slate, above 0 to 1.
	PerCategory *float64 `json:"per_category,omitempty"`
	PerBrand    *float64 `json:"per_brand,omitempty"`
}

// IsZero reports whether nothing is weighed otherwise.
func (b Blend) IsZero() bool {
	return len(b.Weights) == 0 && len(b.Acts) == 0 && b.Decay == nil && b.PerStyle == nil &&
		b.PerCategory == nil && b.PerBrand == nil
}

// MaxBlendWeight bounds the weights of a blend.
const MaxBlendWeight = 1_000

// Rungs lists the rungs of the ladder of recommendations, the best first.
func Rungs() []string {
	return []string{"personal", "session", "item", "store_popular", "chain_popular", "newest"}
}

// Acts lists what a visitor does with goods, the weakest first.
func Acts() []string { return []string{"viewed", "clicked", "favourite", "carted", "bought"} }
