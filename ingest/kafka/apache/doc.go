// Package apache gives tests an Apache Kafka of their own: the server of the Apache project in KRaft
// mode, one node or several, each a Java process on loopback that ends with its test. The local engine
// speaks the same protocol, but where the two differ it is this one that runs in production.
//
// In: the server's files, fetched by `make kafka` into the folder jars and pinned by sha256sums, and a
// Java 17 or newer. Out: the addresses of a cluster. Where they are absent a test is skipped aloud, and
// fails in CI.
package apache
