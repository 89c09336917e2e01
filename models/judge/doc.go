// Package judge says how good lists of recommendations are.
//
// In come ranked lists, best first, and what was really bought: item numbers of a history. Out go the
// figures that papers print, so that they can be compared: Recall, Precision, NDCG, HitRate (also called
// PHR), MRR and MAP at k over all users (Mean); catalogue coverage, diversity, novelty and calibration of
// the lists themselves. Users of whom nothing is known to be true are left out and counted; nothing here
// gives NaN. Judging a list allocates nothing, and two accumulators merge into what one would hold.
package judge
