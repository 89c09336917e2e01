package judge

import "math"

// Diversity is 1 − the mean similarity of all pairs of a list (Ziegler et al., "Improving recommendation
// lists through topic diversification", 2005). ok is false below two items. A similarity that is not a
// number counts as 0. Cost: |list|²/2 calls.
func Diversity(list []int32, similarity func(a, b int32) float64) (value float64, ok bool) {
	sum, pairs := 0.0, 0
	for i, a := range list {
		for _, b := range list[:i] {
			if s := similarity(a, b); s == s {
				sum += s
			}
			pairs++
		}
	}
	if pairs == 0 {
		return 0, false
	}
	return 1 - sum/float64(pairs), true
}

// ByCategory is the similarity of items that have one category each: 1 for the same, else 0.
// Items without a category (outside the slice, or negative in it) resemble only themselves.
func ByCategory(category []int32) func(a, b int32) float64 {
	of := func(item int32) int32 {
		if item < 0 || int(item) >= len(category) {
			return -1
		}
		return category[item]
	}
	return func(a, b int32) float64 {
		if a == b || of(a) >= 0 && of(a) == of(b) {
			return 1
		}
		return 0
	}
}

// Novelty is the mean self-information in bits of a list's items, −log₂ p, where p = (buyers+1)/(users+1) is
// the share of users who bought the item, one imagined user included so that an item nobody bought is
// finite (Zhou et al., "Solving the apparent diversity-accuracy dilemma", 2010). ok is false for no list.
func Novelty(list []int32, buyers []int64, users int64) (bits float64, ok bool) {
	for _, item := range list {
		n := int64(0)
		if item >= 0 && int(item) < len(buyers) {
			n = min(max(0, buyers[item]), users)
		}
		bits -= math.Log2(float64(n+1) / float64(max(0, users)+1))
	}
	if len(list) == 0 {
		return 0, false
	}
	return bits / float64(len(list)), true
}

// calibrationMix is how much of the taste is mixed into the list's distribution, so that a category which
// the list lacks costs much, and not infinitely much. The value is Steck's.
const calibrationMix = 0.01

// Calibration is how far the categories of a list stray from a user's taste, in nats:
// KL(p‖q̃) = Σ p(c) ln(p(c)/q̃(c)), q̃ = 0.99 q + 0.01 p; 0 is perfect (Steck, "Calibrated
// recommendations", 2018). taste and shown are weights by category, of the same length, and need not sum
// to 1; weights that are negative or no numbers count as 0. ok is false where either is all 0.
func Calibration(taste, shown []float64) (kl float64, ok bool) {
	p, q := total(taste), total(shown)
	if p == 0 || q == 0 || len(taste) != len(shown) {
		return 0, false
	}
	for c := range taste {
		want := weight(taste[c]) / p
		if want == 0 {
			continue
		}
		has := (1-calibrationMix)*weight(shown[c])/q + calibrationMix*want
		kl += want * math.Log(want/has)
	}
	return max(0, kl), true
}

func total(weights []float64) (sum float64) {
	for _, w := range weights {
		sum += weight(w)
	}
	return sum
}

func weight(w float64) float64 {
	if w > 0 && !math.IsInf(w, 1) {
		return w
	}
	return 0
}
