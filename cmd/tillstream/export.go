package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

type exportCmd struct {
	Recommendations exportTopsCmd `cmd:"" help:"What to offer each member, a row a proposal, by the models that count now."`
}

type exportTopsCmd struct {
	File   string `arg:"" optional:"" help:"Where to; - or nothing is the standard output." default:"-"`
	Format string `help:"parquet or csv." enum:"parquet,csv" default:"parquet"`
	role.Backends
}

// Run writes the file. One that could not be finished is taken away.
func (c *exportTopsCmd) Run(env *environment) (err error) {
	if c.ClickHouse == "" {
		if c.Backends, err = c.Backends.OrRunning(env.state); err != nil {
			return err
		}
	}
	db, err := clickhouse.Open(env.ctx, clickhouse.Config{URL: c.ClickHouse, Log: env.log})
	if err != nil {
		return err
	}
	defer db.Close()
	house, err := warehouse.New(warehouse.Config{DB: db, MaxExportRows: 1 << 40,
		Timeout: time.Hour})
	if err != nil {
		return err
	}
	out := env.stdout
	if c.File != "-" {
		file, err := os.Create(c.File)
		if err != nil {
			return fmt.Errorf("cannot write the export: %w", err)
		}
		defer func() {
			if e := file.Close(); err == nil {
				err = e
			}
			if err != nil {
				err = errors.Join(err, os.Remove(c.File))
			}
		}()
		out = file
	}
	return c.write(env, house, out)
}

func (c *exportTopsCmd) write(env *environment, house *warehouse.Warehouse, out io.Writer) error {
	buffered := bufio.NewWriter(out)
	rows, err := house.ExportTops(env.ctx, retail.HQScope(), c.Format, buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil && rows == 0 {
		err = errors.New("no recommendations are published: `tillstream train` makes some")
	}
	if err == nil {
		fmt.Fprintf(env.stderr, "» %d rows\n", rows)
	}
	return err
}
