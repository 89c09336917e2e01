package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/tillstream/tillstream/ingest/replay"
	nbr "github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/basket/rival"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
)

// trials is how often adding, deleting and asking are measured each, one by one.
const trials = 5000

// ranker ranks ten items for a user of the history.
type ranker struct {
	name string
	rank func(user int32) []int32
}

// nextbasket foretells the last basket of each TaFeng member, the published methods beside it, and measures
// what a basket costs that is added, and a member who is deleted.
func (r *run) nextbasket(ctx context.Context) error {
	dir := dataFolder("tafeng_nbr")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		r.step("nextbasket: SKIPPED: no data in %s; TILLSTREAM_DATA names the folder of the data sets", dir)
		return nil
	}
	known, future, err := readTaFeng(dataFolder(""))
	if err != nil {
		return err
	}
	r.step("nextbasket: fitting on %d baskets of %d members", known.Baskets(), known.Users.Len())
	begun, before := time.Now(), heapBytes()
	m, err := nbr.Fit(known, nbr.Config{})
	if err != nil {
		return err
	}
	r.put("nextbasket_fit_s", time.Since(begun).Seconds(), "s")
	r.put("nextbasket_bytes_per_member", (heapBytes()-before)/float64(known.Users.Len()), "bytes")
	var best judge.Quality
	for _, by := range r.rivals(known) {
		q, err := r.foretell(ctx, future, by)
		if err != nil {
			return err
		}
		r.putQuality("tafeng_"+by.name+"_", q)
		best.Recall, best.NDCG = max(best.Recall, q.Recall), max(best.NDCG, q.NDCG)
		best.HitRate = max(best.HitRate, q.HitRate)
	}
	rank := m.Ranking(known.Items)
	blend := func(u int32) []int32 { return rank(known.Users.ID(u), 10) }
	q, err := r.foretell(ctx, future, ranker{"blend", blend})
	if err != nil {
		return err
	}
	r.putQuality("tafeng_", q, best)
	r.change(m, known, blend)
	return nil
}

// heapBytes is what is in use after a collection.
func heapBytes() float64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
}

// rivals are the published methods, and TIFU-KNN once more with the mix that is best on held-out baskets of
// the history: the published one was found on other members.
func (r *run) rivals(known *history.History) []ranker {
	f := rival.NewFrequency(known)
	tifu := rival.NewTIFU(known, rival.TaFengTIFU())
	alpha := r.mix(known)
	return []ranker{
		{"g_topfreq", func(int32) []int32 { return f.Global(10) }},
		{"p_topfreq", func(u int32) []int32 { return f.Personal(u, 10) }},
		{"gp_topfreq", func(u int32) []int32 { return f.Both(u, 10) }},
		{"tifu_knn", func(u int32) []int32 { return tifu.Rank(u, 10) }},
		{"tifu_knn_tuned", func(u int32) []int32 { return tifu.RankAt(u, 10, alpha) }},
	}
}

// mix finds the α of TIFU-KNN that has the best Recall on the newest basket of every third member's history.
func (r *run) mix(known *history.History) (best float64) {
	r.step("nextbasket: finding TIFU-KNN's mix on the history")
	alphas := []float64{0.7, 0.5, 0.3, 0.2, 0.1, 0.05}
	tifu := rival.NewTIFU(known.WithoutLast(1), rival.TaFengTIFU())
	means := make([]judge.Mean, len(alphas))
	for u := int32(0); int(u) < known.Users.Len(); u += 3 {
		_, to := known.Of(u)
		for i, alpha := range alphas {
			means[i].Add(tifu.RankAt(u, 10, alpha), known.Basket(to-1))
		}
	}
	top := 0.0
	for i := range means {
		if q := means[i].Quality(); q.Recall > top {
			best, top = alphas[i], q.Recall
		}
	}
	return best
}

// foretell judges a method against the baskets to foretell.
func (r *run) foretell(ctx context.Context, future *history.History, by ranker) (judge.Quality, error) {
	r.step("nextbasket: judging %s", by.name)
	var mean judge.Mean
	for u := range int32(future.Users.Len()) {
		if err := ctx.Err(); err != nil {
			return judge.Quality{}, err
		}
		from, _ := future.Of(u)
		mean.Add(by.rank(u), future.Basket(from))
	}
	return mean.Quality(), nil
}

// putQuality puts the three figures of the published tables.
func (r *run) putQuality(prefix string, q judge.Quality, baseline ...judge.Quality) {
	for _, f := range []struct {
		name string
		of   func(q *judge.Quality) float64
	}{
		{"recall10", func(q *judge.Quality) float64 { return q.Recall }},
		{"ndcg10", func(q *judge.Quality) float64 { return q.NDCG }},
		{"phr10", func(q *judge.Quality) float64 { return q.HitRate }},
	} {
		if len(baseline) > 0 {
			r.put(prefix+f.name, f.of(&q), "share", f.of(&baseline[0]))
		} else {
			r.put(prefix+f.name, f.of(&q), "share")
		}
	}
}

// change measures one answer, one basket added and one member deleted, each on the loaded model; means, since
// the clock is too coarse for one.
func (r *run) change(m *nbr.Model, known *history.History, ask func(user int32) []int32) {
	r.step("nextbasket: asking, adding and deleting %d times", trials)
	user := func(i int) int32 { return int32(int64(i) * 7919 % int64(known.Users.Len())) }
	baskets := make([]nbr.Basket, trials)
	for i := range baskets {
		from, to := known.Of(user(i))
		b := nbr.Basket{Time: known.Time[to-1] + 1}
		for _, item := range known.Basket(from) {
			b.Items = append(b.Items, known.Items.ID(item))
		}
		baskets[i] = b
	}
	mean := func(name string, do func(i int)) {
		begun := time.Now()
		for i := range trials {
			do(i)
		}
		r.put(name, float64(time.Since(begun).Nanoseconds())/1000/trials, "us")
	}
	mean("nextbasket_ask_us", func(i int) { ask(user(i)) })
	mean("nextbasket_add_us", func(i int) { m.Add(known.Users.ID(user(i)), baskets[i]) })
	mean("nextbasket_delete_us", func(i int) { m.Delete(known.Users.ID(user(i))) })
}

// readTaFeng reads what is known of the members and the basket to foretell of each, over the same users and
// items.
func readTaFeng(data string) (known, future *history.History, err error) {
	file, err := replay.TaFeng(data)
	if err != nil {
		return nil, nil, err
	}
	var past, next history.Builder
	var items []int64
	for row, err := range file.Baskets() {
		if err != nil {
			return nil, nil, err
		}
		part := &past
		if row.Future {
			part = &next
		}
		items = append(items, row.Item)
		part.Add(history.Line{User: row.User, Item: row.Item, Time: row.No, Qty: 1})
	}
	known, future = past.Build(items), next.Build(items)
	if known.Users.Len() != future.Users.Len() {
		return nil, nil, fmt.Errorf("TaFeng tells of %d members, and has targets of %d", known.Users.Len(),
			future.Users.Len())
	}
	return known, future, nil
}
