package main

import (
	"fmt"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/world"
)

type simulateCmd struct {
	worldFlags
	remote
	StreamURL string `help:"Address of the stream's metrics: history then waits while the stream is behind." env:"TILLSTREAM_STREAM_URL" placeholder:"URL"`
}

// Run trades until it is stopped.
func (c *simulateCmd) Run(env *environment) error {
	address, token, err := c.remote.resolve(env)
	if err != nil {
		return err
	}
	shown := ""
	return role.Simulate(env.ctx, role.SimulateConfig{URL: address, Token: token, StreamURL: c.StreamURL,
		World: world.Config{Seed: c.Seed, Stores: c.Stores, SKUs: c.Skus, Members: c.Members,
			Rate: c.Rate},
		Days: c.Days, Visits: c.Visits, StateFile: role.WorldFile(string(env.state)),
		Progress: func(p world.Progress) {
			line := fmt.Sprintf("%s %d %%", p.Phase, 100*p.Done/max(p.Total, 1))
			if line != shown {
				shown = line
				fmt.Fprintf(env.stderr, "simulated history: %s, %d orders so far\n", line, p.Orders)
			}
		}}, env.log)
}
