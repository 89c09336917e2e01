package factor

import "math"

// Watch fits and tells the loss after each epoch.
func Watch(x *Owned, cfg Config, each func(loss float64)) {
	f, step := begin(x, cfg)
	for range f.cfg.Epochs {
		step()
		each(f.loss(x))
	}
}

// loss is what Fit minimises, pair by pair in float64.
func (f *Factors) loss(x *Owned) (sum float64) {
	count := make([]float64, x.Items)
	for u := range x.Users() {
		bought := map[int32]bool{}
		for _, i := range x.Of(u) {
			bought[i] = true
			count[i]++
		}
		for i := range int32(x.Items) {
			y := float64(f.Score(f.User(int32(u)), i))
			sum += f.cfg.Unknown * y * y
			if bought[i] {
				sum += (y - 1) * (y - 1)
			}
		}
		sum += f.ridge(float64(len(bought)), x.Items, f.User(int32(u)))
	}
	for i, n := range count {
		sum += f.ridge(n, x.Users(), f.Item(int32(i)))
	}
	return sum
}

func (f *Factors) ridge(n float64, others int, v []float32) (sum float64) {
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum * f.cfg.Lambda * math.Pow(n+f.cfg.Unknown*float64(others), f.cfg.Nu)
}
