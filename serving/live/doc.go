// Package live holds what the edge answers from: the stock level of every store and SKU, in memory.
//
// In come a snapshot of the transactional store and the tail of the stock topic; out go levels that
// are at most a relay's delay behind the commit. Guaranteed: a level never goes back to an older
// version, whatever the order in which snapshot and tail deliver it; a read never blocks and never
// allocates; Ready means that every change committed before the snapshot ended can be read.
package live
