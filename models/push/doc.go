// Package push says which specials of today to tell which members, by the stores that they are near.
//
// In come stores with their specials, and members with the stores where they were; out comes at most one
// list a member, of the nearest store within a radius that has something special. Guaranteed: the same
// input gives the same lists; of a member who did not agree to be recognised only the store that won the
// member is looked at, and the list is everybody's; nobody gets more lists in a span than the cap says.
// Whom one may write to at all is for the caller to know: members come in who agreed to that.
//
// Where a member is, the chain does not store: addresses are sealed, and telephones are not followed. What
// it knows is at whose tills a member bought lately, and else which store won the member. Near is what lies
// within the radius of one of these.
package push
