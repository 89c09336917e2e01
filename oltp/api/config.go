package api

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
)

// Levels shows what a store has of a SKU; stock.Reader does.
type Levels interface {
	// Level returns one level; without a row, or outside the scope, it is zero at version 0.
	Level(ctx context.Context, scope retail.Scope, key retail.StockKey) (retail.StockLevel, error)
	// LevelsOf returns the levels that exist of the given SKUs at the given stores, in no order.
	LevelsOf(ctx context.Context, scope retail.Scope, stores []retail.StoreID, skus []retail.SKUID) (
		[]retail.StockLevel, error)
}

var _ Levels = stock.Reader(nil)

// Safeties sets safety stocks; *stock.Safeties does.
type Safeties interface {
	// Put sets them. tell makes the framed events of levels that the new ones find too low.
	Put(ctx context.Context, rows []stock.Safety, tell func(low []stock.Low) ([]byte, error)) error
}

// Desk logs users in and out; *staff.Desk does.
type Desk interface {
	// Login checks a password and opens a session.
	Login(ctx context.Context, user, password string) (*staff.Session, error)
	// Refresh trades a refresh token in for the next tokens.
	Refresh(ctx context.Context, token string) (*staff.Session, error)
	// Logout ends the session of a principal and of a refresh token; either may be missing.
	Logout(ctx context.Context, p *staff.Principal, token string) error
	// ChangePassword replaces a password by whoever knows the old one.
	ChangePassword(ctx context.Context, user, old, password string) (*staff.Session, error)
	// ResetPassword replaces a password.
	ResetPassword(ctx context.Context, user, password string) error
	// Hash hashes a password when there is room for it.
	Hash(ctx context.Context, password string) (staff.Hash, error)
}

// Accounts keeps the accounts of the staff and the trail of what they change; oltp/postgres does.
type Accounts interface {
	// Account finds an account, inactive or not.
	Account(ctx context.Context, name string) (u staff.User, found bool, err error)
	// Users lists accounts after a name.
	Users(ctx context.Context, after string, limit int) ([]staff.User, error)
	// PutStaff merges accounts by name; each row succeeds or fails alone.
	PutStaff(ctx context.Context, rows []staff.User) ([]catalogue.Result, error)
	staff.Auditor
}

// Experiments keeps the experiments with recommendations; oltp/postgres does.
type Experiments interface {
	// PutExperiments merges experiments by name, judged at a moment; each row succeeds or fails alone.
	PutExperiments(ctx context.Context, rows []retail.Experiment, now time.Time) ([]catalogue.Result, error)
	// Experiments lists them after a name.
	Experiments(ctx context.Context, after string, limit int) ([]retail.Experiment, error)
}

// Check is one dependency that must work before the service is ready.
type Check struct {
	// Name is how /readyz calls it, such as "postgres".
	Name string
	// Probe returns nil when the dependency works. It is given two seconds.
	Probe func(context.Context) error
}

