// Package staff knows who may do what: roles, the stores that a principal may see, passwords, and the
// signed tokens that carry a principal from request to request.
//
// A login comes in, a token goes out; a token comes in, a Principal goes out. It is guaranteed that a
// Principal's Scope was computed when it logged in and cannot be widened by its bearer, that an unknown
// user costs as much time as a wrong password, and that whoever has no role for an action is refused.
package staff
