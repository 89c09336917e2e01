// Package member keeps the chain's one pool of members: who is registered under which unionid, which
// store won them, what they agreed to, and what the chain knows of the person.
//
// Registrations, changes, consents and erasures come in; members go out, masked unless somebody with the
// right to it asks for all. It is guaranteed that names, numbers, birthdays and measures are stored
// sealed under the member's own key and looked up by keyed hashes only, that every consent stays on
// record with the text it was given to, and that an erased member cannot come back under its code:
// what is left are orders under a pseudonym.
package member
