// Package basket foretells what a member's next basket will hold.
//
// In come baskets: a history to fit on, then one basket at a time as the tills ring. Out go items with
// their chance and the reason. A boosted-tree blend (models/boost) weighs some two dozen traits of a pair
// of member and item (trait.go): habit (how often, how recently, how regularly, whether due), the item's own
// cadence (hazard of being bought again by age), its season (its share of the newest baskets), the store's
// taste, and what the most similar members bought, beside the same goods and right after them. The weights
// are learnt from the newest basket of each member in the history, with everything else taken from the
// baskets before it; no basket that is asked about is ever seen.
//
// Guaranteed: a Model that took the baskets one by one is the Model that took them at once; one from which
// a member was deleted is the one that never met him (all counts are integers, all sums of floats run in an
// order that arrivals cannot change). Many goroutines may ask while one adds.
//
// Rejected: tables of item pairs, which would answer a little faster, grow with the square of a member's
// goods, and are costly to subtract from; what the neighbours bought is read from their baskets when asked.
package basket
