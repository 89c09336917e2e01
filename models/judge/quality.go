package judge

import (
	"math"
	"math/bits"
	"slices"
)

// Quality is how well one list, or the average list, meets the truth. Each figure lies in 0…1.
type Quality struct {
	// Recall is hits / |truth|, Precision hits / k.
	Recall, Precision float64
	// NDCG is DCG / ideal DCG, with DCG = Σ 1/log₂(rank+1) over the hits and the ideal list of
	// min(k, |truth|) hits on top (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
	// techniques", 2002).
	NDCG float64
	// HitRate is 1 where at least one item hits: the average is the share of users served (PHR).
	HitRate float64
	// MRR is 1/rank of the first hit, MAP the mean of the precision at each hit over min(k, |truth|).
	MRR, MAP float64
}

// Of judges the first k of a ranked list against the truth: distinct items in ascending order, as a basket
// of a history is. An item that stands in the list again counts once, at its best rank. ok is false where
// there is no truth to meet or k is below 1.
// Cost: k binary searches.
func Of(list, truth []int32, k int) (q Quality, ok bool) {
	if len(truth) == 0 || k < 1 {
		return Quality{}, false
	}
	hits, gain := 0, 0.0
	list = list[:min(k, len(list))]
	for i, item := range list {
		if _, found := slices.BinarySearch(truth, item); !found || slices.Contains(list[:i], item) {
			continue
		}
		if hits++; hits == 1 {
			q.MRR = 1 / float64(i+1)
		}
		gain += discount(i)
		q.MAP += float64(hits) / float64(i+1)
	}
	if hits == 0 {
		return q, true
	}
	best := min(k, len(truth))
	q.Recall, q.Precision = float64(hits)/float64(len(truth)), float64(hits)/float64(k)
	q.NDCG, q.HitRate, q.MAP = gain/ideal(best), 1, q.MAP/float64(best)
	return q, true
}

// discount is the gain of a hit at place i, counted from 0.
func discount(i int) float64 {
	if n := uint(i + 2); n&(n-1) == 0 {
		return 1 / float64(bits.Len(n)-1)
	}
	return 1 / math.Log2(float64(i+2))
}

// ideal is the DCG of n hits on top.
func ideal(n int) (gain float64) {
	for i := range n {
		gain += discount(i)
	}
	return gain
}

// plus adds o times w.
func (q *Quality) plus(o *Quality, w float64) {
	q.Recall += w * o.Recall
	q.Precision += w * o.Precision
	q.NDCG += w * o.NDCG
	q.HitRate += w * o.HitRate
	q.MRR += w * o.MRR
	q.MAP += w * o.MAP
}
