// Command tillstream is the whole of tillstream in one binary: each role of a chain is a command of its
// own, and `tillstream demo` runs all of them on one machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/tillstream/tillstream/cmd/chain"
)

// cli is the command line. A flag wins over the environment, the environment over the file named by
// --config, the file over the default.
type cli struct {
	Data     chain.State     `help:"Folder for everything that a chain on this machine keeps." env:"TILLSTREAM_STATE" default:"${data}" placeholder:"DIR"`
	Config   kong.ConfigFlag `help:"JSON file with defaults for flags, by flag name." placeholder:"FILE"`
	LogLevel slog.Level      `help:"Least level to log: debug, info, warn or error." env:"TILLSTREAM_LOG_LEVEL" default:"info"`

	Demo     demoCmd     `cmd:"" help:"Start local engines and all roles, simulate a trading chain, open the dashboard."`
	Oltp     ordersCmd   `cmd:"" help:"Role: write API and order intake on PostgreSQL."`
	Ingest   ingestCmd   `cmd:"" help:"Role: relay committed changes and behaviour events into Kafka."`
	Stream   streamCmd   `cmd:"" help:"Role: aggregate events from Kafka into ClickHouse, exactly once."`
	Serve    serveCmd    `cmd:"" help:"Role: console, live dashboard and stock edge."`
	Simulate simulateCmd `cmd:"" help:"Trade as a simulated chain against a running order service."`
	Replay   replayCmd   `cmd:"" help:"Push a public data set through a running chain."`
	Import   importCmd   `cmd:"" help:"Merge what a spreadsheet lists into a running chain."`
	Train    trainCmd    `cmd:"" help:"Learn from the past what members will want; judge it; publish it."`
	Push     pushCmd     `cmd:"" help:"Make the push lists of today: specials of stores near members who agreed to be told."`
	Export   exportCmd   `cmd:"" help:"Write what the warehouse holds to a file."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the schemas of PostgreSQL and ClickHouse up to date and create the topics."`
	KPI      kpiCmd      `cmd:"" name:"kpi" help:"Ask a running chain for metrics."`
	Token    tokenCmd    `cmd:"" help:"Print an access token for the running chain."`
	Staff    staffCmd    `cmd:"" help:"Accounts of the staff: add, list, passwd, deactivate."`
	Erase    eraseCmd    `cmd:"" help:"Destroy everything personal of a member, for ever."`
	Rewrap   rewrapCmd   `cmd:"" help:"Put all keys of personal data under the current master key."`
	Identity identityCmd `cmd:"" name:"identity-key" help:"Print the key under which a chain without an identity key of its own has looked members up."`
	DLQ      dlqCmd      `cmd:"" name:"dlq" help:"Dead letters: list, show, retry, drop."`
	Rewind   rewindCmd   `cmd:"" help:"Take stream and warehouse back to an earlier place in the log, to read on from there."`
	Audit    auditCmd    `cmd:"" help:"Compare the ledger in PostgreSQL with the facts and every rollup in ClickHouse."`
	Doctor   doctorCmd   `cmd:"" help:"Say what is missing on this machine, and the command that mends it."`
	Eval     evalCmd     `cmd:"" help:"Judge every model on a history of your own: CSV files in, a table of figures out."`
	Bench    benchCmd    `cmd:"" help:"Measure this machine: orders, cdc, pipeline, stream, kpi, chaos."`
	Chaos    chaosCmd    `cmd:"" hidden:"" help:"Torment a chain of its own: kill, stop and starve its processes while tills trade."`
	Settings configCmd   `cmd:"" name:"config" help:"Print the settings in force, secrets masked."`
	Engine   engineCmd   `cmd:"" hidden:"" help:"Run one local engine in the foreground."`
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// environment is what every command is given.
type environment struct {
	ctx    context.Context
	log    *slog.Logger
	state  chain.State
	stdout io.Writer
	stderr io.Writer
	kong   *kong.Context
}

func run(args []string, stdout, stderr io.Writer) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("tillstream"), kong.UsageOnError(),
		kong.Description("Real-time analytics for retail chains: every till, shelf and screen, live."),
		kong.Vars{"data": string(chain.DefaultState())},
		kong.Configuration(fileBelowEnvironment, configFiles()...),
		kong.Writers(stdout, stderr), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(stderr, "BUG:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "tillstream: %v\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	env := &environment{ctx: ctx, log: log, state: c.Data, stdout: stdout, stderr: stderr,
		kong: parsed}
	if env.state, err = folder(c.Data, parsed.Command()); err == nil {
		err = parsed.Run(env)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "tillstream %s: %v\n", parsed.Selected().Path(), err)
		return 1
	}
	return 0
}

// folder makes the data folder absolute. A command that asks something of a running chain and names no
// folder means the chain that runs, wherever it was started.
func folder(d chain.State, command string) (chain.State, error) {
	own := strings.HasPrefix(command, "demo") || strings.HasPrefix(command, "bench") ||
		strings.HasPrefix(command, "chaos")
	if d == chain.DefaultState() && !own {
		return chain.Locate(), nil
	}
	path, err := filepath.Abs(string(d))
	if err != nil {
		return "", fmt.Errorf("cannot find the data folder %s: %w", d, err)
	}
	return chain.State(path), nil
}
