// Package keyed derives what no single event says: how long a visit lasted, how long an order took, when
// a shelf stood empty. In comes the batch of rows that was built from [from, to); out go rows of three
// further tables in the same batch, written under the same token.
//
// The state of a key is what the rows of all batches before say of it, and is read from where they lie:
// the warehouse. What is in memory is a copy, which may be dropped at any time. So the derived rows are a
// function of the records before `to` alone, a batch that is repeated derives the same rows, and there is
// no second store whose contents could disagree with the facts.
//
// Guaranteed: the derived rows of a key add up to a function of the set of its records. The order in
// which they came, and how they were cut into batches, does not matter: what a late record changes is
// written as a difference. ../DESIGN.md argues the choice.
package keyed
