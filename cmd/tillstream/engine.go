package main

import (
	"github.com/tillstream/tillstream/cmd/bench"
	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	clickhouselocal "github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

type engineCmd struct {
	Kafka      engineKafkaCmd      `cmd:"" help:"Serve the Kafka protocol from a folder."`
	ClickHouse engineClickHouseCmd `cmd:"" name:"clickhouse" help:"Serve the ClickHouse HTTP interface from a folder."`
	Front      engineFrontCmd      `cmd:"" help:"Answer the bench of recommendations for a simulated chain."`
}

type engineKafkaCmd struct {
	Dir    string `help:"Data folder." required:""`
	Port   int    `help:"Port on 127.0.0.1." required:""`
	NoSync bool   `help:"Leave it to the operating system when writes reach the disk."`
}

// Run serves until it is told to stop.
func (c *engineKafkaCmd) Run(env *environment) error {
	return kafkalocal.Serve(env.ctx, kafkalocal.ServeConfig{Dir: c.Dir, Port: c.Port,
		NoSync: c.NoSync, Log: env.log})
}

type engineClickHouseCmd struct {
	Dir      string `help:"Data folder." required:""`
	Listen   string `help:"Address of the HTTP interface." required:""`
	Password string `help:"Password of the user default." env:"TILLSTREAM_CLICKHOUSE_PASSWORD"`
}

// Run serves until it is told to stop.
func (c *engineClickHouseCmd) Run(env *environment) error {
	return clickhouselocal.Serve(env.ctx, clickhouselocal.ServeConfig{Dir: c.Dir, Listen: c.Listen,
		Password: c.Password, Log: env.log})
}

type engineFrontCmd struct {
	Listen  string `help:"Address of the edge." required:""`
	Control string `help:"Address by which the bench stirs it." required:""`
	Seed    uint64 `help:"Of the simulated chain." required:""`
	Plain   bool   `help:"Answer by the plain method."`
}

// Run answers until the bench ends it.
func (c *engineFrontCmd) Run(env *environment) error {
	return bench.Front(env.ctx, bench.FrontConfig{Listen: c.Listen, Control: c.Control, Seed: c.Seed,
		Plain: c.Plain, Log: env.log})
}
