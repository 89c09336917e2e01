// Package live holds what the edge answers from: the stock level of every store and SKU, the offer that
// recommendations are made of, and the trails of visitors, all in memory.
//
// In come a snapshot of the transactional store and the tail of the stock topic; out go levels that
// are at most a relay's delay behind the commit. Guaranteed: a level never goes back to an older
// version, whatever the order in which snapshot and tail deliver it; a read never blocks and never
// allocates; Ready means that every change committed before the snapshot ended can be read.
//
// Offers are swapped whole, and their shelves follow the levels move by move; a snapshot that cannot be
// used leaves the one before in its place. Trails keep the last touches of a bounded number of visitors;
// Tills count what is bought together within hours.
package live
