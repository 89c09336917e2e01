// Package cdc relays committed facts from PostgreSQL to Kafka. In come the packets that transactions
// wrote into the database's log with pg_logical_emit_message; out go records, one a fact, the bytes
// unchanged, keyed and headed as package event says.
//
// Guaranteed: every fact of a committed transaction reaches Kafka at least once, and whenever it
// comes again it bears the same source and Position. Within one partition positions only rise, except
// where the relay resumed and repeats. The slot is confirmed up to the end of the longest run of
// transactions whose records are all acknowledged, never beyond. Memory is bounded by
// Config.MaxInFlightRecords and MaxInFlightBytes plus one packet, however large a transaction is.
// Facts that a lost slot swallowed are answered with a snapshot and said aloud. See DESIGN.md.
package cdc
