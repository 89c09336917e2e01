// Package cold answers for those of whom little is known: new goods, from what they are like, and new
// members, from their store, the campaign that brought them, and their first clicks.
//
// In come attributes, lists of other models and counts by channel; out go lists and priors that give
// way as evidence comes in: with n pieces of own evidence and a prior of κ, own evidence weighs
// n/(n+κ). Guaranteed: scores are finite and above 0; the order of what comes in does not matter;
// nothing known gives the list of the store.
package cold
