// Package popular says what sells: at a store, at this hour of this kind of day in this season, and
// what sells more than it used to.
//
// In come sales one by one; out go lists for each store. With n decayed units, s for a store, i for an
// item, κ the priors of Config, and p_i = n_i/n the item's share of the chain:
//
//	rate(s, i)   = (n_si + κ p_i) / (n_s + κ)
//	lift(i, h)   = (n_ih + κ q_h) / ((n_i + κ) q_h),  q_h the hour's (weekday's, season's) share of all
//	score        = rate · lift(hour) · lift(weekday) · lift(season)
//	trend(s, i)  = (short_si + κ trend(i)) / (expected_si + κ),  expected at the pace of the long count
//
// A store with few sales thus sells what the chain sells, and an item sold twice does not trend. Units
// decay by the time of the sale, forward from a landmark (Cormode et al., "Forward Decay: A Practical
// Time Decay Model for Streaming Systems", 2009), so that late sales fall into their place.
//
// One goroutine writes (Live), any number read the View that it publishes. Guaranteed: sales in any
// order give the same counts up to the rounding of sums; scores are finite and above 0; a list of the
// chain stands in for a store that nobody knows.
package popular
