// Package vault seals personal data, so that it can be read only here and can be made unreadable for ever.
//
// A field of an owner comes in and leaves as bytes that any table may hold. Each owner, a member or the
// order of a customer who is no member, has a data key of its own; the data keys are stored wrapped by a
// master key, which never touches the database. It is guaranteed that what was sealed for one owner and
// field opens for no other, that a changed byte is noticed, and that nothing of an owner opens once its
// key is destroyed: within KeyLife on every instance, and at once where Destroy was called.
//
// A destroyed key leaves its row behind without the key, so an erased owner never gets a second one.
// Copies of the database that are older than an erasure still hold the wrapped key: they are worth as
// much as the master keys that are kept, so a master key that is no longer needed is to be thrown away.
package vault
