package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

type tokenCmd struct {
	Role   string        `help:"Role: hq-admin, hq-analyst, region-manager, store-manager or storefront." default:"hq-admin" enum:"hq-admin,hq-analyst,region-manager,store-manager,storefront"`
	Region string        `help:"Region code of a region manager. Default: the first region."`
	Store  string        `help:"Store code of a store manager. Default: the first store."`
	TTL    time.Duration `help:"How long the token works." default:"12h"`
	remote
}

// Run prints a token for the chain that runs in the data folder.
func (c *tokenCmd) Run(env *environment) error {
	role := staff.Role(c.Role)
	if role != staff.RegionManager && role != staff.StoreManager {
		token, err := mintToken(env.state, c.Role, c.TTL)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.stdout, token)
		return err
	}
	stores, err := c.stores(env)
	if err != nil {
		return err
	}
	p, err := c.principal(role, stores)
	if err != nil {
		return err
	}
	token, err := sign(env.state, p, c.TTL)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, token)
	return err
}

// listedStore is what the write API tells of a store.
type listedStore struct {
	ID     retail.StoreID `json:"id"`
	Code   string         `json:"code"`
	Region string         `json:"region"`
}

func (c *tokenCmd) stores(env *environment) ([]listedStore, error) {
	var all []listedStore
	for cursor := ""; ; {
		body, err := c.remote.get(env, "/v1/stores?limit=500&cursor="+url.QueryEscape(cursor))
		if err != nil {
			return nil, err
		}
		var page struct {
			Stores []listedStore `json:"stores"`
			Next   string        `json:"next_cursor"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, fmt.Errorf("cannot read the list of stores: %w", err)
		}
		all = append(all, page.Stores...)
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

func (c *tokenCmd) principal(role staff.Role, stores []listedStore) (staff.Principal, error) {
	p := staff.Principal{Role: role}
	if len(stores) == 0 {
		return p, fmt.Errorf("the chain has no stores yet: import some, replay a data set, or run " +
			"`tillstream simulate`")
	}
	region, store := c.Region, c.Store
	if region == "" {
		region = stores[0].Region
	}
	if store == "" {
		store = stores[0].Code
	}
	var ids []retail.StoreID
	for _, s := range stores {
		if role == staff.RegionManager && s.Region == region ||
			role == staff.StoreManager && s.Code == store {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return p, fmt.Errorf("the chain has no store %q and no stores in region %q", store, region)
	}
	p.Scope, p.User = retail.StoreScope(ids...), "cli-store-"+store
	if role == staff.RegionManager {
		p.User, p.Regions = "cli-region-"+region, []string{region}
	}
	return p, nil
}

// mintToken makes a token for a role that needs no list of stores.
func mintToken(state chain.State, role string, ttl time.Duration) (string, error) {
	p := staff.Principal{User: "cli-" + role, Role: staff.Role(role)}
	if p.Role.Chainwide() {
		p.Scope = retail.HQScope()
	}
	return sign(state, p, ttl)
}

func sign(state chain.State, p staff.Principal, ttl time.Duration) (string, error) {
	key, err := staff.LoadKey(state.KeyFile())
	if err != nil {
		return "", fmt.Errorf("%w (was a chain ever started in %s? "+
			"`tillstream demo` makes the key)", err, state)
	}
	return staff.Issuer{Key: key}.Token(p, ttl)
}
