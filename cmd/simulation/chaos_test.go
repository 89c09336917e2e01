//go:build synctests

package simulation_test

import (
	"math/rand/v2"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// within returns a time below most.
func within(chance *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(chance.Int64N(int64(most)))
}

// slot starts engines one after the other, and ends each in a way that the seed draws, until the time
// of trouble is over.
func (s *simulation) slot(name string, chance *rand.Rand) {
	for time.Now().Before(s.until) {
		p := s.launch(name)
		virtually(within(chance, 2*time.Second))
		switch chance.IntN(7) {
		case 0:
			p.kill()
		case 1, 2:
			// At a step of the protocol; one that is idle never gets there.
			p.steps.Store(chance.Int64N(30))
			virtually(within(chance, 2*time.Second))
			p.kill()
		case 3:
			p.stop()
		case 4:
			p.host.Stall()
			virtually(within(chance, 2*s.settings.session))
			p.host.Resume()
			virtually(within(chance, time.Second))
			p.kill()
		case 5:
			// Its successor starts while it is stalled, under the same name where names are fixed.
			p.host.Stall()
			s.zombie(p, within(chance, 2*s.settings.session), within(chance, time.Second))
		case 6:
			p.host.Cut()
			virtually(within(chance, time.Second))
			p.host.Cut()
			p.stop()
		}
		virtually(within(chance, 500*time.Millisecond))
	}
}

// zombie lets a stalled process go on after a while, and soon afterwards die.
func (s *simulation) zombie(p *process, stalled, lives time.Duration) {
	s.trouble.Go(func() {
		virtually(stalled)
		p.host.Resume()
		virtually(lives)
		p.kill()
	})
}

// lapse is a request that a broker may answer with one of some errors.
type lapse struct {
	key    kmsg.Key
	errors []*kerr.Error
}

var lapses = []lapse{
	{kmsg.OffsetCommit, []*kerr.Error{
		kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.CoordinatorNotAvailable,
		kerr.RebalanceInProgress, kerr.RequestTimedOut, kerr.IllegalGeneration, kerr.UnknownMemberID,
	}},
	{kmsg.Heartbeat, []*kerr.Error{
		kerr.RebalanceInProgress, kerr.NotCoordinator, kerr.IllegalGeneration, kerr.UnknownMemberID,
	}},
	{kmsg.JoinGroup, []*kerr.Error{
		kerr.CoordinatorNotAvailable, kerr.NotCoordinator, kerr.UnknownMemberID,
	}},
	{kmsg.SyncGroup, []*kerr.Error{
		kerr.RebalanceInProgress, kerr.NotCoordinator, kerr.IllegalGeneration,
	}},
	{kmsg.OffsetFetch, []*kerr.Error{
		kerr.NotCoordinator, kerr.CoordinatorLoadInProgress, kerr.UnstableOffsetCommit,
	}},
	{kmsg.FindCoordinator, []*kerr.Error{kerr.CoordinatorNotAvailable}},
	{kmsg.Fetch, []*kerr.Error{
		kerr.NotLeaderForPartition, kerr.ReplicaNotAvailable, kerr.FencedLeaderEpoch,
	}},
	{kmsg.ListOffsets, []*kerr.Error{kerr.NotLeaderForPartition, kerr.LeaderNotAvailable}},
	{kmsg.Produce, []*kerr.Error{
		kerr.NotLeaderForPartition, kerr.RequestTimedOut, kerr.NotEnoughReplicas,
		kerr.NotEnoughReplicasAfterAppend,
	}},
}

// lapse makes brokers answer with errors, and the warehouse go away, until the time of trouble is over.
func (s *simulation) lapse(chance *rand.Rand) {
	var all []*kfake.FaultHandle
	for time.Now().Before(s.until) {
		virtually(within(chance, 400*time.Millisecond))
		l := lapses[chance.IntN(len(lapses))]
		all = append(all, s.cluster.Fake().Fault(kfake.Fault{
			Keys: []kmsg.Key{l.key}, Err: l.errors[chance.IntN(len(l.errors))], Count: chance.IntN(3) + 1,
		}))
		switch chance.IntN(12) {
		case 0:
			s.warehouse.leave(within(chance, 2*time.Second))
		case 1:
			s.lead(chance)
		case 2:
			s.cluster.Fake().RehashCoordinators()
		}
	}
	for _, f := range all {
		f.Remove()
	}
}
