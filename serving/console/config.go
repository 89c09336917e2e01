package console

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/warehouse"
)

// KPIs answers what has happened; warehouse.Warehouse does.
type KPIs interface {
	// Query answers one question within a scope.
	Query(ctx context.Context, scope retail.Scope, q warehouse.Query) (*warehouse.Table, error)
	// Export writes the answer as csv or parquet.
	Export(ctx context.Context, scope retail.Scope, q warehouse.Query, format string, w io.Writer) error
	// Live draws the trading day as it stands.
	Live(ctx context.Context, scope retail.Scope, now time.Time) (*warehouse.Live, error)
}

// Directory knows the stores.
type Directory interface {
	// Store finds a store by its code.
	Store(code string) (retail.StoreID, *time.Location, bool)
	// Stores lists the stores of a scope in ascending order of code, those after the given code.
	Stores(ctx context.Context, scope retail.Scope, after string, limit int) ([]retail.Store, error)
}

// Authenticator checks bearer tokens; staff.Verifier does.
type Authenticator interface {
	// Verify returns the principal of a token.
	Verify(token string) (*staff.Principal, error)
}

// DemoLogin is a login that the sign-in page offers.
type DemoLogin struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Role     string `json:"role"`
}

// Upstreams are the services behind the console. A nil one leaves its routes unanswered (404).
type Upstreams struct {
	// Orders is the write API, Events the behaviour gateway, Stock the edge.
	Orders, Events, Stock *url.URL
}

// Traces finds the traced facts that have come into the warehouse; warehouse.Warehouse does.
type Traces interface {
	// Traces returns those of the scope's stores since a moment, and when the newest came.
	Traces(ctx context.Context, scope retail.Scope, since time.Time) (marks []trace.Mark,
		newest time.Time, err error)
}

// Config describes the console.
type Config struct {
	KPIs      KPIs
	Directory Directory
	// Experiments knows what experiments with recommendations show. Default: their route is not there.
	Experiments Experiments
	Auth        Authenticator
	Upstreams   Upstreams
	// WriteAPI is the OpenAPI document of the write API, merged into ours. Default: ours alone.
	WriteAPI []byte
	// Files is the built user interface.
	Files fs.FS
	// Demo lists logins that the sign-in page shows. Default none: keep it empty outside demos.
	Demo []DemoLogin
	// Checks are the dependencies that /readyz asks, by name.
	Checks map[string]func(context.Context) error
	// Metrics answers /metrics. Default: 404.
	Metrics http.Handler
	Logger  *slog.Logger
	// Tracer records which picture shows a traced fact, Traces finds them. Default none.
	Tracer trace.Tracer
	Traces Traces
	// Now is the wall clock. Default time.Now.
	Now func() time.Time

	// Refresh is the pause between two live queries of one scope. Default 400 ms.
	Refresh time.Duration
	// Heartbeat is the longest silence of a live stream. Default 10 s.
	Heartbeat time.Duration
	// QueryTimeout bounds one key figure query or live query. Default 10 s.
	QueryTimeout time.Duration
	// ExportTimeout bounds one export. Default 10 min.
	ExportTimeout time.Duration
	// WriteTimeout bounds one write to a live stream, and any other answer in full. Default 30 s.
	WriteTimeout time.Duration
	// MaxWatchers bounds open live streams. Default 2,000.
	MaxWatchers int
	// MaxQueries bounds key figure queries and exports that run at once. Default 32.
	MaxQueries int
	// MaxBody bounds a request body in bytes. Default 32 MiB.
	MaxBody int64
	// CacheBytes bounds the cache of key figures, CacheFor how old an answer may be. Defaults 64 MiB,
	// 1 s.
	CacheBytes int64
	CacheFor   time.Duration
}

func (c *Config) setDefaults() error {
	if c.KPIs == nil || c.Directory == nil || c.Auth == nil || c.Files == nil || c.Logger == nil {
		return errors.New("cannot make console: KPIs, Directory, Auth, Files and Logger are required")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Refresh = cmp.Or(c.Refresh, 400*time.Millisecond)
	c.Heartbeat = cmp.Or(c.Heartbeat, 10*time.Second)
	c.QueryTimeout = cmp.Or(c.QueryTimeout, 10*time.Second)
	c.ExportTimeout = cmp.Or(c.ExportTimeout, 10*time.Minute)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 30*time.Second)
	c.MaxWatchers = cmp.Or(c.MaxWatchers, 2_000)
	c.MaxQueries = cmp.Or(c.MaxQueries, 32)
	c.MaxBody = cmp.Or(c.MaxBody, 32<<20)
	c.CacheBytes = cmp.Or(c.CacheBytes, 64<<20)
	c.CacheFor = cmp.Or(c.CacheFor, time.Second)
	return nil
}
