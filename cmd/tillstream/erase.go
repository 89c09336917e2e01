package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tillstream/tillstream/cmd/role"
)

type eraseCmd struct {
	Member string `help:"Code of the member." required:"" placeholder:"CODE"`
	Yes    bool   `help:"Do not ask."`
	remote
}

// Run erases a member once somebody has typed its code.
func (c *eraseCmd) Run(env *environment) error {
	address, token, err := c.remote.resolve(env)
	if err != nil {
		return err
	}
	if !c.Yes {
		fmt.Fprintf(env.stderr, "Everything personal of member %s is destroyed for ever; orders stay under "+
			"a pseudonym.\nType the code again to go on: ", c.Member)
		typed, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		if strings.TrimSpace(typed) != c.Member {
			return errors.New("nothing was erased: the code was not typed again (or use --yes)")
		}
	}
	gone, err := role.PatientClient(address, token).EraseMember(env.ctx, c.Member)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "member %s was erased; its orders go on as %s\n", c.Member,
		gone.Pseudonym)
	return err
}
