package main

import (
	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	clickhouselocal "github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

type engineCmd struct {
	Kafka      engineKafkaCmd      `cmd:"" help:"Serve the Kafka protocol from a folder."`
	ClickHouse engineClickHouseCmd `cmd:"" name:"clickhouse" help:"Serve the ClickHouse HTTP interface from a folder."`
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
