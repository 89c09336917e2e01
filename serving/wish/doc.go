// Package wish asks a language model what a text wishes, where an operator has configured one.
//
// In come a text and a parser; out goes a wish, from the model where it answers in time and in the
// agreed form, else from the built-in dictionaries. Guaranteed: a wish always comes, at most
// Timeout later; no more than the text, the schema and fixed instructions leave the house, no
// member, store or session; a service that fails is left alone for a while; its key is sent to its
// own address alone and never written to a log.
package wish