// Config is what the API needs.
type Config struct {
	// Intake records orders, steps, refunds and stock moves.
	Intake order.Intake
	// Orders shows single orders.
	Orders order.Reader
	// History shows what happened to orders.
	History order.Historian
	// PayWithin tells when orders that are not paid free their goods.
	PayWithin overdue.PayWithin
	// Dispatch finds stores for orders that name none. Default: each order names its store.
	Dispatch *dispatch.Desk
	// Payments takes money through payment providers. Default: none.
	Payments *payment.Desk
	// Couriers gives orders within one city to courier services. Default: stores deliver themselves.
	Couriers *courier.Desk
	// Memory finds the first answers to orders that could not be placed any more as they were. Default:
	// none; such an order is refused.
	Memory order.Memory
	// Levels shows stock levels.
	Levels Levels
	// StockLists lists levels and ledger entries.
	StockLists stock.Lister
	// Safeties sets safety stocks.
	Safeties Safeties
	// Stocktakes counts what stores have, Transfers moves goods between them.
	Stocktakes *stocktake.Desk
	Transfers  *transfer.Desk
	// Lookup translates codes and ids.
	Lookup catalogue.Lookup
	// Editor merges regions, stores, categories, products and members.
	Editor catalogue.Editor
	// Lister lists them.
	Lister catalogue.Lister
	// Shelves keeps what stores sell and for how much.
	Shelves catalogue.Shelves
	// Experiments keeps the experiments with recommendations.
	Experiments Experiments
	// Gallery keeps the media of styles and SKUs, Critic the reviews.
	Gallery catalogue.Gallery
	Critic  catalogue.Critic
	// Merchandiser keeps the rules about what is recommended.
	Merchandiser catalogue.Merchandiser
	// MediaHosts are the hosts that media may be kept at, in lower case. Default: none, so that nobody's
	// pages load what nobody vouched for.
	MediaHosts []string
	// Desk logs users in.
	Desk Desk
	// Staff keeps the accounts that the Desk logs in.
	Staff Accounts
	// Gate finds out who makes a request.
	Gate *staff.Gate
	// Members is the pool of members.
	Members *member.Pool
	// Vault seals personal data.
	Vault *vault.Vault
	// CursorKey signs the cursors of lists, so that a client cannot make one up. Default: a random
	// key, with which cursors end with the process.
	CursorKey []byte
	// SecureCookies makes browsers send the session's cookie over HTTPS only. Default: false, as for
	// a service on loopback.
	SecureCookies bool
	// Checks are the dependencies of /readyz.
	Checks []Check
	// Metrics is where /metrics is gathered from and what the API's own metrics are registered with.
	// Default: a registry of its own.
	Metrics *prometheus.Registry
	// Stats snapshots the intake for /metrics; *order.Writers does. Default: none.
	Stats func() order.Stats
	// Limits bound what a request may ask for.
	Limits Limits
	// Now tells the time. Default: time.Now.
	Now func() time.Time
	// Tracer records requests that are sampled. Default none.
	Tracer trace.Tracer
	// Log takes unexpected errors. Default: none.
	Log *slog.Logger
}

// Limits bound what one request, and one principal, may ask for. Zero means the default.
type Limits struct {
	// BodyBytes bounds the body of a request with one order or one step. Default: 1 MB.
	BodyBytes int64
	// BulkBytes bounds the body of a bulk. Default: 8 MB.
	BulkBytes int64
	// Rows bounds the rows of a bulk. Default: 1,000.
	Rows int
	// Lines bounds the lines of an order or refund. Default: 500.
	Lines int
	// Page bounds the rows of one page of a list. Default: 1,000.
	Page int
	// RowsPerSecond is how many orders, refunds, moves or other rows a principal may send per second
	// in the long run; a request without rows counts as one. Default: 100,000.
	RowsPerSecond float64
	// Burst is how many rows a principal may send at once after a pause. Default: 200,000.
	Burst float64
	// LookupsPerSecond is how often a principal may look for members by phone or unionid in the long
	// run, so that nobody tries numbers out; LookupBurst how often after a pause. Defaults: 1 and 60.
	LookupsPerSecond, LookupBurst float64
	// Answer bounds the time until a request is answered. Default: 20 s.
	Answer time.Duration
}

func (c Config) withDefaults() Config {
	l := &c.Limits
	l.BodyBytes = cmp.Or(l.BodyBytes, 1<<20)
	l.BulkBytes = cmp.Or(l.BulkBytes, 8<<20)
	l.Rows = cmp.Or(l.Rows, 1_000)
	l.Lines = cmp.Or(l.Lines, 500)
	l.Page = cmp.Or(l.Page, 1_000)
	l.RowsPerSecond = cmp.Or(l.RowsPerSecond, 100_000)
	l.Burst = cmp.Or(l.Burst, 200_000)
	l.LookupsPerSecond = cmp.Or(l.LookupsPerSecond, 1)
	l.LookupBurst = cmp.Or(l.LookupBurst, 60)
	l.Answer = cmp.Or(l.Answer, 20*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	return c
}
