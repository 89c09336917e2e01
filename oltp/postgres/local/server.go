package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Address returns host and port.
func (s *Server) Address() string { return s.address }

// DSN returns the connection URL, password included.
func (s *Server) DSN() string { return s.dsn }

// PID returns the process number.
func (s *Server) PID() int { return s.process.PID() }

// Done is closed when the server has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.process.Done() }

// Err returns how the server ended; it must be called after Done only.
func (s *Server) Err() error { return s.process.Err() }

// Stop ends all sessions and the server in good order, and kills it when ctx ends first.
func (s *Server) Stop(ctx context.Context) error { return s.process.Stop(ctx) }

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() { s.process.Kill() }

// predecessorWithin bounds the wait for a server that is still shutting down.
const predecessorWithin = 30 * time.Second

// awaitPredecessor waits for a server that an earlier run of this program left shutting down in the
// same folder. A process number alone proves nothing, so it must also work in that folder.
func awaitPredecessor(ctx context.Context, cluster string) error {
	deadline := time.Now().Add(predecessorWithin)
	for {
		pid := predecessor(cluster)
		if pid == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("cannot start postgres: process %d already serves %s: stop it, or use another "+
				"data folder", pid, cluster)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("cannot start postgres: process %d still serves %s: %w", pid, cluster, err)
		}
	}
}

func predecessor(cluster string) int {
	text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 || syscall.Kill(pid, 0) == syscall.ESRCH {
		return 0
	}
	cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	if err != nil {
		return 0 // gone, or not ours to see: the server's own lock file decides
	}
	if real, err := filepath.EvalSymlinks(cluster); err == nil && cwd == real {
		return pid
	}
	return 0
}
