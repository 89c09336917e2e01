package train

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// depth is how many places of a list are judged.
const depth = 10

// exam judges the lists of one model, and those of popularity on the same questions.
type exam struct {
	t                               *training
	model, popular                  judge.Mean
	coverage                        *judge.Coverage
	diversity, novelty, calibration judge.Average
	taste, shown                    []float64
}

func (t *training) newExam() *exam {
	return &exam{t: t, model: judge.Mean{K: depth}, popular: judge.Mean{K: depth},
		coverage: judge.NewCoverage(t.items), taste: make([]float64, t.categories),
		shown: make([]float64, t.categories)}
}

// take judges one list against the truth, which ascends; owned are the goods by which calibration knows the
// taste.
func (e *exam) take(model, popular, truth, owned []int32) {
	model, popular = model[:min(len(model), depth)], popular[:min(len(popular), depth)]
	e.model.Add(model, truth)
	e.popular.Add(popular, truth)
	e.coverage.Add(model)
	e.diversity.Add(judge.Diversity(model, e.t.similarity))
	e.novelty.Add(judge.Novelty(model, e.t.buyers, e.t.users))
	e.weigh(e.taste, owned)
	e.weigh(e.shown, model)
	e.calibration.Add(judge.Calibration(e.taste, e.shown))
}

func (e *exam) weigh(into []float64, items []int32) {
	clear(into)
	for _, item := range items {
		if c := e.t.data.Category[item]; c >= 0 {
			into[c]++
		}
	}
}

func (e *exam) merge(o *exam) {
	e.model.Merge(&o.model)
	e.popular.Merge(&o.popular)
	e.coverage.Merge(o.coverage)
	e.diversity.Merge(&o.diversity)
	e.novelty.Merge(&o.novelty)
	e.calibration.Merge(&o.calibration)
}

func quality(m *judge.Mean) shelf.Quality {
	q := m.Quality()
	return shelf.Quality{Recall: q.Recall, NDCG: q.NDCG, HitRate: q.HitRate, MRR: q.MRR}
}

// write puts the figures into a version.
func (e *exam) write(v *shelf.Version) {
	v.Judged, v.Quality, v.Popular = int64(e.model.Users()), quality(&e.model), quality(&e.popular)
	v.Coverage, v.Diversity, v.Novelty = e.coverage.Share(), e.diversity.Value(), e.novelty.Value()
	v.Calibration = e.calibration.Value()
}

// ask puts n questions; each worker gets its own scratch by calling sitting once.
func (t *training) ask(ctx context.Context, model string, n int,
	sitting func() func(i int, e *exam)) (*exam, error) {
	exams := make([]*exam, t.cfg.Workers)
	t.share(ctx, model, "judging", n, func(worker, from, to int) {
		if exams[worker] == nil {
			exams[worker] = t.newExam()
		}
		one := sitting()
		for i := from; i < to && ctx.Err() == nil; i++ {
			one(i, exams[worker])
		}
	})
	all := t.newExam()
	for _, e := range exams {
		if e != nil {
			all.merge(e)
		}
	}
	return all, ctx.Err()
}

// share cuts n pieces of work evenly among the workers. The same worker always gets the same pieces.
func (t *training) share(ctx context.Context, model, step string, n int, do func(worker, from, to int)) {
	var wg sync.WaitGroup
	t.cfg.Progress(model, step, 0, n)
	for w := range t.cfg.Workers {
		wg.Go(func() {
			if from, to := w*n/t.cfg.Workers, (w+1)*n/t.cfg.Workers; from < to && ctx.Err() == nil {
				do(w, from, to)
			}
		})
	}
	wg.Wait()
	t.cfg.Progress(model, step, n, n)
}

// draw picks up to Questions of n numbers by the seed, ascending.
func (t *training) draw(n int, salt uint64) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	rng := rand.New(rand.NewPCG(t.cfg.Seed, salt))
	rng.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(n, t.cfg.Questions)]
	slices.Sort(all)
	return all
}

// itemsOf copies the items of a list.
func itemsOf(dst []int32, scored []list.Scored) []int32 {
	for _, s := range scored {
		dst = append(dst, s.Item)
	}
	return dst
}

// pad fills a list up to a length with what is popular and neither in it nor to be left out (ascending).
func pad(dst []int32, popular []list.Scored, without []int32, n int) []int32 {
	for _, p := range popular {
		if len(dst) >= n {
			break
		}
		if _, out := slices.BinarySearch(without, p.Item); !out && !slices.Contains(dst, p.Item) {
			dst = append(dst, p.Item)
		}
	}
	return dst
}
