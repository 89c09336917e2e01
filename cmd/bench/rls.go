package bench

import (
	"context"

	"github.com/tillstream/tillstream/oltp/postgres"
)

// rlsRounds is how often each read is measured, with and without row-level security.
const rlsRounds = 5_000

// rls measures what row-level security costs the hottest reads of the order service. The figure is the
// dearest of them; its baseline would be 0.
func (r *run) rls(ctx context.Context) error {
	db, err := postgres.Open(ctx, postgres.Config{DSN: r.at.Postgres, Connections: 1, Writers: 1,
		Application: "tillstream-bench"})
	if err != nil {
		return err
	}
	defer db.Close()
	costs, err := db.ScopeCosts(ctx, rlsRounds)
	if err != nil {
		return err
	}
	dearest := costs[0]
	for _, c := range costs {
		r.step("orders: %s takes %s, under a scope %s", c.Read, c.Bare, c.Scoped)
		if c.Percent() > dearest.Percent() {
			dearest = c
		}
	}
	r.put("rls_overhead_pct", max(0, dearest.Percent()), "%")
	return nil
}
