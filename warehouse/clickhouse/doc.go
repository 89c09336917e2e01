// Package clickhouse is the only door to ClickHouse: a server, a cluster's address or the local engine,
// all by the HTTP interface and the same code.
//
// In: SQL with bound parameters, and columns of rows to insert. Out: rows, Arrow record batches, and raw
// bytes of any format ClickHouse writes.
//
// Guaranteed: an Insert is one block under one deduplication token, so that repeating it with the same
// token and rows changes nothing, materialized views included (their targets and the table need a
// deduplication window). Errors say whether to try again: ErrUnavailable and ErrDiskFull will pass,
// Rejected will not.
package clickhouse
