// Package postgres is the door to the transactional store: every statement that reaches PostgreSQL is
// here, in .sql files, and pgx goes no further than this folder.
//
// It implements the books of oltp/order, the editor and lists of oltp/catalogue, the readers of
// oltp/stock and oltp/ledger, and the key store of oltp/vault. A connection that is lost is replaced;
// errors that callers decide upon
// are the sentinels of those packages.
package postgres
