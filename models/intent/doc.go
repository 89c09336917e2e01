// Package intent turns what somebody wishes, in Chinese or English, into goods that can be bought
// together.
//
// In comes a text such as "给孩子买生日礼物" or "a gift for a 5-year-old under 200". A Parser, made of
// built-in dictionaries and the chain's own names, reads a Wish from it: occasion, recipient, age,
// season, budget, goods, colours, each with the place of the text that says so, and what it did not
// understand. A language model may write the same Wish as JSON instead (Parser.Accept); it is
// believed only as far as it names what the dictionaries know. Out of a Wish, the goods of a Shop
// and what a store has, Bundle chooses the best set within the budget, with a reason for each item.
// Guaranteed: nothing is chosen that the store does not have, nothing costs more than the budget,
// no alcohol goes to a child, the same input gives the same bundle, and text, candidates and steps
// of the search are bounded.
package intent
