// Package kafka is the only door to the log. Records go in through Producer, idempotent and
// acknowledged by all replicas; they come out through Group, whose commits carry metadata and are
// refused once the group has moved on, or through Tail, which reads all partitions of some topics
// without a group. Admin creates topics and says how far a group lags.
//
// Guaranteed: within one partition records lie in the order in which one Producer took them. A record
// may lie there twice, because a broker that was killed forgets whose batches it has seen; consumers
// drop repetitions by the records' own positions.
package kafka

import "github.com/twmb/franz-go/pkg/kgo"

type (
	// Record is one record of the log; other folders need not know the client library.
	Record = kgo.Record
	// Header is one header of a record.
	Header = kgo.RecordHeader
)

// Partition names one partition of a topic.
type Partition struct {
	Topic string
	ID    int32
}
