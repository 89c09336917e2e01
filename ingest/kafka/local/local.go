// Package local runs a Kafka on this machine without installing one: kfake, which speaks the real
// protocol, in a child process that is this program started again. Start is the parent's side, Serve
// the child's.
//
// Guaranteed: what was acknowledged survives a kill of the child, and with Sync a loss of power too;
// so do committed offsets with their metadata, and the address. What a kill does forget is which
// batches of a producer were seen, so the log may then hold a record twice; and the members of
// groups, who join again. When the disk fills up, writes wait until there is room. A member that dies while
// it joins loses its place as it would elsewhere, some seconds later.
package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/oltp/child"
)

// Config says what to start.
type Config struct {
	// Dir is the engine's data folder; it is made if absent. Required.
	Dir string
	// Port on 127.0.0.1. 0 picks a free one and keeps it in Dir, so that a restart has the same.
	Port int
	// LogFile takes the child's output. Default Dir/kafka.log.
	LogFile string
	// NoSync leaves it to the operating system when writes reach the disk: a killed process still
	// loses nothing, a machine without power may.
	NoSync bool
	// Exe is the command that runs Serve in a child: --dir, --port and perhaps --no-sync are
	// appended. Default: this program with "engine kafka".
	Exe []string
}

// Server is a running engine.
type Server struct {
	process *child.Process
	address string
}

// Start runs the engine and waits until it answers.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if err := os.MkdirAll(cfg.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the kafka data folder: %w", err)
	}
	port := cfg.Port
	if port == 0 {
		var err error
		if port, err = child.Port(filepath.Join(cfg.Dir, "port")); err != nil {
			return nil, err
		}
	} else if err := available(port); err != nil {
		return nil, err
	}
	cmd, err := command(cfg, port)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	logFile := cfg.LogFile
	if logFile == "" {
		logFile = filepath.Join(cfg.Dir, "kafka.log")
	}
	process, err := child.Start(ctx, child.Spec{
		Name: "kafka", Cmd: cmd, LogFile: logFile,
		Ready: func(ctx context.Context) error { return answers(ctx, address) },
	})
	if err != nil {
		return nil, err
	}
	return &Server{process: process, address: address}, nil
}

func available(port int) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("cannot give kafka port %d: %w; name another or 0 for a free one", port, err)
	}
	return l.Close()
}

func command(cfg Config, port int) (*exec.Cmd, error) {
	argv := cfg.Exe
	if len(argv) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("cannot find this program to run kafka with: %w", err)
		}
		argv = []string{self, "engine", "kafka"}
	}
	args := append(argv[1:len(argv):len(argv)], "--dir", cfg.Dir, "--port", strconv.Itoa(port))
	if cfg.NoSync {
		args = append(args, "--no-sync")
	}
	return exec.Command(argv[0], args...), nil
}

func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return errors.Unwrap(err)
	}
	conn.Close()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{address}})
	if err != nil {
		return err
	}
	defer admin.Close()
	return admin.Ping(ctx)
}

// Address returns the broker's address, 127.0.0.1:port.
func (s *Server) Address() string { return s.address }

// PID returns the child's process number.
func (s *Server) PID() int { return s.process.PID() }

// Done is closed when the child has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.process.Done() }

// Err returns how the child ended; it must be called after Done only.
func (s *Server) Err() error { return s.process.Err() }

// Stop ends the child in good order and kills it when ctx ends first.
func (s *Server) Stop(ctx context.Context) error { return s.process.Stop(ctx) }

// Kill ends the child at once, as a crash would.
func (s *Server) Kill() { s.process.Kill() }
