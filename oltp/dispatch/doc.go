// Package dispatch gives orders that name no store to the stores that serve them, and to other ones when a
// store declines.
//
// An order with its destination comes in; placed orders go out, with the decision behind them. oltp/routing
// decides; this package gathers what it must know and acts upon the decision. What stores have may change
// between decision and placing: the intake alone promises goods, and when it refuses, the next best
// decision is tried. It is guaranteed that all orders of a cart are placed or none, and that an order that
// moves is never at two stores and never at none: it ends and begins in one transaction.
//
// An order is priced by the store that serves it, line by line, with two exceptions: a price that the caller
// named, and an order that comes paid, are the chain's list. An order that moves keeps its prices: what the
// customer has agreed to, and may have paid, does not change because a store declines.
//
// Where goods go and to whom is personal. It is kept sealed, appears in no event and no log, and is opened
// only to find another store.
package dispatch
