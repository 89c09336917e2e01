// Package pricing is the step between a cart and an order: what each line costs, and who may say so.
//
// A cart comes in with what the caller asks for; each line goes out with its list price, what is paid
// for it, and what was taken off, or with a fault that names line, field and reason. The list price is
// the store's own where the store has one, else the SKU's. Everything comes from memory, and pricing
// allocates nothing. Amounts are whole fen: a line is a price times a quantity, so nothing is rounded.
package pricing
