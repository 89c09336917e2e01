// Package edge answers the hottest reads from memory: what a store has of a SKU, and what to recommend.
//
// In come GET requests with codes and a bearer token; out go JSON levels that carry their version and
// commit time, or a problem (RFC 9457). Guaranteed: a lookup allocates nothing and takes no lock but a
// read lock on the code table; a principal sees only the stores of its scope; a store or SKU that does
// not exist is a 404, one without stock a level of zero, and one that cannot be told yet, because the
// snapshot still loads, a 503 instead of a wrong zero. A recommendation allocates nothing either; an
// unknown member gets what sells, and a member who has not agreed is not looked at.
package edge
