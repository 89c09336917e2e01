package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	"github.com/tillstream/tillstream/oltp/child"
	postgreslocal "github.com/tillstream/tillstream/oltp/postgres/local"
	"github.com/tillstream/tillstream/oltp/vault"
	clickhouselocal "github.com/tillstream/tillstream/warehouse/clickhouse/local"
)

// Partitions is how many a topic of facts has in a chain on one machine, behaviour twice as many. Every
// partition is a stream of inserts of its own, each into a dozen tables and rollups, and what an insert
// costs ClickHouse hardly depends on its rows: with two, it took a whole core at 5,000 orders a second, and
// a commit took 58 ms to the edge instead of 12.
const Partitions = 1

// Config says which chain to run.
type Config struct {
	// State is the folder for everything. Required.
	State State
	// Exe is the tillstream binary that the roles are started from. Required.
	Exe string
	// Console and Edge are the addresses that people and shops use. Port 0 picks a free one.
	Console, Edge string
	// Migrate brings the schemas up to date once the engines run, before the first role. Required.
	Migrate func(context.Context, Addresses) error
	// Simulate are the arguments of `tillstream simulate`, nil for a chain without simulated trade.
	Simulate []string
	// Train are the arguments of `tillstream train`, nil for a chain that does not learn.
	Train []string
	// RoleArgs are further arguments for a role, by its name.
	RoleArgs map[string][]string
	// Detour changes the addresses that a role is given, such as to a gate on the way to an engine. It is
	// asked at every start. Nil leaves them as they are.
	Detour func(role string, a Addresses) Addresses
	// Hint lets the login page show the demo's users.
	Hint bool
	// Log tells what the supervisor does.
	Log *slog.Logger
	// Step is told what is being done, for people. May be nil.
	Step func(string)
}

// Chain is a running chain.
type Chain struct {
	cfg     Config
	super   *supervisor
	release func()

	// mu guards addr: engines write their addresses side by side as they start.
	mu   sync.Mutex
	addr Addresses
}

// Start brings the chain up. On failure nothing is left running.
func Start(ctx context.Context, cfg Config) (*Chain, error) {
	if cfg.Step == nil {
		cfg.Step = func(string) {}
	}
	if err := cfg.State.Prepare(); err != nil {
		return nil, err
	}
	release, err := cfg.State.Lock()
	if err != nil {
		return nil, err
	}
	if _, err = vault.EnsureMasters(cfg.State.MasterFile()); err == nil {
		err = cfg.State.ensureIdentity()
	}
	if err != nil {
		release()
		return nil, err
	}
	c := &Chain{cfg: cfg, release: release, addr: Addresses{PID: os.Getpid()}}
	c.super = &supervisor{log: cfg.Log, changed: c.publish}
	for _, step := range []func(context.Context) error{c.choosePorts, c.engines, c.migrate, c.roles} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
	}
	c.note(func(a *Addresses) { a.Ready = true })
	return c, cfg.State.Publish(c.Addresses())
}

// Addresses tells where the chain answers and which processes it consists of.
func (c *Chain) Addresses() Addresses {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.addr
	a.Processes = c.super.pids()
	return a
}

func (c *Chain) note(change func(*Addresses)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.addr)
}

// Stop ends the roles, then the engines.
func (c *Chain) Stop() error {
	err := c.super.stop()
	_ = os.Remove(c.cfg.State.Path("chain.json"))
	c.release()
	return err
}

// Hold keeps a process that ends from being started again until release is called, so that something can
// be done to what it left behind.
func (c *Chain) Hold(name string) (release func(), err error) { return c.super.hold(name) }

func (c *Chain) publish() {
	if err := c.cfg.State.Publish(c.Addresses()); err != nil {
		c.cfg.Log.Error("cannot tell other commands where the chain is", "error", err)
	}
}

