package cdc

import (
	"fmt"
)

// Checkpoint is what the relay remembers outside the database.
type Checkpoint struct {
	// System and Database identify the database cluster and the database in it.
	System   string
	Database uint32
	// Timeline is the cluster's timeline; it rises when a standby is promoted or a backup restored.
	Timeline int32
	// Era counts how often the database's history was found cut off behind Confirmed. It is part of
	// the source's name from 1 on, so that positions that come a second time are not taken for
	// repetitions.
	Era uint32
	// Confirmed is the position up to which everything is in Kafka. It is saved before the database
	// hears of it, so a slot that stands beyond it was moved by somebody else.
	Confirmed uint64
}

const checkpointForm = "cdc/1 %s %d %d %d %016x"

// String returns the form that ParseCheckpoint reads.
func (c Checkpoint) String() string {
	return fmt.Sprintf(checkpointForm, c.System, c.Database, c.Timeline, c.Era, c.Confirmed)
}

// ParseCheckpoint reads the text form.
func ParseCheckpoint(s string) (Checkpoint, error) {
	var c Checkpoint
	n, err := fmt.Sscanf(s, checkpointForm, &c.System, &c.Database, &c.Timeline, &c.Era, &c.Confirmed)
	if err != nil || n != 5 {
		return Checkpoint{}, fmt.Errorf("cannot read checkpoint %.100q: %v", s, err)
	}
	return c, nil
}

// source is the CloudEvents source of the facts.
func (c Checkpoint) source() string {
	s := fmt.Sprintf("/tillstream/oltp/%s/%d", c.System, c.Database)
	if c.Era > 0 {
		s = fmt.Sprintf("%s/%d", s, c.Era)
	}
	return s
}
