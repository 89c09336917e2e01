package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/oltp/child"
)

// Config says where the server lives.
type Config struct {
	// Dir holds everything: the cluster, the password, the kept port. It is made if absent. Required.
	Dir string
	// Port to listen on at 127.0.0.1. 0 keeps a free one in Dir.
	Port int
	// LogFile takes the server's messages. "" means postgres.log in Dir.
	LogFile string
	// Binaries is a folder with initdb and postgres. "" searches: see the package comment.
	Binaries string
	// Settings are server parameters that replace the defaults, such as {"fsync": "off"} in tests.
	Settings map[string]string
	// ReadyWithin bounds the start, crash recovery included. 0 means 2 minutes.
	ReadyWithin time.Duration
}

// Server is a running PostgreSQL.
type Server struct {
	process *child.Process
	dsn     string
	address string
}

// Start starts the server and waits until it answers. On failure nothing is left running.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.ReadyWithin == 0 {
		cfg.ReadyWithin = 2 * time.Minute
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("cannot start postgres in %q: %w", cfg.Dir, err)
	}
	if cfg.LogFile == "" {
		cfg.LogFile = filepath.Join(dir, "postgres.log")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the data folder of postgres: %w", err)
	}
	bin, err := findBinaries(cfg.Binaries)
	if err != nil {
		return nil, err
	}
	acc, err := chooseAccount(filepath.Join(dir, clusterFolder))
	if err != nil {
		return nil, err
	}
	if bin, err = acc.reachable(bin, dir); err != nil {
		return nil, err
	}
	if err := prepare(ctx, dir, bin, acc); err != nil {
		return nil, err
	}
	if err := awaitPredecessor(ctx, filepath.Join(dir, clusterFolder)); err != nil {
		return nil, err
	}
	return launch(ctx, cfg, dir, bin, acc)
}

func launch(ctx context.Context, cfg Config, dir string, bin binaries, acc account) (*Server, error) {
	port, err := choosePort(cfg, dir)
	if err != nil {
		return nil, err
	}
	dsn, err := dsn(dir, port)
	if err != nil {
		return nil, err
	}
	cluster := filepath.Join(dir, clusterFolder)
	deadline := time.Now().Add(30 * time.Second)
	for {
		args := append([]string{"-D", cluster}, settings(cfg, port)...)
		// The server outlives ctx, which bounds its start only.
		cmd := acc.command(context.WithoutCancel(ctx), bin.path("postgres"), args...)
		process, err := child.Start(ctx, child.Spec{
			Name: "postgres", Cmd: cmd, LogFile: cfg.LogFile, StopSignal: syscall.SIGINT,
			Ready: func(ctx context.Context) error { return ready(ctx, dsn) }, ReadyWithin: cfg.ReadyWithin,
		})
		if err == nil {
			return &Server{process, dsn, net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}, nil
		}
		// Sessions of a server that was killed may outlive it for a moment.
		if !strings.Contains(err.Error(), "pre-existing shared memory block") || time.Now().After(deadline) {
			return nil, err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func choosePort(cfg Config, dir string) (int, error) {
	if cfg.Port == 0 {
		return child.Port(filepath.Join(dir, portFile))
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.Port))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return 0, fmt.Errorf("cannot start postgres on %s: %w: choose another port, or stop what "+
			"listens there", address, err)
	}
	l.Close()
	text := strconv.Itoa(cfg.Port) + "\n"
	if err := os.WriteFile(filepath.Join(dir, portFile), []byte(text), 0o644); err != nil {
		return 0, fmt.Errorf("cannot keep the port: %w", err)
	}
	return cfg.Port, nil
}

// ready connects and makes the database if it is not there yet.
func ready(ctx context.Context, dsn string) error {
	conn, err := pgconn.Connect(ctx, dsn)
	if err == nil {
		return conn.Close(ctx)
	}
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) || pgErr.Code != "3D000" {
		return err
	}
	conn, err = pgconn.Connect(ctx, strings.TrimSuffix(dsn, Database)+"postgres")
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return conn.Exec(ctx, "CREATE DATABASE "+Database).Close()
}

// DSN returns the address of the server whose data folder is dir, password included, as Start left it.
func DSN(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, portFile))
	if err != nil {
		return "", fmt.Errorf("cannot find the local postgres: %w", err)
	}
	port, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return "", fmt.Errorf("cannot find the local postgres: %s: %w", filepath.Join(dir, portFile), err)
	}
	return dsn(dir, port)
}

func dsn(dir string, port int) (string, error) {
	password, err := os.ReadFile(filepath.Join(dir, passwordFile))
	if err != nil {
		return "", fmt.Errorf("cannot read the database password: %w", err)
	}
	u := url.URL{
		Scheme: "postgres", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: Database,
		User: url.UserPassword(User, strings.TrimSpace(string(password))),
	}
	return u.String(), nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
