// Package stream says what is happening now: it reads the facts from the log, drops repetitions,
// turns them into columns and hands them to a Sink, each exactly once whatever dies in between.
//
// In come records of the fact topics, out go fact.Batches under tokens, and dead letters. Guaranteed:
// every fact that lies in the log reaches the sink under exactly one token, and a batch that is
// repeated under a token holds the same rows. With a sink that applies a token once per table, the
// warehouse holds every fact once. DESIGN.md says how, and what was rejected.
package stream