// choosePorts fixes every address before anything starts, so that a taken port is said at once.
func (c *Chain) choosePorts(context.Context) error {
	for _, want := range []struct {
		name, address string
		into          *string
	}{
		{"console", c.cfg.Console, &c.addr.Console},
		{"edge", c.cfg.Edge, &c.addr.Edge},
		{"gateway", "127.0.0.1:0", &c.addr.Gateway},
		{"orders", "127.0.0.1:0", &c.addr.Orders},
		{"relay", "127.0.0.1:0", &c.addr.Relay},
		{"stream", "127.0.0.1:0", &c.addr.Stream},
	} {
		address, err := c.choosePort(want.name, want.address)
		if err != nil {
			return err
		}
		*want.into = "http://" + address
	}
	return nil
}

// addressFlags names the flag that sets an address.
var addressFlags = map[string]string{"console": "listen", "edge": "edge"}

func (c *Chain) choosePort(name, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("cannot use the %s address %q: want host:port", name, address)
	}
	if port == "0" {
		free, err := child.Port(c.cfg.State.Path("ports", name))
		return net.JoinHostPort(host, strconv.Itoa(free)), err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("cannot use the %s address: %w (stop what listens there, or choose "+
			"another with --%s)", name, err, addressFlags[name])
	}
	return address, l.Close()
}

func (c *Chain) engines(ctx context.Context) error {
	c.cfg.Step("starting PostgreSQL, Kafka and ClickHouse on loopback")
	state := c.cfg.State
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return c.super.add(ctx, ward{"postgres", func(ctx context.Context) (process, error) {
			s, err := postgreslocal.Start(ctx, postgreslocal.Config{
				Dir: state.Path("postgres"), LogFile: state.Path("log", "postgres.log")})
			if err != nil {
				return nil, err
			}
			c.note(func(a *Addresses) { a.Postgres = s.DSN() })
			return s, nil
		}})
	})
	g.Go(func() error {
		return c.super.add(ctx, ward{"kafka", func(ctx context.Context) (process, error) {
			s, err := kafkalocal.Start(ctx, kafkalocal.Config{
				Dir: state.Path("kafka"), LogFile: state.Path("log", "kafka.log"),
				Exe: []string{c.cfg.Exe, "engine", "kafka"}})
			if err != nil {
				return nil, err
			}
			c.note(func(a *Addresses) { a.Kafka = s.Address() })
			return s, nil
		}})
	})
	g.Go(func() error {
		return c.super.add(ctx, ward{"clickhouse", func(ctx context.Context) (process, error) {
			password, err := state.ClickHousePassword()
			if err != nil {
				return nil, err
			}
			s, err := clickhouselocal.Start(ctx, clickhouselocal.Config{
				Dir: state.Path("clickhouse"), LogFile: state.Path("log", "clickhouse.log"),
				Exe: []string{c.cfg.Exe, "engine", "clickhouse"}, Password: password})
			if err != nil {
				return nil, err
			}
			c.note(func(a *Addresses) {
				a.ClickHouse = "http://default:" + password + "@" + s.Address()
			})
			return s, nil
		}})
	})
	return g.Wait()
}

func (c *Chain) migrate(ctx context.Context) error {
	c.cfg.Step("bringing the schemas up to date")
	return c.cfg.Migrate(ctx, c.Addresses())
}

// roleReadyWithin is how long a role may take to become ready: longer than any engine's recovery.
const roleReadyWithin = 90 * time.Second

func (c *Chain) roles(ctx context.Context) error {
	c.cfg.Step("starting the relay, the order service, the stream and the console")
	a := c.Addresses()
	// The relay comes first: an order that commits before its slot exists would never be told.
	if err := c.super.add(ctx, c.role("ingest", a.Gateway, a.Relay+"/readyz")); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.super.add(gctx, c.role("oltp", a.Orders, a.Orders+"/livez")) })
	g.Go(func() error { return c.super.add(gctx, c.role("stream", a.Stream, a.Stream+"/livez")) })
	if err := g.Wait(); err != nil {
		return err
	}
	if err := c.super.add(ctx, c.role("serve", a.Console, a.Console+"/livez")); err != nil {
		return err
	}
	if c.cfg.Train != nil {
		if err := c.super.add(ctx, c.role("train", "", "")); err != nil {
			return err
		}
	}
	if c.cfg.Simulate == nil {
		return nil
	}
	return c.super.add(ctx, c.role("simulate", "", ""))
}
