package local

import (
	"context"
	"sync"
	"time"
)

// maxSessions bounds the sessions that clients keep by name.
const maxSessions = 100

// sessions are connections that clients keep over several requests, by session_id: settings and
// temporary tables stay. One request uses a session at a time.
type sessions struct {
	pool *pool
	now  func() time.Time

	mu   sync.Mutex
	byID map[string]*kept
}

type kept struct {
	conn  *connection
	busy  bool
	until time.Time
}

func (s *sessions) acquire(ctx context.Context, req sessionRequest, begin string) (*connection,
	func(bool), error) {
	place, err := s.pool.acquire(ctx, begin)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	k := s.byID[req.id]
	var refused *exception
	switch {
	case k == nil && req.check:
		refused = newException(codeSessionNotFound, "Session "+req.id+" not found", "SESSION_NOT_FOUND")
	case k == nil && len(s.byID) >= maxSessions:
		refused = newException(codeTooManyQueries, "Too many sessions", "TOO_MANY_SIMULTANEOUS_QUERIES")
	case k != nil && k.busy:
		refused = newException(codeSessionIsLocked, "Session "+req.id+" is locked by a concurrent client",
			"SESSION_IS_LOCKED")
	}
	if refused != nil {
		s.pool.release(place, true)
		return nil, nil, refused
	}
	if k == nil {
		k = &kept{conn: place}
		s.byID[req.id] = k
	} else if err := s.resume(k, place, begin); err != nil {
		return nil, nil, err
	}
	k.busy = true
	return k.conn, func(keep bool) { s.release(req, k, place, keep) }, nil
}

// resume applies the request's settings to a kept session. The fresh connection only stands for the
// place among the concurrent queries.
func (s *sessions) resume(k *kept, place *connection, begin string) error {
	if begin == "" {
		return nil
	}
	r, err := k.conn.run(begin, "Null", nil)
	if err != nil {
		s.pool.release(place, true)
		return err
	}
	r.free()
	return nil
}

func (s *sessions) release(req sessionRequest, k *kept, place *connection, clean bool) {
	if !clean {
		// What a failed query left of its result comes with the next one: let that be this.
		if r, err := k.conn.run("SELECT 1", "Null", nil); err == nil {
			r.free()
		}
	}
	s.mu.Lock()
	k.busy, k.until = false, s.now().Add(req.timeout)
	s.mu.Unlock()
	if k.conn == place {
		<-s.pool.slots // the connection stays, the place is free
		return
	}
	s.pool.release(place, true)
}

// expire closes sessions that nobody used in time. The caller holds mu.
func (s *sessions) expire() {
	for id, k := range s.byID {
		if !k.busy && s.now().After(k.until) {
			delete(s.byID, id)
			k.conn.close()
		}
	}
}
