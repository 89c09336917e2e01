package kafka

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// OffsetsAt returns, for each partition of the topics, the offset of the first record that bears the
// time at or a later one; where there is none, the offset of the next record to come.
func (a *Admin) OffsetsAt(ctx context.Context, at time.Time, topics ...string,
) (map[Partition]int64, error) {
	list := func(ctx context.Context, topics ...string) (kadm.ListedOffsets, error) {
		return a.client.ListOffsetsAfterMilli(ctx, at.UnixMilli(), topics...)
	}
	return a.offsets(ctx, list, "offsets at "+at.UTC().Format(time.RFC3339), topics)
}

// TopicID returns what the cluster calls the topic beside its name: a topic that is deleted and made
// again gets another. A cluster without such IDs gives 16 zeros.
func (a *Admin) TopicID(ctx context.Context, topic string) ([16]byte, error) {
	var details kadm.TopicDetails
	err := a.ask(ctx, func(ctx context.Context) (err error) {
		details, err = a.client.ListTopics(ctx, topic)
		return cmp.Or(err, details.Error())
	})
	if err != nil {
		return [16]byte{}, fmt.Errorf("cannot ask for the ID of topic %s: %w", topic, err)
	}
	return details[topic].ID, nil
}

// Members returns how many members the group has; a group that does not exist has none.
func (a *Admin) Members(ctx context.Context, group string) (int, error) {
	var described kadm.DescribedGroups
	err := a.ask(ctx, func(ctx context.Context) (err error) {
		described, err = a.client.DescribeGroups(ctx, group)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("cannot describe group %s: %w", group, err)
	}
	return len(described[group].Members), nil
}
