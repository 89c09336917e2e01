// Package soak holds the long test of the transactional store: seeded operations on a small world, through
// the real intake on a real PostgreSQL, from several callers and two instances at once, while one instance
// and the database are killed in mid-batch. In comes a seed and a number of operations, out goes nothing
// but the verdict.
//
// After every round: what is on hand and reserved is what the ledger adds up to, what the open orders add
// up to, and, piece by piece, what a model in Go says that the accepted operations must have left; nothing
// is negative; the accounts of the ledger sum up to nothing; whatever was refused could not be served.
//
// TILLSTREAM_SOAK sets the number of operations, TILLSTREAM_SEED repeats a run.
package soak
