package local

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// pool hands out connections to the engine, at most so many at a time: that is the limit of concurrent
// queries. A connection keeps its database and settings, so the next request that wants the same ones
// gets it without another word to the engine.
type pool struct {
	c       *chdb
	path    string
	config  string
	wait    time.Duration
	maxIdle int
	slots   chan struct{}

	mu   sync.Mutex
	idle []*connection // least recently used first
	made uint64

	// control runs KILL QUERY beside the others.
	control   sync.Mutex
	controlee *session
}

// connection is a session with a mark by which its running query can be found, and how it was set up.
type connection struct {
	*session
	mark  string
	setup string
}

// markSetting holds a connection's mark. The engine has no custom settings and gives a query an id of its
// own choice, so the mark hides in a text setting that only Redis and NATS tables read, which this engine
// does not have.
const markSetting = "stream_like_engine_insert_queue"

func newPool(c *chdb, cfg ServeConfig) (*pool, error) {
	p := &pool{c: c, path: cfg.dataPath(), config: cfg.configPath(), wait: cfg.QueueWait,
		maxIdle: 2*cfg.Connections + 8, slots: make(chan struct{}, cfg.Connections)}
	control, err := p.open()
	if err != nil {
		return nil, err
	}
	p.controlee = control
	return p, nil
}

func (p *pool) open() (*session, error) {
	return p.c.open("--path="+p.path, "--config-file="+p.config)
}

// acquire waits for a place and returns a connection on which the setup has run.
func (p *pool) acquire(ctx context.Context, setup string) (*connection, error) {
	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, newException(codeCancelled, "The client left while its query waited",
			"QUERY_WAS_CANCELLED")
	case <-timer.C:
		return nil, newException(codeTooManyQueries, fmt.Sprintf(
			"Too many simultaneous queries. Maximum: %d, waited %s", cap(p.slots), p.wait),
			"TOO_MANY_SIMULTANEOUS_QUERIES")
	}
	conn, err := p.take(setup)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return conn, nil
}

func (p *pool) take(setup string) (*connection, error) {
	p.mu.Lock()
	for i := len(p.idle) - 1; i >= 0; i-- {
		if conn := p.idle[i]; conn.setup == setup {
			p.idle = slices.Delete(p.idle, i, i+1)
			p.mu.Unlock()
			return conn, nil
		}
	}
	p.made++
	mark := fmt.Sprint(p.made)
	p.mu.Unlock()
	s, err := p.open()
	if err != nil {
		return nil, err
	}
	conn := &connection{session: s, mark: mark, setup: setup}
	begin := "SET implicit_select = 0, " + markSetting + " = " + quote(mark) + ";" + setup
	r, err := s.run(begin, "Null", nil)
	if err != nil {
		s.close()
		return nil, err
	}
	r.free()
	return conn, nil
}

// release gives the place back. A connection that a statement may have changed is closed.
func (p *pool) release(conn *connection, keep bool) {
	defer func() { <-p.slots }()
	if !keep {
		conn.close()
		return
	}
	var oldest *connection
	p.mu.Lock()
	p.idle = append(p.idle, conn)
	if len(p.idle) > p.maxIdle {
		oldest = p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	if oldest != nil {
		oldest.close()
	}
}

// killEvery is how often a query that should end is asked to: it may not have been registered yet.
const killEvery = 50 * time.Millisecond

// watch ends the connection's query when ctx ends. The returned function ends the watch, and reports
// whether the query was told to end.
func (p *pool) watch(ctx context.Context, conn *connection) (stop func() bool) {
	done, ended := make(chan struct{}), make(chan bool, 1)
	go func() {
		select {
		case <-done:
			ended <- false
			return
		case <-ctx.Done():
		}
		tick := time.NewTicker(killEvery)
		defer tick.Stop()
		for {
			p.kill(conn)
			select {
			case <-done:
				ended <- true
				return
			case <-tick.C:
			}
		}
	}()
	return func() bool {
		close(done)
		return <-ended
	}
}

func (p *pool) kill(conn *connection) {
	p.control.Lock()
	defer p.control.Unlock()
	// An error means that nothing was killed; the watch asks again.
	r, err := p.controlee.run("KILL QUERY WHERE Settings['"+markSetting+"'] = "+quote(conn.mark)+
		" ASYNC FORMAT Null", "Null", nil)
	if err == nil {
		r.free()
	}
}

// setup is the text that brings a fresh connection to the database and settings of a request.
func setup(database string, settings []setting) string {
	var b strings.Builder
	if len(settings) > 0 {
		b.WriteString("SET " + settingsText(settings) + ";")
	}
	if database != "" && database != "default" {
		b.WriteString("USE " + quoteName(database) + ";")
	}
	return b.String()
}

// setting is a name and its value as text.
type setting struct{ name, value string }

func settingsText(settings []setting) string {
	parts := make([]string, len(settings))
	for i, s := range settings {
		parts[i] = s.name + " = " + quote(s.value)
	}
	return strings.Join(parts, ", ")
}
