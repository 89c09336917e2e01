// Package child runs a server program as a child process on loopback: it picks the port, keeps the
// program's output in a file, waits until the program answers, and stops it. The local engines and the
// demo's supervisor are built on it.
package child

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Spec says what to run.
type Spec struct {
	// Name appears in errors, such as "postgres".
	Name string
	// Cmd is the program with its arguments, environment and credentials. Its output goes to LogFile.
	Cmd *exec.Cmd
	// LogFile is appended to. Required.
	LogFile string
	// StopSignal asks the program to end in good order; it is also what the program receives if this
	// process dies. 0 means SIGTERM.
	StopSignal syscall.Signal
	// Ready returns nil once the program answers. It is asked every 20 ms.
	Ready func(context.Context) error
	// ReadyWithin bounds the wait for Ready. 0 means 60 s.
	ReadyWithin time.Duration
}

// Process is a running child.
type Process struct {
	spec Spec
	done chan struct{}
	err  error
}

// Start runs the program and waits until it is ready. On failure nothing is left running, and the
// error ends with the last lines of the log.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	if spec.StopSignal == 0 {
		spec.StopSignal = syscall.SIGTERM
	}
	if spec.ReadyWithin == 0 {
		spec.ReadyWithin = time.Minute
	}
	log, err := openLog(spec.LogFile)
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", spec.Name, err)
	}
	defer log.Close()
	cmd := spec.Cmd
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = spec.StopSignal
	// A process group of its own keeps Ctrl-C at the terminal from reaching the child before its
	// supervisor has decided the order of the stop.
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s (%s): %w", spec.Name, cmd.Path, err)
	}
	p := &Process{spec: spec, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := p.await(ctx); err != nil {
		_ = cmd.Process.Kill()
		<-p.done
		return nil, fmt.Errorf("cannot start %s: %w%s", spec.Name, err, logTail(spec.LogFile))
	}
	return p, nil
}

// maxLogBytes is the size beyond which a log makes room at the next start; one former log is kept.
const maxLogBytes = 64 << 20

func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Size() > maxLogBytes {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

func (p *Process) await(ctx context.Context) error {
	if p.spec.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.spec.ReadyWithin)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		if last = p.spec.Ready(ctx); last == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("it ended before it was ready: %w", errors.Join(p.err, last))
		case <-ctx.Done():
			return fmt.Errorf("it was not ready within %s: %w", p.spec.ReadyWithin, last)
		case <-tick.C:
		}
	}
}

// PID returns the process number.
func (p *Process) PID() int { return p.spec.Cmd.Process.Pid }

// Done is closed when the process has ended, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the process ended; it must be called after Done only.
func (p *Process) Err() error { return p.err }

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() {
	_ = p.spec.Cmd.Process.Kill()
	<-p.done
}

// Stop asks the process to end and kills it when ctx ends first.
func (p *Process) Stop(ctx context.Context) error {
	select {
	case <-p.done:
		return nil
	default:
	}
	if err := p.spec.Cmd.Process.Signal(p.spec.StopSignal); err != nil {
		return fmt.Errorf("cannot stop %s: %w", p.spec.Name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("%s did not stop in time and was killed: %w", p.spec.Name, ctx.Err())
	}
}

// Ports are looked for here: above those of well-known services, below those from which systems give outgoing
// connections theirs. One of the latter may be taken between the moment it is found free and the start of
// whoever is to listen there.
const (
	firstPort = 10_000
	ports     = 22_000
)

// Port returns the port that the file keeps, so that a restarted engine keeps its address; without a
// file, or when the kept port is taken, it finds a free one and keeps that. Files of different names begin
// their search at different ports, so that chains that start together seldom meet.
func Port(file string) (int, error) {
	if kept, err := os.ReadFile(file); err == nil {
		port, err := strconv.Atoi(strings.TrimSpace(string(kept)))
		if err == nil && free(port) {
			return port, nil
		}
	}
	begin := fnv.New32a()
	_, _ = begin.Write([]byte(file)) // never fails
	for i := range uint32(ports) {
		port := firstPort + int((begin.Sum32()+i)%ports)
		if free(port) {
			return port, keepPort(file, port)
		}
	}
	return 0, fmt.Errorf("cannot find a free port from %d to %d", firstPort, firstPort+ports-1)
}

func keepPort(file string, port int) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("cannot keep the port: %w", err)
	}
	if err := os.WriteFile(file, []byte(strconv.Itoa(port)+"\n"), 0o644); err != nil {
		return fmt.Errorf("cannot keep the port: %w", err)
	}
	return nil
}

func free(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

func logTail(path string) string {
	b, err := os.ReadFile(path)
	if err != nil || len(b) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return "\nlast lines of " + path + ":\n  " + strings.Join(lines[max(0, len(lines)-8):], "\n  ")
}
