package bench

import (
	"math"
	"slices"
	"time"
)

// samples are durations; quantiles over them are exact.
type samples []time.Duration

// ms returns the quantile at share (0.99 for the 99th percentile) in milliseconds: the smallest sample
// that at least that share of all samples does not exceed. NaN without samples.
func (s samples) ms(share float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	if !slices.IsSorted(s) {
		slices.Sort(s)
	}
	at := int(math.Ceil(share*float64(len(s)))) - 1
	return float64(s[min(max(at, 0), len(s)-1)]) / float64(time.Millisecond)
}
