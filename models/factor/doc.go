// Package factor says what a member likes, from what all members bought: a linear model of items on
// items in closed form (EASE) and a factorisation into members and items (iALS++).
//
// In comes which member owns which items (Owned); out go models that score items for any member, also
// one who came after the training, from the items alone. Guaranteed: the same seed gives the same
// model, whatever the number of workers; scores are finite; nothing is drawn from a clock or a shared
// source of chance.
//
// EASE is exact and the better one for catalogues up to Config.MaxItems, because its cost is the cube
// of the items and does not depend on the members; iALS++ is for larger ones, and gives members and
// items a common space.
package factor
