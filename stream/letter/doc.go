// Package letter is the desk of the dead letters: the records that the relay and the stream refused. It
// lists them, shows what may be shown of one, sends them again and drops them. In come the dead-letter
// topic and the resolution topic, out go records to the fact topics; the log is the only memory.
//
// Guaranteed: a letter is resolved once, by the first decision that the log took about it. A retried
// letter takes effect once, however often the sending is repeated, by whomever, after whatever crash.
// Nothing personal is shown. See DESIGN.md of the stream for the reasons.
package letter
