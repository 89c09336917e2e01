// Package models says what may happen: which goods belong together, what a member will buy next.
//
// Its rooms are pure: numbers in, numbers out, no clock, no file, no network; the seed of whatever is
// drawn is an argument. In come a history (models/history) and the attributes of goods; out go models
// that are read from many goroutines without a lock. The package train is the one that reads the
// warehouse, fits, judges on a hold-out, and writes versioned snapshots.
package models
