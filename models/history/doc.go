// Package history holds what members bought and looked at, in the dense form that models read.
//
// In come facts one by one, under the chain's own ids (Builder); out goes a History: users, items,
// baskets and sessions are numbers from 0, and the lines of a basket, the baskets of a user, lie side
// by side. Guaranteed: the same facts in any order give the same History; a basket holds an item once;
// the baskets of a user are in order of time. A History is never changed, so any number of models read
// it at once.
package history
