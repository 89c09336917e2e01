package world

import (
	"math"
	"math/rand/v2"
)

// purpose separates the random streams of one world.
type purpose uint64

const (
	forCatalogue purpose = iota + 1
	forStore
	forMember
	forPrice
	forPromotion
	forAffinity
	forDay
	forSupply
	forBrowsing
	forGoods
	forStroll
)

// stream returns the random stream of one purpose, for up to two things such as a store and a day.
// Streams are independent: what one draws does not move another.
func (c *Config) stream(p purpose, a, b uint64) *rand.Rand {
	x := mix(c.Seed ^ mix(uint64(p)))
	x = mix(x ^ mix(a+0x51ed27))
	return rand.New(rand.NewPCG(x, mix(x^mix(b+0x2545f4))))
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads its bits.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// poisson draws a Poisson number of the given mean: by multiplication (Knuth) for small means, by
// the normal approximation above 30, where its error is below what a day's traffic can show.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n, limit := 0, math.Exp(-mean)
	for p := r.Float64(); p > limit; p *= r.Float64() {
		n++
	}
	return n
}

// erlang4 draws from the Erlang distribution of shape 4 and the given mean: intervals that are
// fairly regular (coefficient of variation 1/2), as those of households are.
func erlang4(r *rand.Rand, mean float64) float64 {
	return mean / 4 * (r.ExpFloat64() + r.ExpFloat64() + r.ExpFloat64() + r.ExpFloat64())
}

// roundRandom rounds x up or down at random so that the mean is kept.
func roundRandom(r *rand.Rand, x float64) int { return int(x + r.Float64()) }

// alias draws from a fixed discrete distribution in constant time (Walker 1977, Vose 1991).
type alias struct {
	cut   []float64
	other []int32
	small []int32
	large []int32
}

// build sets the distribution to weights, which are not negative and not all zero. It reuses its
// room.
func (a *alias) build(weights []float64) {
	n := len(weights)
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	a.cut, a.other = grow(a.cut, n), grow(a.other, n)
	a.small, a.large = a.small[:0], a.large[:0]
	for i, w := range weights {
		a.cut[i] = w / sum * float64(n)
		a.other[i] = int32(i)
		if a.cut[i] < 1 {
			a.small = append(a.small, int32(i))
		} else {
			a.large = append(a.large, int32(i))
		}
	}
	for len(a.small) > 0 && len(a.large) > 0 {
		s, l := a.small[len(a.small)-1], a.large[len(a.large)-1]
		a.small = a.small[:len(a.small)-1]
		a.other[s] = l
		if a.cut[l] -= 1 - a.cut[s]; a.cut[l] < 1 {
			a.large = a.large[:len(a.large)-1]
			a.small = append(a.small, l)
		}
	}
	for _, i := range append(a.small, a.large...) {
		a.cut[i] = 1
	}
}

func (a *alias) draw(r *rand.Rand) int {
	x := r.Float64() * float64(len(a.cut))
	i := int(x)
	if x-float64(i) < a.cut[i] {
		return i
	}
	return int(a.other[i])
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
