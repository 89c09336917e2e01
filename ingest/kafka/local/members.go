package local

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// memberGuard makes members leave their group that have died in it. The engine gives a new member its
// session when it answers the first request to join; of a member whose connection broke while that
// request waited, it keeps the membership without a session, and no timeout ever takes it away. When no
// partition had to be moved to it from another, the others stay content, and its share is read by nobody.
type memberGuard struct {
	cluster *kfake.Cluster
	log     *slog.Logger

	mu     sync.Mutex
	groups map[string]*roll
}

// roll is what is known of one group.
type roll struct {
	// patience is for how long the most patient of its members may say nothing and be alive.
	patience time.Duration
	// heard is when each member was last heard, or seen for the first time.
	heard map[string]time.Time
}

func newMemberGuard(cluster *kfake.Cluster, log *slog.Logger) *memberGuard {
	return &memberGuard{cluster: cluster, log: log, groups: make(map[string]*roll)}
}

// install listens to what members say.
func (g *memberGuard) install() {
	for _, key := range []kmsg.Key{kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat, kmsg.OffsetCommit} {
		g.cluster.ControlKey(key.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
			g.hear(req)
			return nil, nil, false
		})
	}
}

func (g *memberGuard) hear(req kmsg.Request) {
	switch r := req.(type) {
	case *kmsg.JoinGroupRequest:
		ms := r.SessionTimeoutMillis + r.RebalanceTimeoutMillis
		g.note(r.Group, r.MemberID, time.Duration(ms)*time.Millisecond)
	case *kmsg.SyncGroupRequest:
		g.note(r.Group, r.MemberID, 0)
	case *kmsg.HeartbeatRequest:
		g.note(r.Group, r.MemberID, 0)
	case *kmsg.OffsetCommitRequest:
		g.note(r.Group, r.MemberID, 0)
	}
}

func (g *memberGuard) note(group, member string, patience time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.groups[group]
	if r == nil {
		if patience == 0 {
			return
		}
		r = &roll{heard: make(map[string]time.Time)}
		g.groups[group] = r
	}
	r.patience = max(r.patience, patience)
	r.heard[member] = time.Now()
}

// watch looks after the groups until ctx ends.
func (g *memberGuard) watch(ctx context.Context) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(g.cluster.ListenAddrs()...))
	if err != nil {
		return err
	}
	defer client.Close()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			g.look(ctx, client)
		}
	}
}

func (g *memberGuard) look(ctx context.Context, client *kgo.Client) {
	g.mu.Lock()
	var names []string
	for name := range g.groups {
		names = append(names, name)
	}
	g.mu.Unlock()
	for _, name := range names {
		info := g.cluster.GroupInfo(name)
		var members []kfake.GroupMember
		if info != nil {
			members = info.Members
		}
		for _, member := range g.silent(name, members) {
			g.dismiss(ctx, client, name, member)
		}
	}
}

// silent returns the members that were silent for longer than any living one would be. A group without
// members is forgotten once nobody can be on the way to it.
func (g *memberGuard) silent(group string, members []kfake.GroupMember) (dead []kfake.GroupMember) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.groups[group]
	if r == nil {
		return nil
	}
	now := time.Now()
	if len(members) == 0 {
		maps.DeleteFunc(r.heard, func(_ string, at time.Time) bool { return now.Sub(at) > r.patience })
		if len(r.heard) == 0 {
			delete(g.groups, group)
		}
		return nil
	}
	heard := make(map[string]time.Time, len(members))
	for _, m := range members {
		at, known := r.heard[m.MemberID]
		if !known {
			at = now
		}
		heard[m.MemberID] = at
		if now.Sub(at) > r.patience {
			dead = append(dead, m)
		}
	}
	r.heard = heard
	return dead
}

func (g *memberGuard) dismiss(ctx context.Context, client *kgo.Client, group string,
	member kfake.GroupMember,
) {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = group
	leaver := kmsg.NewLeaveGroupRequestMember()
	leaver.MemberID, leaver.InstanceID = member.MemberID, member.InstanceID
	req.Members = append(req.Members, leaver)
	if _, err := req.RequestWith(ctx, client); err != nil {
		g.log.Warn("cannot dismiss a dead member", "group", group, "member", member.MemberID, "error", err)
		return
	}
	g.log.Warn("a member that died while it joined was dismissed", "group", group, "member",
		member.MemberID)
}
