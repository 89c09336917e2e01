package main

import (
	"encoding/hex"
	"fmt"

	"github.com/tillstream/tillstream/cmd/role"
)

type identityCmd struct {
	TokenKeyFile string `help:"File with the token keys that the chain began with." env:"TILLSTREAM_TOKEN_KEY_FILE" placeholder:"FILE"`
}

// Run prints the key under which a chain that had no key of its own for it has looked its members up.
func (c *identityCmd) Run(env *environment) error {
	if c.TokenKeyFile == "" {
		c.TokenKeyFile = env.state.KeyFile()
	}
	key, err := role.DerivedIdentity(c.TokenKeyFile)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, hex.EncodeToString(key))
	return err
}
