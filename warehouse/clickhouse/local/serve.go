package local

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
)

// Package is the npm package that carries the engine.
const Package = "@chdb/lib-linux-x64-gnu"

// ServeConfig says what the engine serves and within which bounds.
type ServeConfig struct {
	// Dir is the engine's folder; it is made if absent. Required.
	Dir string
	// Listen is the TCP address. Required.
	Listen string
	// Library is the path of libchdb.so. "" means the one in the installed Package.
	Library string
	// Password of the user "default". "" means none.
	Password string
	// Connections is the number of queries that run at a time. 0 means 8.
	Connections int
	// QueueWait bounds how long a query waits for its turn before it is refused. 0 means 10 s.
	QueueWait time.Duration
	// QueryTime is max_execution_time of a query that sets none. 0 means 5 min.
	QueryTime time.Duration
	// MaxBodyBytes bounds a request's body, before and after decompression. 0 means 4 GiB.
	MaxBodyBytes int64
	// MaxQueryBytes bounds the text of a query without its rows. 0 means 256 KiB.
	MaxQueryBytes int
	// MaxResultBytes is max_result_bytes of a query that sets none and whose format needs the whole
	// result in memory, such as JSON or Parquet. 0 means 1 GiB.
	MaxResultBytes int64
	// Log receives what the operator must know. nil means silence.
	Log *slog.Logger
	// Now is the wall clock. nil means time.Now.
	Now func() time.Time
}

func (c ServeConfig) withDefaults() ServeConfig {
	c.Connections = cmp.Or(c.Connections, 8)
	c.QueueWait = cmp.Or(c.QueueWait, 10*time.Second)
	c.QueryTime = cmp.Or(c.QueryTime, 5*time.Minute)
	c.MaxBodyBytes = cmp.Or(c.MaxBodyBytes, 4<<30)
	c.MaxQueryBytes = cmp.Or(c.MaxQueryBytes, 256<<10)
	c.MaxResultBytes = cmp.Or(c.MaxResultBytes, 1<<30)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c ServeConfig) dataPath() string   { return filepath.Join(c.Dir, "data") }
func (c ServeConfig) spoolPath() string  { return filepath.Join(c.Dir, "spool") }
func (c ServeConfig) configPath() string { return filepath.Join(c.Dir, "engine.xml") }

//go:embed engine.xml
var engineConfig []byte

// Serve runs the engine in this process and answers the ClickHouse HTTP interface until ctx ends. The
// process must then exit: the engine has no way to let go of its folder. A process can serve once.
func Serve(ctx context.Context, cfg ServeConfig) error {
	cfg = cfg.withDefaults()
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return fmt.Errorf("cannot find the ClickHouse engine's folder: %w", err)
	}
	cfg.Dir = dir
	unlock, err := lock(cfg.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	h, err := newHandler(cfg)
	if err != nil {
		return err
	}
	go h.spreader.watch(ctx)
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("cannot serve ClickHouse on %s: %w", cfg.Listen, err)
	}
	cfg.Log.Info("ClickHouse engine ready", "address", listener.Addr().String(), "version", h.version,
		"dir", cfg.Dir)
	// Clients keep connections for an hour: the engine does not close one that is about to be used.
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Hour,
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("cannot go on serving ClickHouse on %s: %w", cfg.Listen, err)
	case <-ctx.Done():
	}
	// Running inserts end; what runs longer is cut, as the engine survives a kill.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("cannot stop serving ClickHouse: %w", err)
	}
	return nil
}

// lock makes the folder this process's own. The lock ends with the process, however that ends.
func lock(dir string) (func(), error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the ClickHouse engine's folder: %w", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot open the ClickHouse engine's folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		owner, _ := os.ReadFile(path)
		f.Close()
		return nil, fmt.Errorf("cannot use %s for the ClickHouse engine: process %s uses it already: %w",
			dir, cmp.Or(strings.TrimSpace(string(owner)), "unknown"), err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintln(f, os.Getpid())
	}
	return func() { f.Close() }, nil
}

func newHandler(cfg ServeConfig) (*handler, error) {
	library := cfg.Library
	if library == "" {
		folder, err := child.EnginePackage(Package)
		if err != nil {
			return nil, err
		}
		library = filepath.Join(folder, "libchdb.so")
	}
	if err := emptySpool(cfg.spoolPath()); err != nil {
		return nil, err
	}
	forgotten, err := forgetLostBlocks(cfg.dataPath())
	if err != nil {
		return nil, err
	}
	if forgotten > 0 {
		cfg.Log.Warn("forgot blocks that a kill had left without rows", "blocks", forgotten)
	}
	if err := os.WriteFile(cfg.configPath(), engineConfig, 0o644); err != nil {
		return nil, fmt.Errorf("cannot write the ClickHouse engine's configuration: %w", err)
	}
	c, err := loadChdb(library)
	if err != nil {
		return nil, err
	}
	p, err := newPool(c, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot open the ClickHouse data in %s: %w", cfg.dataPath(), err)
	}
	h := &handler{cfg: cfg, pool: p, log: cfg.Log, spreader: newSpreader(cfg.dataPath(), cfg.Log)}
	h.sessions = &sessions{pool: p, now: cfg.Now, byID: map[string]*kept{}}
	return h, h.introduce()
}

// introduce asks the engine for what every answer carries.
func (h *handler) introduce() error {
	r, err := h.pool.controlee.run("SELECT displayName(), version(), timezone()", "CSV", nil)
	if err != nil {
		return fmt.Errorf("cannot ask the ClickHouse engine for its version: %w", err)
	}
	defer r.free()
	row, err := csv.NewReader(strings.NewReader(string(r.bytes()))).Read()
	if err != nil || len(row) != 3 {
		return fmt.Errorf("cannot read the ClickHouse engine's version from %q: %w", r.bytes(), err)
	}
	h.name, h.version, h.timezone = row[0], row[1], row[2]
	return nil
}
