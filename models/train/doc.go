// Package train reads what members bought and looked at, fits every model, judges it on a hold-out, and
// writes it with its figures.
//
// In come columns of the warehouse (Read) or a history in memory (Gather); out go, for each model, a
// version with what it was worth beside popularity, bytes, and tables that a planner queries (Sink).
// Serving takes the lists of the versions that count (Load).
//
// Of the baskets and visits, those from a moment on are held out: models are fitted on what came before
// it, asked about what came after it, and then learn that too. The questions are drawn by a seed.
//
// Guaranteed: a model that is worse than the one that counts, by more than a tolerance and under the same
// protocol, does not take its place, and both figures are said; what is written counts as a whole or not at
// all; whatever reading and judging hold is bounded by Config. An empty warehouse gives ErrEmpty, which
// says what to do.
package train
