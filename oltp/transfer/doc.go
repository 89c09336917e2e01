// Package transfer moves goods between stores. In come drafts and the steps of people: approve, reject,
// cancel, ship, receive. Out go documents that say who did what, what it cost, and what is on the road.
//
// Guaranteed: a step is taken once, however often it is asked for. Shipping and receiving move stock in
// the same transaction as the document, through the intake of orders, so that goods on the road are sold
// by nobody and a transfer never takes what a customer was promised. Every piece that was shipped is
// received, written off or claimed.
package transfer
