// Package event holds the facts of the trade and their wire form. Each fact is a Protocol Buffers
// message described in proto/, one file per kind; those files are the public contract, so that an ERP
// or CRM can consume the topics as they are.
//
// A fact travels as one Kafka record: the encoded message as value, the store or member as key, and
// CloudEvents headers that carry its Kind and its ID. Between the database and the relay many facts
// travel together in one packet (AppendFrame, Frames).
package event
