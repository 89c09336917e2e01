package kafka

import (
	"cmp"
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
)

// Commit commits an offset and its metadata for a group without members; the cluster refuses it while
// the group has some.
func (a *Admin) Commit(ctx context.Context, group string, c Committed) error {
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{
		Topic: c.Topic, Partition: c.ID, At: c.Offset, LeaderEpoch: -1, Metadata: c.Metadata,
	})
	err := a.ask(ctx, func(ctx context.Context) error {
		resp, err := a.client.CommitOffsets(ctx, group, offsets)
		return cmp.Or(err, resp.Error())
	})
	if err != nil {
		return fmt.Errorf("cannot commit for group %s: %w", group, err)
	}
	return nil
}
