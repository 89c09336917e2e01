package main

import (
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/serving/console"
)

type ordersCmd struct{ role.OrdersConfig }

// Run serves the write API.
func (c *ordersCmd) Run(env *environment) error {
	return role.Orders(env.ctx, c.OrdersConfig, env.log)
}

type ingestCmd struct{ role.IngestConfig }

// Run relays changes and takes events in.
func (c *ingestCmd) Run(env *environment) error {
	return role.Ingest(env.ctx, c.IngestConfig, env.log)
}

type streamCmd struct{ role.StreamConfig }

// Run aggregates events.
func (c *streamCmd) Run(env *environment) error {
	return role.Stream(env.ctx, c.StreamConfig, env.log)
}

type serveCmd struct{ role.ServeConfig }

// Run serves console and edge.
func (c *serveCmd) Run(env *environment) error {
	if c.Demo {
		logins, err := env.state.ShownLogins()
		if err != nil {
			return err
		}
		for _, l := range logins {
			c.Logins = append(c.Logins, console.DemoLogin{User: l.User, Password: l.Password,
				Role: string(l.Role)})
		}
	}
	return role.Serve(env.ctx, c.ServeConfig, env.log)
}

type migrateCmd struct{ role.MigrateConfig }

// Run brings the schemas up to date.
func (c *migrateCmd) Run(env *environment) error {
	b, err := c.Backends.OrRunning(env.state)
	if err != nil {
		return err
	}
	c.Backends = b
	return role.Migrate(env.ctx, c.MigrateConfig, env.log)
}
