// Package recommend ranks goods for one request: what to show this member, in this scene, at this store.
//
// In come a Snapshot (what the models learnt, immutable), the shelf of a store as a set of bits, the last
// touches of a visitor, rules of merchandisers, and a Query; out goes a Slate. Guaranteed: nothing is on
// a slate that is not in stock at the store, not sold in the way that was asked for, or outside of the
// filters, pins included; the same inputs give the same slate; ranking allocates nothing; a query that
// may not be personal reads neither the member's lists nor the visitor's touches. No clock, no I/O, no
// chance.
//
// A slate comes down a ladder: personal lists, then what goes with the last touches, then what goes with
// the goods of the scene, then what the store sells at this hour, then what the chain sells, then the
// newest goods. Upper rungs are blended, lower ones fill up; every item says which rung it stands on.
package recommend
