package rival

import (
	"math"
	"math/rand/v2"
	"slices"
)

// bpr factorises by stochastic gradient descent on pairs of an item that a user bought and one drawn of those
// that he did not (Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR: Bayesian personalized ranking
// from implicit feedback", UAI 2009). A round draws as many pairs as there are purchases.
func bpr(d *data, cfg Config) *factors {
	f, r, k := newFactors(d, cfg), rand.New(rand.NewPCG(cfg.Seed, 22)), cfg.Factors
	var who []int32
	for u, list := range d.bought {
		for range list {
			who = append(who, int32(u))
		}
	}
	for range cfg.Rounds { // which are empty without a purchase
		for range who {
			u := who[r.IntN(len(who))]
			liked := d.bought[u][r.IntN(len(d.bought[u]))]
			other := int32(r.IntN(len(d.buyers)))
			if _, owned := slices.BinarySearch(d.bought[u], other); owned {
				continue
			}
			step(f.users[int(u)*k:int(u+1)*k], f.items[int(liked)*k:int(liked+1)*k],
				f.items[int(other)*k:int(other+1)*k])
		}
	}
	return f
}

const (
	rate    = .05
	penalty = .01
)

func step(u, liked, other []float32) {
	x := float32(0)
	for i := range u {
		x += u[i] * (liked[i] - other[i])
	}
	g := float32(1 / (1 + math.Exp(float64(x))))
	for i := range u {
		a, b, c := u[i], liked[i], other[i]
		u[i] += rate * (g*(b-c) - penalty*a)
		liked[i] += rate * (g*a - penalty*b)
		other[i] += rate * (-g*a - penalty*c)
	}
}
