package fact

// Experiments holds experiments as they are now: table dim_experiment, the highest Version counts.
type Experiments struct {
	Origin
	ID      []int32
	Version []int64
	Name    []string
	// From is included, Until is not, in microseconds since 1970.
	From     []int64
	Until    []int64
	Holdout  []float64
	Variants []string // names and weights, JSON
}

func (t *Experiments) reset() {
	t.Origin.reset()
	t.ID = t.ID[:0]
	t.Version = t.Version[:0]
	t.Name = t.Name[:0]
	t.From = t.From[:0]
	t.Until = t.Until[:0]
	t.Holdout = t.Holdout[:0]
	t.Variants = t.Variants[:0]
}
