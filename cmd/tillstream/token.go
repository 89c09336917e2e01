package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

type tokenCmd struct {
	Role   string        `help:"Role: hq-admin, hq-analyst, planner, marketing, region-manager, store-manager, guide or storefront." default:"hq-admin" enum:"hq-admin,hq-analyst,planner,marketing,region-manager,store-manager,guide,storefront"`
	Region string        `help:"Region code of a region manager. Default: the region of the first store."`
	Store  string        `help:"Store code of a store manager or guide. Default: the first store."`
	TTL    time.Duration `help:"How long the token works." default:"12h"`
}

// Run prints a token for the chain that runs in the data folder.
func (c *tokenCmd) Run(env *environment) error {
	p := staff.Principal{User: "cli-" + c.Role, Role: staff.Role(c.Role)}
	if !p.Role.Chainwide() && p.Role != staff.Storefront {
		if err := c.expand(env, &p); err != nil {
			return err
		}
	}
	token, err := sign(env.state, p, c.TTL)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, token)
	return err
}

var errNoStores = errors.New("the chain has no stores yet: import some, replay a data set, or run " +
	"`tillstream simulate`")

// expand gives the principal the stores of its region, or its store.
func (c *tokenCmd) expand(env *environment, p *staff.Principal) error {
	running, err := env.state.Running()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(env.ctx, 20*time.Second)
	defer cancel()
	db, err := postgres.Open(ctx, postgres.Config{DSN: running.Postgres, Connections: 2, Writers: 1,
		Application: "tillstream-token"})
	if err != nil {
		return err
	}
	defer db.Close()
	first, err := db.Catalogue().Stores(ctx, retail.HQScope(), "", 1)
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return errNoStores
	}
	user := staff.User{Name: p.User, Role: p.Role}
	if p.Role == staff.RegionManager {
		user.Regions = []string{either(c.Region, first[0].Region.Code)}
		p.Regions = user.Regions
	} else {
		user.Stores = []string{either(c.Store, first[0].Code)}
	}
	p.Scope, _, err = staff.Expand(ctx, db.Catalogue(), user)
	if err == nil && p.Scope.Empty() {
		err = fmt.Errorf("the chain has no store for %v%v", user.Regions, user.Stores)
	}
	return err
}

func either(v, standard string) string {
	if v == "" {
		return standard
	}
	return v
}

// mintToken makes a token for a role that needs no list of stores.
func mintToken(state chain.State, role string, ttl time.Duration) (string, error) {
	return sign(state, staff.Principal{User: "cli-" + role, Role: staff.Role(role)}, ttl)
}

func sign(state chain.State, p staff.Principal, ttl time.Duration) (string, error) {
	if p.Role.Chainwide() {
		p.Scope = retail.HQScope()
	}
	key, err := staff.LoadKey(state.KeyFile())
	if err != nil {
		return "", fmt.Errorf("%w (was a chain ever started in %s? "+
			"`tillstream demo` makes the key)", err, state)
	}
	return staff.Issuer{Key: key}.Token(p, ttl)
}
