package main

import (
	"bufio"
	"context"
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
	PushLists       exportPushCmd `cmd:"" help:"Which specials of nearby stores to tell which members, a row a special; tillstream push makes them."`
}

type exportTopsCmd struct{ exportFile }

// Run writes the file.
func (c *exportTopsCmd) Run(env *environment) error {
	return c.run(env, (*warehouse.Warehouse).ExportTops,
		"no recommendations are published: `tillstream train` makes some")
}

type exportPushCmd struct{ exportFile }

// Run writes the file.
func (c *exportPushCmd) Run(env *environment) error {
	return c.run(env, (*warehouse.Warehouse).ExportPushLists,
		"there are no push lists: `tillstream push` makes those of today")
}

// exported is an export of the warehouse.
type exported func(w *warehouse.Warehouse, ctx context.Context, scope retail.Scope, format string,
	out io.Writer) (rows int64, err error)

// exportFile is where an export goes.
type exportFile struct {
	File   string `arg:"" optional:"" help:"Where to; - or nothing is the standard output." default:"-"`
	Format string `help:"parquet or csv." enum:"parquet,csv" default:"parquet"`
	role.Backends
}

// run writes the file. One that could not be finished is taken away.
func (c *exportFile) run(env *environment, export exported, none string) (err error) {
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
	return write(env, out, none, func(out io.Writer) (int64, error) {
		return export(house, env.ctx, retail.HQScope(), c.Format, out)
	})
}

func write(env *environment, out io.Writer, none string, export func(io.Writer) (int64, error)) error {
	buffered := bufio.NewWriter(out)
	rows, err := export(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil && rows == 0 {
		err = errors.New(none)
	}
	if err == nil {
		fmt.Fprintf(env.stderr, "» %d rows\n", rows)
	}
	return err
}
