package kafka

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// askWithin bounds how long a question is repeated while the cluster sorts itself out.
const askWithin = 30 * time.Second

// passing are answers of a cluster that will soon know better: a group's coordinator is being chosen,
// which is so for the first group of a fresh cluster, or loads what it took over from a node that died.
var passing = []error{kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress, kerr.NotCoordinator,
	kerr.LeaderNotAvailable, kerr.NotLeaderForPartition, kerr.NotController}

// ask puts a question until it is answered: repeated while the answer is a passing one, ended at once by
// a refusal. Further answers may be passing ones for this question.
func (a *Admin) ask(ctx context.Context, question func(context.Context) error, also ...error) error {
	ctx, done := a.refused.ask(ctx)
	return done(repeat(ctx, question, append(also, passing...)))
}

func repeat(ctx context.Context, question func(context.Context) error, passing []error) error {
	patience := time.NewTimer(askWithin)
	defer patience.Stop()
	for tries := 1; ; tries++ {
		err := question(ctx)
		if !slices.ContainsFunc(passing, func(p error) bool { return errors.Is(err, p) }) {
			return err
		}
		pause := time.NewTimer(backoff(tries))
		select {
		case <-pause.C:
		case <-patience.C:
			pause.Stop()
			return err
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}
