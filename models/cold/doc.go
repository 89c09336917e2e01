// Package cold answers for new goods, of which little is known, from what they are like.
//
// In come attributes and lists of other models; out go lists and expected shares in sales. Guaranteed: scores
// are finite and above 0; the order of what comes in does not matter; what is like nothing has empty lists
// and the mean share.
package cold
