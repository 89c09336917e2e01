package wire

import (
	"math"
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Experiment is one row of PUT /v1/experiments.
type Experiment struct {
	Name string `json:"name"`
	// From is included, Until is not.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Holdout is the share of visitors who are shown what sells.
	Holdout  float64             `json:"holdout"`
	Variants []ExperimentVariant `json:"variants"`
	Version  int64               `json:"version,omitempty"`
}

// ExperimentVariant is one way to weigh what is recommended.
type ExperimentVariant struct {
	Name   string       `json:"name"`
	Weight float64      `json:"weight"`
	Blend  retail.Blend `json:"blend,omitzero"`
}

// Experiments is the body of PUT /v1/experiments.
type Experiments struct {
	Experiments []Experiment `json:"experiments"`
}

// Read reads a bulk of experiments; each row's faults carry its index.
func (b *Experiments) Read(r *scan.Reader, bounds Bounds) {
	b.Experiments = readRows(r, bounds, "experiments", (*Experiment).read)
}

func (e *Experiment) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "name":
			e.Name = r.String(MaxCode)
		case "from":
			e.From = r.Time()
		case "until":
			e.Until = r.Time()
		case "holdout":
			e.Holdout = r.Float()
		case "variants":
			r.Array(retail.MaxVariants, func(int) {
				var v ExperimentVariant
				v.read(r)
				e.Variants = append(e.Variants, v)
			})
		case "version": // as a list shows it; it says nothing here
			e.Version = r.Int(0, math.MaxInt64)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "name", e.Name)
}

func (v *ExperimentVariant) read(r *scan.Reader) {
	weighed := false
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "name":
			v.Name = r.String(MaxCode)
		case "weight":
			v.Weight, weighed = r.Float(), true
		case "blend":
			readBlend(r, &v.Blend)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "name", v.Name)
	if !weighed {
		r.Missing("weight", "is missing")
	}
}

func readBlend(r *scan.Reader, b *retail.Blend) {
	share := func(into **float64) {
		v := r.Float()
		*into = &v
	}
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "weights":
			b.Weights = map[string]map[string]float64{}
			r.Object(func(scene []byte) bool {
				key := string(scene)
				b.Weights[key] = readWeights(r)
				return true
			})
		case "acts":
			b.Acts = readWeights(r)
		case "decay":
			share(&b.Decay)
		case "per_style":
			n := int32(r.Int(math.MinInt32, math.MaxInt32))
			b.PerStyle = &n
		case "per_category":
			share(&b.PerCategory)
		case "per_brand":
			share(&b.PerBrand)
		default:
			return false
		}
		return true
	})
}

func readWeights(r *scan.Reader) map[string]float64 {
	all := map[string]float64{}
	r.Object(func(name []byte) bool {
		key := string(name)
		all[key] = r.Float()
		return true
	})
	return all
}
