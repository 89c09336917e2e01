package kafka

import (
	"cmp"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/tillstream/tillstream/retail/event"
)

// TopicSpec says how a topic is to be created.
type TopicSpec struct {
	Name string
	// Partitions bounds how many consumers share the topic. Default 4.
	Partitions int32
	// Replication is the number of copies; 0 takes the cluster's default.
	Replication int16
	// Retention is how long records stay. 0 means for ever.
	Retention time.Duration
}

// Topics returns the topics of this program: facts in the given number of partitions (0 means 4) for
// the given time (0 means for ever), behaviour, of which there is several times as much as of everything
// else, in twice as many; the catalogue in one partition for ever, because who reads it from the start must
// find every store and SKU, the dead letters, and what was decided about them, which must outlive them.
func Topics(partitions int32, replication int16, retention time.Duration) []TopicSpec {
	partitions = cmp.Or(partitions, 4)
	var specs []TopicSpec
	for _, t := range append(event.Topics(), event.TopicDeadLetter, event.TopicResolution) {
		spec := TopicSpec{string(t), partitions, replication, retention}
		switch t {
		case event.TopicBehaviour:
			spec.Partitions = 2 * partitions
		case event.TopicCatalogue, event.TopicResolution:
			spec.Partitions, spec.Retention = 1, 0
		case event.TopicDeadLetter:
			spec.Partitions = 1
		}
		specs = append(specs, spec)
	}
	return specs
}

func (s TopicSpec) configs() map[string]*string {
	retention := "-1"
	if s.Retention > 0 {
		retention = strconv.FormatInt(s.Retention.Milliseconds(), 10)
	}
	return map[string]*string{
		"retention.ms":   &retention,
		"cleanup.policy": kadm.StringPtr("delete"),
		// A dead letter carries the record that failed and its reason, so there is room for more
		// than one record.
		"max.message.bytes": kadm.StringPtr(strconv.Itoa(2 * MaxRecordBytes)),
	}
}
