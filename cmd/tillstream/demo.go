package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/cmd/chain"
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/world"
)

type demoCmd struct {
	Listen string        `help:"Address of the console and its API." default:"127.0.0.1:8080"`
	Edge   string        `help:"Address of the stock edge." default:"127.0.0.1:8081"`
	World  string        `help:"simulated: a seeded chain trades; none: an empty chain that waits for orders." enum:"simulated,none" default:"simulated"`
	Open   bool          `help:"Open the dashboard in a browser." default:"true" negatable:""`
	Train  time.Duration `help:"Learn from the sales again after this pause, sooner while the chain is young; 0 does not learn." default:"1h"`
	worldFlags
}

// Run brings a whole chain up, shows where it is, and waits to be stopped.
func (c *demoCmd) Run(env *environment) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program: %w", err)
	}
	begun := time.Now()
	if err := env.state.Prepare(); err != nil {
		return err
	}
	if _, err := staff.EnsureKey(env.state.KeyFile()); err != nil {
		return err
	}
	users, err := c.users()
	if err != nil {
		return err
	}
	logins, err := env.state.Logins(users)
	if err != nil {
		return err
	}
	cfg := chain.Config{State: env.state, Exe: exe, Console: c.Listen, Edge: c.Edge, Hint: loopback(c.Listen),
		Log: env.log, Step: func(s string) { fmt.Fprintf(env.stderr, "» %s\n", s) },
		Migrate: func(ctx context.Context, a chain.Addresses) error {
			return role.Migrate(ctx, role.MigrateConfig{Backends: backends(a), Partitions: chain.Partitions,
				Replication: 1}, env.log)
		}}
	if c.World == "simulated" {
		cfg.Simulate = c.worldFlags.args()
	}
	if c.Train > 0 { // one core stays with those who sell
		cfg.Train = []string{"--every", c.Train.String(), "--follow", "10m", "--workers", "1"}
	}
	running, err := chain.Start(env.ctx, cfg)
	if err != nil {
		return err
	}
	if err := env.state.Announce(); err != nil {
		env.log.Warn("commands need --data to find this chain", "error", err)
	}
	c.welcome(env, running.Addresses(), logins, time.Since(begun))
	<-env.ctx.Done()
	fmt.Fprintln(env.stderr, "\n» stopping; everything is kept in", env.state)
	return running.Stop()
}

func (c *demoCmd) welcome(env *environment, a chain.Addresses, logins []chain.Login,
	took time.Duration) {
	fmt.Fprintf(env.stdout, "\ntillstream is up after %.1f s: %s\n\n", took.Seconds(), a.Console)
	for _, l := range logins {
		fmt.Fprintf(env.stdout, "  user %-8s password %-16s %s\n", l.User, l.Password, l.Role)
	}
	fmt.Fprintln(env.stdout)
	if c.World == "simulated" {
		fmt.Fprintf(env.stdout, "  storefront      %s/storefront\n", a.Console)
	}
	fmt.Fprintf(env.stdout, "  stock edge      %s/v1/stock/{store}/{sku}\n", a.Edge)
	fmt.Fprintf(env.stdout, "  API             %s/openapi.json\n", a.Console)
	fmt.Fprintf(env.stdout, "  ClickHouse      %s  (curl works)\n", a.ClickHouse)
	fmt.Fprintf(env.stdout, "  data and logs   %s\n\n", env.state)
	if c.World == "simulated" {
		fmt.Fprintf(env.stdout, "The trade is simulated (seed %d). Its %d days of history are loaded "+
			"while it trades live;\n%s tells how far.\n", c.Seed, c.Days,
			env.state.Path("log", "simulate.log"))
	} else {
		fmt.Fprintln(env.stdout, "The chain is empty: replay a data set, or POST /v1/orders.")
	}
	fmt.Fprintln(env.stdout, "Ctrl-C stops it; the next start goes on where it stopped.")
	if c.Open {
		openBrowser(a.Console)
	}
}

// loopback reports whether an address can be reached from this machine alone. Elsewhere the sign-in page
// keeps the passwords to itself; they are printed here in any case.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// openBrowser shows the dashboard where there is a desktop to show it on.
func openBrowser(url string) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return
	}
	if path, err := exec.LookPath("xdg-open"); err == nil {
		_ = exec.Command(path, url).Start()
	}
}

// users are one for each level; their passwords are made on first use. Region and store are the first
// ones of the simulated chain.
func (c *demoCmd) users() ([]chain.Login, error) {
	simulated, err := world.New(world.Config{Seed: c.Seed, Stores: c.Stores, SKUs: c.Skus, Members: 1,
		Start: world.DayAt(time.Now())})
	if err != nil {
		return nil, err
	}
	first := simulated.Stores[0]
	return []chain.Login{
		{User: "hq", Role: staff.HQAdmin},
		{User: "region", Role: staff.RegionManager, Regions: []string{first.Region.Code}},
		{User: "store", Role: staff.StoreManager, Stores: []string{first.Code}},
	}, nil
}

func backends(a chain.Addresses) role.Backends {
	return role.Backends{Postgres: a.Postgres, Kafka: []string{a.Kafka}, ClickHouse: a.ClickHouse}
}

// worldFlags describe the simulated chain.
type worldFlags struct {
	Seed    uint64  `help:"Seed of the simulated chain: the same seed gives the same chain and the same days." default:"1"`
	Stores  int     `help:"Stores of the simulated chain." default:"30"`
	Skus    int     `help:"Goods of the simulated chain." default:"2000"`
	Members int     `help:"Members of the simulated chain." default:"50000"`
	Days    int     `help:"Days of history before today." default:"90"`
	Visits  float64 `help:"Members a second who look at recommendations and choose by their simulated tastes; an experiment runs on them. 0 switches them off." default:"1"`
	Rate    float64 `help:"Orders a second, on average over the day, for the whole chain." default:"0.12"`
}

func (w worldFlags) args() []string {
	return []string{"--seed", strconv.FormatUint(w.Seed, 10), "--stores", strconv.Itoa(w.Stores),
		"--skus", strconv.Itoa(w.Skus), "--members", strconv.Itoa(w.Members),
		"--days", strconv.Itoa(w.Days), "--visits", strconv.FormatFloat(w.Visits, 'g', -1, 64),
		"--rate", strconv.FormatFloat(w.Rate, 'g', -1, 64)}
}
