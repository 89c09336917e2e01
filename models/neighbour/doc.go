// Package neighbour says what goes with an item: what is bought with it, what is looked at with it,
// what is like it.
//
// In come baskets and sessions (Counts) and lists of alike goods (models/trait); out goes, for each
// item, a short list of others with a score and the kind of evidence that weighs most in it. A Model is
// a snapshot that is never changed. Guaranteed: the same baskets in any order give the same counts, and the
// same counts give the same lists; scores are finite, above 0 and at most 1.
package neighbour
