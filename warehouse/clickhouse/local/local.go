package local

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/oltp/child"
)

// PasswordVariable names the environment variable that carries the password to the child.
const PasswordVariable = "TILLSTREAM_CLICKHOUSE_PASSWORD"

// Config says where the local engine lives.
type Config struct {
	// Dir is the engine's folder; it is made if absent. Required.
	Dir string
	// Port on loopback. 0 means a free one, kept in Dir.
	Port int
	// LogFile receives the child's output. "" means clickhouse.log in Dir.
	LogFile string
	// Exe is the command line of a program that calls Serve with the flags that follow it: --dir and
	// --listen. Required.
	Exe []string
	// Env is added to the child's environment.
	Env []string
	// Password of the user "default". "" means none. It reaches the child as PasswordVariable.
	Password string
	// ReadyWithin bounds the start. 0 means 60 s.
	ReadyWithin time.Duration
}

// Server is a running local engine.
type Server struct {
	*child.Process
	address string
}

// Start runs the engine as a child process and waits until it answers.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if len(cfg.Exe) == 0 || cfg.Dir == "" {
		return nil, fmt.Errorf("cannot start the ClickHouse engine without Exe and Dir (%q, %q)", cfg.Exe,
			cfg.Dir)
	}
	folder, err := child.EnginePackage(Package)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(folder, "libchdb.so")); err != nil {
		return nil, fmt.Errorf("cannot find the ClickHouse engine, run `make engines`: %w", err)
	}
	port := cfg.Port
	if port == 0 {
		if port, err = child.Port(filepath.Join(cfg.Dir, "port")); err != nil {
			return nil, err
		}
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	args := append(append([]string{}, cfg.Exe[1:]...), "--dir", cfg.Dir, "--listen", address)
	cmd := exec.Command(cfg.Exe[0], args...)
	cmd.Env = append(append(os.Environ(), cfg.Env...), PasswordVariable+"="+cfg.Password)
	p, err := child.Start(ctx, child.Spec{Name: "clickhouse", Cmd: cmd,
		LogFile:     cmp.Or(cfg.LogFile, filepath.Join(cfg.Dir, "clickhouse.log")),
		Ready:       func(ctx context.Context) error { return ping(ctx, address) },
		StopSignal:  syscall.SIGTERM,
		ReadyWithin: cfg.ReadyWithin})
	if err != nil {
		return nil, err
	}
	return &Server{Process: p, address: address}, nil
}

// Address is where the engine answers: host:port.
func (s *Server) Address() string { return s.address }

// URL is the engine's address as a URL without a database.
func (s *Server) URL() string { return "http://" + s.address }

func ping(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/ping", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(io.LimitReader(resp.Body, 100)); err != nil || string(body) != "Ok.\n" {
		return fmt.Errorf("ping answered %q: %w", body, err)
	}
	return nil
}
