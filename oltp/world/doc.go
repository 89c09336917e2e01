// Package world is a seeded simulated chain with known truth.
//
// A Config goes in: seed, sizes, the first day, the mean rate of orders. Out come a catalogue
// (stores in real cities, made-up goods with prices and costs, members by number, no personal data)
// and, for each store and day, everything that happens there: orders in order of time, deliveries,
// refunds, and what customers wanted whether they got it or not. The same Config gives the same
// world, whatever the speed and the number of goroutines, because each store and day draws from
// random streams of its own. History and live trade are the same stream of days: Backfill sends
// what lies before a moment, Trade what comes after it. Everything is marked as simulated.
//
// What a store does: customers come at the rate of its size, its weekday and its hour; members come
// again at intervals of their own and like some goods better than others; promotions and prices
// move choices by known elasticities; some goods pull others into the basket with known
// probability. A shelf may be empty: then the customer takes something similar or leaves without
// it, and the chain, which sees only its sales, orders again at each review and waits for the
// delivery.
package world
