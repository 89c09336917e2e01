package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
)

type importCmd struct {
	Stores importStoresCmd `cmd:"" help:"Merge the stores of a CSV or XLSX file; docs/stores.md lists its columns."`
}

type importStoresCmd struct {
	File   string `arg:"" type:"existingfile" help:"CSV or XLSX file, its first row with the names of the columns." placeholder:"FILE"`
	DryRun bool   `help:"Change nothing; say what the import would do."`
	Output string `help:"Form of the report." enum:"table,json" default:"table"`
	remote
}

// maxImport bounds the file that is read, in bytes; the service takes less.
const maxImport = 64 << 20

// Run sends the file and prints what became of its rows. Refused rows make the command fail, after the
// others took effect.
func (c *importStoresCmd) Run(env *environment) error {
	info, err := os.Stat(c.File)
	if err == nil && info.Size() > maxImport {
		err = fmt.Errorf("it has %d bytes, at most %d are taken", info.Size(), maxImport)
	}
	var file []byte
	if err == nil {
		file, err = os.ReadFile(c.File)
	}
	if err != nil {
		return fmt.Errorf("cannot import %s: %w", c.File, err)
	}
	address, token, err := c.remote.resolve(env)
	if err != nil {
		return err
	}
	api := &client.Client{BaseURL: address, Token: token, Attempts: 8, MaxPause: 2 * time.Second}
	report, err := api.ImportStores(env.ctx, file, c.DryRun)
	if err != nil {
		return fmt.Errorf("cannot import %s: %w", c.File, err)
	}
	if c.Output == "json" {
		err = json.NewEncoder(env.stdout).Encode(report)
	} else {
		err = printImport(env, report)
	}
	if err == nil && report.Refused > 0 {
		err = fmt.Errorf("%d of %d rows were refused", report.Refused, report.Rows)
	}
	return err
}

func printImport(env *environment, r *wire.ImportReport) error {
	w := tabwriter.NewWriter(env.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "LINE\tCODE\tOUTCOME\tFIELD\tVALUE\tREASON")
	for _, row := range r.Report {
		faults := append([]wire.ImportFault{{Field: row.Field, Value: row.Value, Reason: row.Reason}},
			row.More...)
		for _, f := range faults {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", row.Line, row.Code, row.Outcome, f.Field,
				strings.ReplaceAll(f.Value, "\n", " "), f.Reason)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	did := "imported"
	if r.DryRun {
		did = "rehearsed, nothing was changed"
	}
	_, err := fmt.Fprintf(env.stdout, "» %s: %d created, %d updated, %d unchanged, %d refused\n", did,
		r.Created, r.Updated, r.Unchanged, r.Refused)
	return err
}
