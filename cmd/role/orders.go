package role

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tillstream/tillstream/cmd/telemetry"
	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/vault"
)

// OrdersConfig describes the order service.
type OrdersConfig struct {
	Backends     `embed:""`
	Listen       string `help:"Address of the write API." default:"127.0.0.1:8083" env:"TILLSTREAM_ORDERS_LISTEN"`
	TokenKeyFile string `help:"File with the key that signs tokens, in hexadecimal." env:"TILLSTREAM_TOKEN_KEY_FILE" placeholder:"FILE"`
	IdentityKey  `embed:""`
	MasterKeys   `embed:""`
	UsersFile    string   `help:"File with the first accounts, JSON: those that the database does not have yet are added at the start." env:"TILLSTREAM_USERS_FILE" placeholder:"FILE"`
	MediaHosts   []string `help:"Hosts that pictures, films and models of goods may be kept at." env:"TILLSTREAM_MEDIA_HOSTS" placeholder:"HOST,…"`
	Writers      int      `help:"Transactions that run at the same time. 0 means one for each core." default:"0"`
	MaxLines     int      `help:"Lines of one order, at most." default:"2000"`
	Overdue      `embed:""`
	Payments     `embed:""`
	Couriers     `embed:""`
	Dispatch     `embed:""`
}

// CollectSeldom lets the heap of an order intake grow to three times what is live before it is collected,
// unless GOGC says otherwise. Nearly all of it is short-lived requests; what is live is some 100 MB of
// levels and catalogue.
func CollectSeldom() {
	const percent = 200
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// Orders serves the write API until ctx ends; then it finishes what it has accepted.
func Orders(ctx context.Context, cfg OrdersConfig, log *slog.Logger) error {
	if err := need(cfg.Postgres, "POSTGRES"); err != nil {
		return err
	}
	ring, err := staff.LoadRing(cfg.TokenKeyFile)
	if err != nil {
		return err
	}
	masters, err := cfg.MasterKeys.load()
	if err != nil {
		return err
	}
	cfg.prepare()
	tracer, endTraces, err := telemetry.Open(ctx, "tillstream-oltp", log)
	if err != nil {
		return err
	}
	defer endTraces()
	db, identity, err := cfg.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := seedStaff(ctx, db, cfg.UsersFile, log); err != nil {
		return err
	}
	verifier, closeRoll, err := openVerifier(ctx, ring, db, log)
	if err != nil {
		return err
	}
	defer closeRoll()
	rows := db.Catalogue()
	directory := catalogue.Open(catalogue.DirectoryConfig{Source: rows, Editor: rows, Shelves: rows,
		Log: log})
	defer directory.Close()
	book := db.Orders()
	learning := learn(ctx, book, log)
	defer learning.Wait()
	safeties := stock.OpenSafeties(stock.SafetiesConfig{Book: db.Stock(), Log: log})
	defer safeties.Close()
	intake := order.Open(order.Config{Book: book, Catalogue: directory, Writers: cfg.Writers,
		MaxLines: cfg.MaxLines, Safety: safeties, Tracer: tracer, Log: log})
	defer intake.Close()
	seals := vault.New(vault.Config{Keys: db.VaultKeys(), Masters: masters})
	desks, err := cfg.desks(ctx, db, intake, directory, seals, log)
	if err != nil {
		return err
	}
	defer desks.close()
	service := api.New(api.Config{Intake: intake, Dispatch: desks.stores,
		Payments: desks.payments, Couriers: desks.couriers, Orders: book, History: book, Memory: book,
		Levels: db.Stock(), StockLists: db.Stock(), Safeties: safeties,
		Stocktakes: &stocktake.Desk{Book: db.Stocktakes(), Intake: intake, Catalogue: directory},
		Transfers:  &transfer.Desk{Book: db.Transfers(), Intake: intake, Catalogue: directory},
		Lookup:     directory, Editor: directory, Lister: rows, Gallery: rows, Shelves: directory,
		Critic: rows, Merchandiser: rows, Experiments: db.Experiments(), MediaHosts: cfg.MediaHosts,
		Desk: staff.NewDesk(staff.DeskConfig{Directory: db.Staff(), Sessions: db.Staff(), Stores: rows,
			Issuer: ring.Issuer()}), Staff: db.Staff(),
		Vault: seals, Members: member.New(member.Config{Book: db.Members(), Vault: seals, Key: identity}),
		Gate: staff.NewGate(verifier), CursorKey: derive(ring.Root(), "cursor"),
		Checks: []api.Check{{Name: "postgres", Probe: db.Ping}}, Stats: intake.Stats,
		PayWithin: cfg.payWithin(), Limits: api.Limits{Lines: cfg.MaxLines}, Tracer: tracer, Log: log})
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	defer cfg.watch(ctx, db, intake, desks.stores, log)()
	return service.Serve(ctx, l)
}

// prepare fills in what was left open, for this machine.
func (c *OrdersConfig) prepare() {
	if c.Writers <= 0 {
		c.Writers = order.DefaultWriters()
	}
	CollectSeldom()
}

// open connects to the database, whose members are looked up under the identity key.
func (c *OrdersConfig) open(ctx context.Context) (db *postgres.DB, identity []byte, err error) {
	if identity, err = c.IdentityKey.load(); err != nil {
		return nil, nil, err
	}
	db, err = postgres.Open(ctx, postgres.Config{DSN: c.Postgres, Writers: c.Writers + 2,
		Application: "tillstream-oltp", IdentityKey: identity})
	if err != nil {
		return nil, nil, err
	}
	if err := db.PinIdentity(ctx); err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, identity, nil
}

// desks choose stores, take the money and have the goods carried.
type desks struct {
	stores   *dispatch.Desk
	payments *payment.Desk
	couriers *courier.Desk
	// close ends what runs for them.
	close func()
}

func (c *OrdersConfig) desks(ctx context.Context, db *postgres.DB, intake *order.Writers,
	directory *catalogue.Directory, seals *vault.Vault, log *slog.Logger) (d desks, err error) {
	promotions, err := c.promotions()
	if err != nil {
		return d, err
	}
	d.stores = newDispatch(db, intake, directory, seals, promotions, log)
	var endPayments, endCouriers func()
	if d.payments, endPayments, err = c.Payments.open(ctx, db, intake, c.Listen, log); err != nil {
		return d, err
	}
	d.couriers, endCouriers, err = c.Couriers.open(ctx, db, intake, d.stores, c.PublicURL, c.Listen, log)
	if err != nil {
		endPayments()
		return d, err
	}
	d.close = func() {
		endCouriers()
		endPayments()
	}
	return d, nil
}

// learn reads the stock levels beside the first orders.
func learn(ctx context.Context, book *postgres.Orders, log *slog.Logger) *sync.WaitGroup {
	var done sync.WaitGroup
	done.Go(func() {
		start := time.Now()
		n, err := book.Learn(ctx)
		if err != nil && ctx.Err() == nil {
			log.Warn("the stock levels are learnt order by order", "error", err)
			return
		}
		log.Info("the stock levels are known", "levels", n, "took", time.Since(start))
	})
	return &done
}

// derive makes a key for one purpose from the chain's key, so that one secret is to be kept.
func derive(key []byte, purpose string) []byte {
	sum := sha256.Sum256(append([]byte(purpose+"\x00"), key...))
	return sum[:]
}
