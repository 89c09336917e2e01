// Package catalogue keeps what the chain sells, where, and to whom: regions, stores, categories,
// products and members, under the codes that the chain itself uses.
//
// Bulks of rows come in and are merged by code; each row that really changes gets the next version and
// emits its event in the same transaction, an unchanged row emits nothing. Directory answers codes and
// ids from memory.
package catalogue
