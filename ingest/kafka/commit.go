package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ErrFenced is returned by Commit when the group has moved on without this member: the partition
// may belong to somebody else.
var ErrFenced = errors.New("the group has moved on")

// MaxMetadataBytes bounds the metadata of a commit: what a cluster takes that nobody has configured
// otherwise (offset.metadata.max.bytes).
const MaxMetadataBytes = 4096

// ErrMetadataTooLarge is returned by Commit, before anything is sent, for metadata above
// MaxMetadataBytes.
var ErrMetadataTooLarge = errors.New("the metadata is too large")

// ErrExpelled is returned by Commit and Poll when the group had expelled this member and then let it in
// under another name, and the client took up its partitions as if nothing had happened. Others may have
// gone on with them in between, so what was polled and built before is worthless.
var ErrExpelled = errors.New("the group has expelled this member and let it in anew")

// maxCommits bounds the commits that wait for one request.
const maxCommits = 1024

// commit is one partition's part of the next request.
type commit struct {
	Committed
	done chan error
}

// Commit commits an offset with its metadata and returns when the cluster has it. The commit bears
// this member's generation: a member that was expelled gets ErrFenced, and nothing changes. Commits of
// several partitions that are waiting go out in one request. A partition must be committed by one
// goroutine only, one commit after the other.
func (g *Group) Commit(ctx context.Context, c Committed) error {
	if n := len(c.Metadata); n > MaxMetadataBytes {
		return fmt.Errorf("cannot commit %s/%d at %d: %w: %d bytes, at most %d", c.Topic, c.ID, c.Offset,
			ErrMetadataTooLarge, n, MaxMetadataBytes)
	}
	w := commit{Committed: c, done: make(chan error, 1)}
	select {
	case g.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.die:
		return ErrClosed
	}
	select {
	case err := <-w.done:
		return err
	case <-g.dead:
		return ErrClosed
	}
}

func (g *Group) commits() {
	defer close(g.dead)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-g.die
		cancel()
	}()
	for {
		select {
		case <-g.die:
			return
		case first := <-g.queue:
			g.commitAll(ctx, g.gather(first))
		}
	}
}

// gather takes what else is waiting.
func (g *Group) gather(first commit) []commit {
	batch := []commit{first}
	for range len(g.queue) {
		batch = append(batch, <-g.queue)
	}
	return batch
}

func (g *Group) commitAll(ctx context.Context, batch []commit) {
	offsets := make(map[string]map[int32]kgo.EpochOffset)
	latest := make(map[Partition]*commit, len(batch))
	for i := range batch {
		c := &batch[i]
		if offsets[c.Topic] == nil {
			offsets[c.Topic] = make(map[int32]kgo.EpochOffset)
		}
		offsets[c.Topic][c.ID] = kgo.EpochOffset{Epoch: -1, Offset: c.Offset}
		latest[c.Partition] = c
	}
	ctx = kgo.PreCommitFnContext(ctx, func(req *kmsg.OffsetCommitRequest) error {
		for i := range req.Topics {
			t := &req.Topics[i]
			for j := range t.Partitions {
				c := latest[Partition{t.Topic, t.Partitions[j].Partition}]
				t.Partitions[j].Metadata = &c.Metadata
				if !g.holds(c.Partition, req.MemberID) {
					g.expel(ErrExpelled)
					return ErrExpelled
				}
			}
		}
		return nil
	})
	outcome := make(map[Partition]error, len(batch))
	var all error
	g.client.CommitOffsetsSync(ctx, offsets, func(_ *kgo.Client, req *kmsg.OffsetCommitRequest,
		resp *kmsg.OffsetCommitResponse, err error,
	) {
		all = err
		if err == nil {
			outcomes(req, resp, outcome)
		}
	})
	for _, c := range batch {
		c.done <- commitError(c.Committed, all, outcome)
	}
}

// holds reports whether the partition was given to this member under the name that it bears now. The
// generation in a commit fences a member that was expelled, but not one that has joined again since: the
// broker cannot know that its partition is not the one of today.
func (g *Group) holds(p Partition, name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.names[p] == name
}

// outcomes reads the answer of each partition. From version 10 on an answer names topics by their IDs
// alone, and the client resolves them only while its session stands; the request knows both.
func outcomes(req *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, into map[Partition]error) {
	names := make(map[[16]byte]string, len(req.Topics))
	for _, t := range req.Topics {
		names[t.TopicID] = t.Topic
	}
	for _, t := range resp.Topics {
		if t.Topic == "" {
			t.Topic = names[t.TopicID]
		}
		for _, p := range t.Partitions {
			into[Partition{t.Topic, p.Partition}] = kerr.ErrorForCode(p.ErrorCode)
		}
	}
}

func commitError(c Committed, all error, outcome map[Partition]error) error {
	err, answered := outcome[c.Partition]
	switch {
	case all != nil:
		err = all
	case !answered:
		err = errors.New("the answer does not mention the partition")
	}
	if err == nil {
		return nil
	}
	for _, fence := range []error{kerr.IllegalGeneration, kerr.UnknownMemberID, kerr.FencedInstanceID,
		kerr.StaleMemberEpoch, kerr.FencedMemberEpoch} {
		if errors.Is(err, fence) {
			err = fmt.Errorf("%w: %w", ErrFenced, err)
		}
	}
	return fmt.Errorf("cannot commit %s/%d at %d: %w", c.Topic, c.ID, c.Offset, err)
}
