package main

import (
	"fmt"

	"github.com/tillstream/tillstream/cmd/role"
)

type rewrapCmd struct {
	role.Backends
	role.MasterKeys
}

// Run wraps all data keys with the current master key. Without addresses it means the running chain.
func (c *rewrapCmd) Run(env *environment) error {
	if c.Postgres == "" {
		running, err := env.state.Running()
		if err != nil {
			return err
		}
		c.Postgres = running.Postgres
		if c.MasterKeysFile == "" && c.MasterKeys.MasterKeys == "" {
			c.MasterKeysFile = env.state.MasterFile()
		}
	}
	done, err := role.Rewrap(env.ctx, c.Backends, c.MasterKeys, func(done int) {
		fmt.Fprintf(env.stderr, "» %d keys wrapped anew\n", done)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%d keys wrapped anew; older master keys may be thrown away\n", done)
	return err
}
