// Package stock holds the words of stock keeping: moves that come from outside an order, and the
// levels that readers follow. The moves themselves are recorded by the writers of oltp/order, because
// orders and moves meet on the same rows; the levels are read through oltp/postgres.
package stock
