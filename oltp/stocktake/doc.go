// Package stocktake counts what stores really have. In come counts of SKUs, bit by bit while the store
// trades; out goes a report of what the books said and what was there.
//
// Guaranteed: a stocktake is closed once, in one transaction that compares each count with the level of
// that moment, moves the difference, and tells of it. A count below what is promised to customers is
// refused and changes nothing: those orders must be dealt with first.
package stocktake
