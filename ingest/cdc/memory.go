package cdc

import (
	"context"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// Offsets is what LogMemory needs of the log; *kafka.Admin is one.
type Offsets interface {
	// Committed returns what a group has committed.
	Committed(ctx context.Context, group string) ([]kafka.Committed, error)
	// Commit commits for a group that has no members.
	Commit(ctx context.Context, group string, c kafka.Committed) error
}

// LogMemory keeps checkpoints in Kafka, as the metadata of an offset that a group of its own commits.
// There they live and die with the records that they speak of: a relay that meets an empty Kafka
// remembers nothing, and answers with a snapshot. A cluster forgets offsets of a group that was silent
// for offsets.retention.minutes (7 days by default), with the same effect.
type LogMemory struct{ Offsets Offsets }

// place is the partition whose offset bears the metadata; the offset itself means nothing.
func place() kafka.Partition { return kafka.Partition{Topic: string(event.TopicOrders)} }

func group(name string) string { return "tillstream.cdc." + name }

// Load implements Memory.
func (m LogMemory) Load(ctx context.Context, name string) (*Checkpoint, error) {
	all, err := m.Offsets.Committed(ctx, group(name))
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Partition == place() && c.Offset >= 0 {
			at, err := ParseCheckpoint(c.Metadata)
			if err != nil {
				return nil, fmt.Errorf("cannot use the checkpoint of group %s: %w", group(name), err)
			}
			return &at, nil
		}
	}
	return nil, nil
}

// Save implements Memory.
func (m LogMemory) Save(ctx context.Context, name string, c Checkpoint) error {
	return m.Offsets.Commit(ctx, group(name), kafka.Committed{Partition: place(), Metadata: c.String()})
}
