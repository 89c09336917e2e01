package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// process is what the supervisor watches: a local engine or a role of the chain.
type process interface {
	PID() int
	Done() <-chan struct{}
	Err() error
	Stop(context.Context) error
}

// ward is one supervised process.
type ward struct {
	name  string
	start func(context.Context) (process, error)
}

// supervisor starts processes in order, restarts each that dies with a growing pause, and stops them
// in the reverse order.
type supervisor struct {
	log *slog.Logger
	// changed is told after every start, so that the list of process numbers on disk stays true.
	changed func()

	mu      sync.Mutex
	running []*watched
}

type watched struct {
	ward
	current process
	cancel  context.CancelFunc
	ended   chan struct{}
	// held is closed when the process may be started again; nil while nobody holds it.
	held chan struct{}
}

// The pause before a restart doubles from restartFirst to restartMost; a process that served for
// restartCalm starts again at restartFirst. What dies so seldom costs the machine little, and orders wait
// for it.
const (
	restartFirst = 50 * time.Millisecond
	restartMost  = 5 * time.Second
	restartCalm  = 3 * time.Second
	stopWithin   = 20 * time.Second
)

// add starts a ward and watches it until stop.
func (s *supervisor) add(ctx context.Context, w ward) error {
	p, err := w.start(ctx)
	if err != nil {
		return err
	}
	watchCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	it := &watched{ward: w, current: p, cancel: cancel, ended: make(chan struct{})}
	s.mu.Lock()
	s.running = append(s.running, it)
	s.mu.Unlock()
	s.changed()
	go s.watch(watchCtx, it)
	return nil
}

func (s *supervisor) watch(ctx context.Context, it *watched) {
	defer close(it.ended)
	pause := restartFirst
	for {
		born := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-it.current.Done():
		}
		if ctx.Err() != nil {
			return
		}
		s.log.Warn("a process ended and is started again", "name", it.name, "pid", it.current.PID(),
			"reason", it.current.Err(), "lived", time.Since(born).Round(time.Millisecond))
		if time.Since(born) > restartCalm {
			pause = restartFirst
		}
		if !s.restart(ctx, it, &pause) {
			return
		}
	}
}

// restart tries until the process runs again; it returns false when ctx ends first.
func (s *supervisor) restart(ctx context.Context, it *watched, pause *time.Duration) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(*pause):
		}
		if !s.free(ctx, it) {
			return false
		}
		*pause = min(*pause*2, restartMost)
		p, err := it.start(ctx)
		if err == nil {
			s.mu.Lock()
			it.current = p
			s.mu.Unlock()
			s.changed()
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		s.log.Error("a process does not start; trying again", "name", it.name, "error", err,
			"pause", *pause)
	}
}

// hold keeps the process of that name, once it ends, from being started again until release is called.
func (s *supervisor) hold(name string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, it := range s.running {
		if it.name != name {
			continue
		}
		if it.held != nil {
			return nil, fmt.Errorf("cannot hold %s: it is held already", name)
		}
		it.held = make(chan struct{})
		return func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			close(it.held)
			it.held = nil
		}, nil
	}
	return nil, fmt.Errorf("cannot hold %s: no process of that name is watched", name)
}

// free waits until nobody holds the process; it returns false when ctx ends first.
func (s *supervisor) free(ctx context.Context, it *watched) bool {
	s.mu.Lock()
	held := it.held
	s.mu.Unlock()
	if held == nil {
		return true
	}
	select {
	case <-ctx.Done():
		return false
	case <-held:
		return true
	}
}

// pids maps each name to its current process number.
func (s *supervisor) pids() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]int, len(s.running))
	for _, it := range s.running {
		all[it.name] = it.current.PID()
	}
	return all
}

// stop ends all processes, the last started first.
func (s *supervisor) stop() error {
	s.mu.Lock()
	all := slices.Clone(s.running)
	s.mu.Unlock()
	slices.Reverse(all)
	var failed error
	for _, it := range all {
		it.cancel()
		<-it.ended
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		failed = errors.Join(failed, it.current.Stop(ctx))
		cancel()
	}
	return failed
}
