// Package local is ClickHouse on one machine without a ClickHouse installation: the engine's own library,
// libchdb.so, loaded without cgo by a child process that answers the ClickHouse HTTP interface on
// loopback.
//
// In: HTTP requests as any ClickHouse client sends them (clickhouse-go, Grafana, curl). Out: what a
// ClickHouse server of the same version would answer, byte for byte where clients look: formats,
// settings, parameters, compression, headers, error codes.
//
// Guaranteed: the data folder survives a kill at any moment; an INSERT is answered only after it is
// written; one process owns a folder at a time; connections, waiting requests, bodies, query time and
// results held in memory are bounded.
//
// Not there, because the engine has no server around it: users beside the one, access control, quotas,
// the query log, external tables in multipart bodies, and KILL QUERY by the client's own query id (a
// client ends its query by closing the connection).
package local
