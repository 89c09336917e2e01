package factor_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/planted"
)

// half a million purchases of 20,000 members
func large(items int) *factor.Owned {
	return factor.OwnedOf(planted.Make(planted.Config{Seed: 1, Users: 20000, Items: items, Clusters: 50,
		Sessions: 1}).History)
}

func BenchmarkFitEase(b *testing.B) {
	for _, items := range []int{1000, 5000} {
		x := large(items)
		b.Run(fmt.Sprint(items), func(b *testing.B) {
			for b.Loop() {
				ease(b, x, factor.EaseConfig{})
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys)/(1<<20), "MiB-heap")
		})
	}
}

// BenchmarkDot is why vek32 multiplies here.
func BenchmarkDot(b *testing.B) {
	plain := func(x, y []float32) (sum float32) {
		for i, v := range x {
			sum += v * y[i]
		}
		return sum
	}
	gonum := func(x, y []float32) float32 {
		a, b := blas32.Vector{N: len(x), Data: x, Inc: 1}, blas32.Vector{N: len(y), Data: y, Inc: 1}
		return blas32.Dot(a, b)
	}
	for _, n := range []int{16, 64, 256} {
		x, y, sink := make([]float32, n), make([]float32, n), float32(0)
		for _, f := range []struct {
			name string
			dot  func(x, y []float32) float32
		}{{"plain", plain}, {"gonum", gonum}, {"vek32", vek32.Dot}} {
			b.Run(fmt.Sprint(f.name, n), func(b *testing.B) {
				for b.Loop() {
					sink += f.dot(x, y)
				}
			})
		}
	}
}

func BenchmarkFit(b *testing.B) {
	x := large(5000)
	for b.Loop() {
		factor.Fit(x, factor.Config{Seed: 1})
	}
}

func BenchmarkFold(b *testing.B) {
	x := large(5000)
	f := factor.Fit(x, factor.Config{Seed: 1, Epochs: 1})
	fold, v := f.NewFolder(), make([]float32, f.Dim())
	i := 0
	for b.Loop() {
		fold.Fold(v, x.Of(i%x.Users()))
		i++
	}
}

func BenchmarkTop(b *testing.B) {
	f := factor.Fit(large(20000), factor.Config{Seed: 1, Epochs: 1})
	into := make([]list.Scored, 0, 20)
	for b.Loop() {
		into = f.Top(f.User(7), nil, into)
	}
}
