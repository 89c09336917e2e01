package basket_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/basket/rival"
	"github.com/tillstream/tillstream/models/boost"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/oltp/child/absent"
)

// tafeng reads the public TaFeng baskets of every n-th user up to a number, by which the file is sorted: what
// is known, and the basket to foretell.
func tafeng(t testing.TB, every, most int64) (known, future *history.History) {
	t.Helper()
	dir := os.Getenv("TILLSTREAM_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "tafeng_nbr")); os.IsNotExist(err) && os.Getenv("CI") == "" {
		absent.Skip(t, "%s has no TaFeng; TILLSTREAM_DATA names the folder of the data sets", dir)
	}
	file, err := replay.TaFeng(dir)
	if err != nil {
		t.Fatal(err)
	}
	var past, next history.Builder
	var items []int64
	for row, err := range file.Baskets() {
		if err != nil {
			t.Fatal(err)
		}
		if row.User > most {
			break
		}
		if row.User%every == 0 {
			part := &past
			if row.Future {
				part = &next
			}
			items = append(items, row.Item)
			part.Add(history.Line{User: row.User, Time: row.No, Item: row.Item, Qty: 1})
		}
	}
	return past.Build(items), next.Build(items)
}

// lists asks for the ten items of users of a history.
func lists(h *history.History, m *basket.Model) func(u int32) []int32 {
	rank := m.Ranking(h.Items)
	return func(u int32) []int32 { return rank(h.Users.ID(u), 10) }
}

// qualityOf judges lists against the one basket that each user has in truth.
func qualityOf(truth *history.History, rank func(u int32) []int32) judge.Quality {
	var mean judge.Mean
	for u := range int32(truth.Users.Len()) {
		from, _ := truth.Of(u)
		mean.Add(rank(u), truth.Basket(from))
	}
	return mean.Quality()
}

// On every fifth of the first members, with weights that the history alone taught, by a small blend: above
// the strongest of the baselines that count. The whole set is measured by the bench.
func TestTaFengAboveCounting(t *testing.T) {
	known, future := tafeng(t, 5, 4000)
	m, err := basket.Fit(known, basket.Config{Neighbours: 50, MaxBuyers: 100, Near: 20,
		Boost: boost.Config{Trees: 40, Leaves: 8}})
	if err != nil {
		t.Fatal(err)
	}
	f := rival.NewFrequency(known)
	got := qualityOf(future, lists(known, m))
	want := qualityOf(future, func(u int32) []int32 { return f.Both(u, 10) })
	t.Logf("got %+v, GP-TopFreq %+v", got, want)
	if got.Recall < 1.05*want.Recall || got.NDCG < 1.05*want.NDCG || got.HitRate < 1.02*want.HitRate {
		t.Errorf("got %+v, want clearly above %+v", got, want)
	}
}
