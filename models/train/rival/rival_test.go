package rival_test

import (
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/train/rival"
)

// popular is how well the ten best sellers do on the questions of the rival.
func popular(h *history.History, at int64) judge.Quality {
	past, held := h.Before(at), h.From(at)
	sold := make([]int, h.Items.Len())
	for _, item := range past.Item {
		sold[item]++
	}
	order := make([]int32, len(sold))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return sold[b] - sold[a] })
	mean := judge.Mean{K: 10}
	for u := range int32(h.Users.Len()) {
		owned := bought(past, u)
		fresh := func(items []int32) []int32 {
			return slices.DeleteFunc(items, func(i int32) bool { return slices.Contains(owned, i) })
		}
		truth := fresh(bought(held, u))
		slices.Sort(truth)
		if truth = slices.Compact(truth); len(owned) > 0 && len(truth) > 0 {
			mean.Add(fresh(slices.Clone(order))[:10], truth)
		}
	}
	return mean.Quality()
}

func bought(h *history.History, u int32) (all []int32) {
	from, to := h.Of(u)
	for b := from; b < to; b++ {
		all = append(all, h.Basket(b)...)
	}
	return all
}

// TestTheRivalFindsThePlantedTaste: a rival that is no good would flatter whoever is measured against it.
func TestTheRivalFindsThePlantedTaste(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 3, Users: 500, Items: 200, Baskets: 10})
	at := slices.Clone(w.History.Time)
	slices.Sort(at)
	from := at[len(at)*9/10]
	l, err := rival.Learn(t.Context(), w.History, from, rival.Config{Rounds: 40, Top: 20, Seed: 1,
		Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	plain := popular(w.History, from)
	t.Logf("squares %.4f, pairs %.4f, popular %.4f", l.ALS.NDCG, l.BPR.NDCG, plain.NDCG)
	if l.ALS.NDCG < 1.5*plain.NDCG || l.BPR.NDCG < 1.2*plain.NDCG {
		t.Error("a factorisation is no better than popularity")
	}
	if len(l.Lists) != 500 || len(l.Goes) != 200 {
		t.Fatalf("%d lists, %d rows", len(l.Lists), len(l.Goes))
	}
	for u, items := range l.Lists {
		owned := bought(w.History, int32(u))
		if len(items) != 20 || slices.ContainsFunc(items, func(i int32) bool {
			return slices.Contains(owned, i)
		}) {
			t.Fatalf("user %d gets %v", u, items)
		}
	}
	same := 0
	for a, row := range l.Goes {
		if slices.Contains(row, int32(a)) {
			t.Fatalf("item %d goes with itself", a)
		}
		for _, b := range row[:min(5, len(row))] {
			if w.Cluster(int32(a)) == w.Cluster(b) {
				same++
			}
		}
	}
	if same < 5*200/2 {
		t.Errorf("%d of 1000 neighbours are of the same cluster", same)
	}
}
