// Package trait holds what goods are like (category, brand, price band, tags, colour, …) and finds
// those that are alike.
//
// In come facts of an item, one by one; out go sparse vectors of length 1, in which a rare trait weighs
// more than a common one, and the nearest items by cosine. Guaranteed: the same facts in any order give
// the same Traits; an item without traits is like nothing.
package trait
