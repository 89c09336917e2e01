package main

import (
	"fmt"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
)

type auditCmd struct {
	Wait time.Duration `help:"How long to wait for the stream to catch up before a difference counts." default:"30s"`
	role.Backends
}

// Run compares the books until they agree or the wait is over.
func (c *auditCmd) Run(env *environment) error {
	b, err := c.Backends.OrRunning(env.state)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(c.Wait)
	for {
		report, err := role.Audit(env.ctx, b, env.log)
		if err == nil && report.Clean() {
			_, err = fmt.Fprintln(env.stdout, report)
			return err
		}
		if time.Now().After(deadline) {
			if err == nil {
				err = fmt.Errorf("the books differ after %s:\n%s", c.Wait, report)
			}
			return err
		}
		select {
		case <-env.ctx.Done():
			return env.ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}
