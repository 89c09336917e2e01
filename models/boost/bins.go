package boost

import "slices"

// cutSample is how many values of a feature are looked at to place its cuts.
const cutSample = 50_000

// cutPoints are the places where a feature is cut into bins of about equally many rows, ascending. Bin b
// holds the values with exactly b cuts at or below them.
func cutPoints(d *Data, feature, bins int) (cuts []float32) {
	n := len(d.Y)
	step := max(1, n/cutSample)
	var values []float32
	for i := 0; i < n; i += step {
		if v := d.X[i*d.Features+feature]; v == v {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	for b := 1; b < bins && len(values) > 0; b++ {
		v := values[b*len(values)/bins]
		if v > values[0] && (len(cuts) == 0 || v > cuts[len(cuts)-1]) {
			cuts = append(cuts, v)
		}
	}
	return cuts
}

// binOf is how many cuts lie at or below v: 0 where v is not a number.
func binOf(cuts []float32, v float32) uint8 {
	lo, hi := 0, len(cuts)
	for lo < hi {
		if mid := (lo + hi) / 2; cuts[mid] <= v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return uint8(lo)
}
