package main

import (
	"encoding/json"
	"fmt"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/models/push"
)

type pushCmd struct {
	Radius   float64 `help:"How far a store may be from where a member was, metres." default:"3000"`
	Specials int     `help:"Goods of one list at most." default:"5"`
	Most     int     `help:"Lists that a member gets within the span at most, today's included." default:"2"`
	Span     int     `help:"Days of that cap." default:"7"`
	Days     int     `help:"How many days back it counts where a member bought." default:"90"`
	MinOff   float64 `help:"Least share of the list price that a special lies below it." default:"0.05"`
	Keep     int     `help:"Days that batches are kept." default:"30"`
	TimeZone string  `help:"Time zone of the chain's own day." default:"Asia/Shanghai"`
	Output   string  `help:"json or table." enum:"json,table" default:"table"`
	role.Backends
}

// Run writes the batch of today and says what it holds.
func (c *pushCmd) Run(env *environment) (err error) {
	for name, n := range map[string]float64{"radius": c.Radius, "specials": float64(c.Specials),
		"most": float64(c.Most), "span": float64(c.Span), "days": float64(c.Days), "keep": float64(c.Keep)} {
		if !(n > 0) {
			return fmt.Errorf("--%s is %v: want a number above 0", name, n)
		}
	}
	if c.Postgres == "" || c.ClickHouse == "" {
		if c.Backends, err = c.Backends.OrRunning(env.state); err != nil {
			return err
		}
	}
	s, err := role.Push(env.ctx, role.PushConfig{Postgres: c.Postgres, ClickHouse: c.ClickHouse,
		TimeZone: c.TimeZone, Days: c.Days, Span: c.Span, Keep: c.Keep, MinOff: c.MinOff,
		Push: push.Config{RadiusMetres: c.Radius, Specials: c.Specials, Most: c.Most}}, env.log)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(env.stdout).Encode(struct {
			Day string `json:"day"`
			role.PushSummary
		}{s.Day.String(), s})
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d lists for %d members who agree to marketing "+
		"(%d have got enough), of %d specials at %d stores\n", s.Day, s.Lists, s.Members, s.Capped,
		s.Specials, s.Stores)
	return err
}
