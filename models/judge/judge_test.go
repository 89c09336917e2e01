package judge_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/judge"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) < 1e-12) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The figures were worked out by hand from the definitions.
func TestOneListByHand(t *testing.T) {
	q, ok := judge.Of([]int32{7, 3, 9, 5}, []int32{3, 5, 8}, 4)
	if !ok {
		t.Fatal("a user with a truth was left out")
	}
	near(t, "recall", q.Recall, 2.0/3)
	near(t, "precision", q.Precision, 2.0/4)
	near(t, "hit rate", q.HitRate, 1)
	near(t, "MRR", q.MRR, 1.0/2)
	near(t, "MAP", q.MAP, (1.0/2+2.0/4)/3)
	ideal := 1 + 1/math.Log2(3) + 1.0/2
	near(t, "NDCG", q.NDCG, (1/math.Log2(3)+1/math.Log2(5))/ideal)
}

// naive follows the definitions word by word.
func naive(list, truth []int32, k int) (q judge.Quality) {
	list = list[:min(k, len(list))]
	hits := 0.0
	for i, item := range list {
		if slices.Contains(truth, item) {
			hits++
			q.NDCG += 1 / math.Log2(float64(i)+2)
			q.MAP += hits / float64(i+1)
			q.MRR = max(q.MRR, 1/float64(i+1))
			q.HitRate = 1
		}
	}
	best := 0.0
	for i := range min(k, len(truth)) {
		best += 1 / math.Log2(float64(i)+2)
	}
	q.Recall, q.Precision = hits/float64(len(truth)), hits/float64(k)
	q.NDCG, q.MAP = q.NDCG/best, q.MAP/float64(min(k, len(truth)))
	return q
}

func draw(rng *rand.Rand, n, of int) (items []int32) {
	for _, item := range rng.Perm(of)[:n] {
		items = append(items, int32(item))
	}
	return items
}

func compare(t *testing.T, seed uint64, got, want judge.Quality) {
	t.Helper()
	for _, p := range [][2]float64{{got.Recall, want.Recall}, {got.Precision, want.Precision},
		{got.NDCG, want.NDCG}, {got.HitRate, want.HitRate}, {got.MRR, want.MRR}, {got.MAP, want.MAP}} {
		if !(math.Abs(p[0]-p[1]) < 1e-9) || p[0] < 0 || p[0] > 1+1e-9 {
			t.Fatalf("seed %d: got %+v, want %+v", seed, got, want)
		}
	}
}

func TestListsAgreeWithTheDefinitions(t *testing.T) {
	for seed := range uint64(500) {
		rng := rand.New(rand.NewPCG(seed, 1))
		list, truth := draw(rng, rng.IntN(20), 30), draw(rng, 1+rng.IntN(12), 30)
		slices.Sort(truth)
		k := 1 + rng.IntN(15)
		got, _ := judge.Of(list, truth, k)
		compare(t, seed, got, naive(list, truth, k))
	}
}

func TestHalvesMergeIntoTheWhole(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 2))
		var whole judge.Mean
		halves := make([]judge.Mean, 2)
		cover, parts := judge.NewCoverage(40), []*judge.Coverage{judge.NewCoverage(40), judge.NewCoverage(40)}
		for range 60 {
			list, truth := draw(rng, rng.IntN(15), 40), draw(rng, rng.IntN(5), 40)
			slices.Sort(truth)
			at := rng.IntN(2)
			whole.Add(list, truth)
			halves[at].Add(list, truth)
			cover.Add(list)
			parts[at].Add(list)
		}
		halves[0].Merge(&halves[1])
		parts[0].Merge(parts[1])
		compare(t, seed, halves[0].Quality(), whole.Quality())
		if halves[0].Users() != whole.Users() || halves[0].WithoutTruth() != whole.WithoutTruth() ||
			whole.WithoutTruth() == 0 || whole.Users()+whole.WithoutTruth() != 60 {
			t.Fatalf("seed %d: %d users and %d without a truth", seed, whole.Users(), whole.WithoutTruth())
		}
		near(t, "coverage", parts[0].Share(), cover.Share())
		near(t, "effective", parts[0].Effective(), cover.Effective())
	}
}

func TestAnItemListedAgainCountsOnce(t *testing.T) {
	got, _ := judge.Of([]int32{4, 4, 4}, []int32{4}, 3)
	compare(t, 0, got, judge.Quality{Recall: 1, Precision: 1.0 / 3, NDCG: 1, HitRate: 1, MRR: 1, MAP: 1})
}

func TestNothingGivesNaN(t *testing.T) {
	var m judge.Mean
	m.Add([]int32{1}, nil)
	compare(t, 0, m.Quality(), judge.Quality{})
	m.Add(nil, []int32{1})
	compare(t, 0, m.Quality(), judge.Quality{})
	var a judge.Average
	a.Add(judge.Diversity(nil, judge.ByCategory(nil)))
	a.Add(judge.Novelty(nil, nil, 0))
	a.Add(judge.Calibration([]float64{math.NaN(), -1}, []float64{1, 1}))
	if a.Value() != 0 || a.Len() != 0 || a.LeftOut() != 3 {
		t.Errorf("nothing averages to %v over %d", a.Value(), a.Len())
	}
	near(t, "coverage of no catalogue", judge.NewCoverage(0).Share(), 0)
	near(t, "effective items of no lists", judge.NewCoverage(3).Effective(), 0)
	d, _ := judge.Diversity([]int32{1, 2}, func(a, b int32) float64 { return math.NaN() })
	near(t, "diversity without similarities", d, 1)
}

func TestListsThemselves(t *testing.T) {
	d, _ := judge.Diversity([]int32{0, 1, 2}, judge.ByCategory([]int32{5, 5, 6}))
	near(t, "diversity", d, 1-1.0/3)
	n, _ := judge.Novelty([]int32{0, 1, 9}, []int64{7, 3}, 7)
	near(t, "novelty", n, (0+1+3)/3.0)
	c := judge.NewCoverage(4)
	c.Add([]int32{0, 1, 77, -1})
	c.Add([]int32{0, 1})
	near(t, "coverage", c.Share(), 0.5)
	near(t, "effective items", c.Effective(), 2)
}

// Steck's formula, written out for two categories.
func TestCalibration(t *testing.T) {
	same, _ := judge.Calibration([]float64{3, 1}, []float64{6, 2})
	near(t, "a list like the taste", same, 0)
	got, _ := judge.Calibration([]float64{3, 1}, []float64{1, 0})
	want := .75*math.Log(.75/(.99+.01*.75)) + .25*math.Log(.25/(.01*.25))
	near(t, "a list of one category", got, want)
}
