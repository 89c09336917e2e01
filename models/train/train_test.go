package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// planted0 is when the planted worlds begin.
const planted0 = 1_760_000_000

// gather takes a planted world in: item n has the SKU n+1, user n the member n+1. Every fifth user buys
// without being known; every hundredth item is one that nobody has bought.
func gather(w *planted.World) *train.Gather {
	g, h := &train.Gather{}, w.History
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		for b := from; b < to; b++ {
			l := history.Line{User: int64(u) + 1, Time: planted0 + h.Time[b] + int64(u)*60, Basket: int64(b),
				Store: h.Store[b] + 1, Qty: 1}
			if u%5 == 0 {
				l.User = 0
			}
			for _, item := range h.Basket(b) {
				if l.Item = h.Items.ID(item) + 1; l.Item%100 != 0 {
					g.Buy(l)
				}
			}
		}
	}
	s := w.Sessions
	for n := range int32(s.Len()) {
		for pos, item := range s.Clicks(n) {
			g.Look(history.Click{Session: int64(n), Item: s.Items.ID(item) + 1, Time: planted0 + int64(n)*345,
				Pos: int64(pos)})
		}
	}
	for item := range int32(w.Config.Items) {
		cluster := w.Cluster(item)
		g.Describe(train.Good{SKU: int64(item) + 1, Category: int64(cluster) + 1,
			PriceFen: 100 << (cluster % 8), Brand: fmt.Sprint("brand ", cluster/2)})
	}
	return g
}

func world(seed uint64) *planted.World {
	return planted.Make(planted.Config{Seed: seed, Users: 400, Items: 300, Baskets: 12})
}

// memory is a Sink that counts what is written.
type memory struct {
	blobs    map[string][]byte
	rows     map[string]int
	versions map[string][]shelf.Version
}

func newMemory() *memory {
	return &memory{map[string][]byte{}, map[string]int{}, map[string][]shelf.Version{}}
}

func (m *memory) PutBlob(_ context.Context, k shelf.Key, name string, data []byte) error {
	m.blobs[k.Model+"/"+name] = data
	return nil
}

func (m *memory) PutNeighbours(_ context.Context, k shelf.Key, _ int, r *shelf.Neighbours) error {
	m.rows[k.Model] += len(r.Place)
	return nil
}

func (m *memory) PutRules(_ context.Context, k shelf.Key, _ int, r *shelf.Rules) error {
	m.rows[k.Model] += len(r.Place)
	return nil
}

func (m *memory) PutTops(_ context.Context, k shelf.Key, _ int, r *shelf.Tops) error {
	m.rows[k.Model] += len(r.Place)
	return nil
}

func (m *memory) PutPopular(_ context.Context, k shelf.Key, _ int, r *shelf.Popular) error {
	m.rows[k.Model] += len(r.Place)
	return nil
}

func (m *memory) PutVersion(_ context.Context, v shelf.Version) error {
	m.versions[v.Model] = append(m.versions[v.Model], v)
	return nil
}

func (m *memory) Current(_ context.Context, model string) (shelf.Version, bool, error) {
	all := m.versions[model]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Published {
			return all[i], true, nil
		}
	}
	return shelf.Version{}, false, nil
}

func (m *memory) Prune(context.Context, string, int) (int, error) { return 0, nil }

// ticking is a clock that never says the same twice.
func ticking() func() time.Time {
	at := time.Unix(1_800_000_000, 0)
	return func() time.Time { at = at.Add(time.Millisecond); return at }
}

// least is how much better than popularity each model finds the planted taste. Only the world's stores and
// hours are alike, so that popularity by store cannot beat the plain one there.
var least = map[string]float64{train.Popularity: .9, train.Rules: 1.1, train.Neighbours: 2.4,
	train.Session: 3, train.Cold: 2, train.Factors: 2, train.NextBasket: 1.5}

func TestEveryModelFindsThePlantedTaste(t *testing.T) {
	const seed = 11
	sink := newMemory()
	all, err := train.Train(t.Context(), gather(world(seed)).Data(), sink,
		train.Config{Now: ticking(), MinSupport: .003, MinCount: 3, FitMembers: 150, Questions: 500})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(least) { // nothing is worn here
		t.Fatalf("%d versions", len(all))
	}
	for _, v := range all {
		t.Logf("%-10s judged %4d NDCG %.4f popular %.4f cover %.2f div %.2f nov %.1f cal %.2f rows %d %s %v",
			v.Model, v.Judged, v.Quality.NDCG, v.Popular.NDCG, v.Coverage, v.Diversity, v.Novelty,
			v.Calibration, sink.rows[v.Model], v.Note, v.Fit)
		if v.Judged == 0 || !(v.Quality.NDCG >= least[v.Model]*v.Popular.NDCG) || v.Quality.NDCG == 0 {
			t.Errorf("seed %d: %s reached %.4f, popularity %.4f", seed, v.Model, v.Quality.NDCG,
				v.Popular.NDCG)
		}
		for _, figure := range []float64{v.Quality.Recall, v.Quality.MRR, v.Quality.HitRate, v.Coverage,
			v.Diversity, v.Novelty, v.Calibration} {
			if math.IsNaN(figure) || math.IsInf(figure, 0) {
				t.Errorf("%s has a figure that is none: %+v", v.Model, v)
			}
		}
		if !v.Published || sink.rows[v.Model] == 0 {
			t.Errorf("%s was not written: %d rows", v.Model, sink.rows[v.Model])
		}
	}
}

func TestNothingIsLearntFromNothing(t *testing.T) {
	sink := newMemory()
	_, err := train.Train(t.Context(), (&train.Gather{}).Data(), sink, train.Config{})
	if !errors.Is(err, train.ErrEmpty) || len(sink.blobs)+len(sink.versions) > 0 {
		t.Errorf("got %v, %d versions", err, len(sink.versions))
	}
	one := &train.Gather{}
	one.Buy(history.Line{User: 7, Item: 3, Time: 5, Qty: 1})
	all, err := train.Train(t.Context(), one.Data(), sink, train.Config{})
	if err != nil || len(all) != len(least) {
		t.Errorf("one line: %v", err)
	}
	others := &train.Gather{}
	for i := range int64(50) {
		others.Buy(history.Line{Item: 1 + i%7, Basket: i / 3, Time: i / 3, Qty: 1})
	}
	if _, err := train.Train(t.Context(), others.Data(), sink, train.Config{Force: true}); err != nil {
		t.Errorf("anonymous customers alone: %v", err)
	}
	_, err = train.Train(t.Context(), one.Data(), sink, train.Config{Only: []string{"magic"}})
	if err == nil || !strings.Contains(err.Error(), train.NextBasket) {
		t.Error("a model that does not exist is trained")
	}
}
