// Package rival learns a past as an open-source recommender usually does, for comparison: what goes with an
// item by the cosine of who bought it, two factorisations of which the better one on a hold-out is fitted
// again on everything, and a list for every user by scoring every item. No signals but who bought what.
//
// In comes a history; out come lists and how long and how well. Guaranteed: nothing is held back: both
// cores work, and only plain loops over dense numbers stand between the data and the lists. What such a
// program spends on its database is not in it.
package rival
