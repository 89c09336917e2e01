package console

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// refreshCookie keeps a browser's refresh token. No page can read it.
const refreshCookie = staff.Cookie + "_refresh"

// A page asks for several things at once. All requests that bring the same refresh token share one renewal,
// also those that arrive shortly after it.
const (
	renewalKept = 5 * time.Second
	maxRenewals = 1_000
)

// renewals trades refresh tokens in, each once.
type renewals struct {
	mu    sync.Mutex
	known map[string]*renewal
}

type renewal struct {
	once    sync.Once
	started time.Time
	session wire.Session
	status  int
}

func (r *renewals) of(token string, now time.Time) *renewal {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]*renewal{}
	}
	for old, known := range r.known {
		if now.Sub(known.started) > renewalKept || len(r.known) > maxRenewals {
			delete(r.known, old)
		}
	}
	if r.known[token] == nil {
		r.known[token] = &renewal{started: now}
	}
	return r.known[token]
}

// renewing lets a browser whose token has run out go on with its refresh token: it gets new cookies, and
// its request passes under the new token.
func (s *Server) renewing(next http.Handler) http.Handler {
	if s.cfg.Upstreams.Orders == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token := s.spent(r); token != "" {
			r = s.renew(w, r, token)
		}
		next.ServeHTTP(w, r)
	})
}

// spent returns the refresh token of a request that needs a new token, else "".
func (s *Server) spent(r *http.Request) string {
	shown := strings.HasPrefix(r.URL.Path, "/v1/") ||
		r.Method == http.MethodGet && r.URL.Path == "/ui/session"
	kept, err := r.Cookie(refreshCookie)
	if !shown || err != nil || kept.Value == "" || r.Header.Get("Authorization") != "" ||
		s.sameSite.Check(r) != nil {
		return ""
	}
	if c, err := r.Cookie(staff.Cookie); err == nil {
		if _, err := s.cfg.Auth.Verify(c.Value); err == nil {
			return ""
		}
	}
	return kept.Value
}

func (s *Server) renew(w http.ResponseWriter, r *http.Request, token string) *http.Request {
	one := s.renewals.of(token, time.Now())
	one.once.Do(func() { one.session, one.status = s.askSession(r.Context(), token) })
	switch {
	case one.status == http.StatusOK:
		s.keepSession(w, r, &one.session)
		r = r.Clone(r.Context())
		r.Header.Del("Cookie")
		r.AddCookie(&http.Cookie{Name: staff.Cookie, Value: one.session.Token})
	case one.status == http.StatusUnauthorized:
		http.SetCookie(w, s.named(refreshCookie, s.cookie(r, "", time.Time{})))
	}
	return r
}

// askSession trades a refresh token in at the write API. Whoever asked may leave: others wait for it.
func (s *Server) askSession(ctx context.Context, token string) (got wire.Session, status int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	answer, err := s.postOrders(ctx, "/v1/session/refresh", "", wire.Refresh{Refresh: token})
	if err != nil {
		s.cfg.Logger.Warn("the write API does not renew a session", "error", err)
		return got, http.StatusServiceUnavailable
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil || answer.StatusCode == http.StatusOK && json.Unmarshal(body, &got) != nil {
		return got, http.StatusBadGateway
	}
	return got, answer.StatusCode
}

// postOrders sends a body to the write API.
func (s *Server) postOrders(ctx context.Context, path, bearer string, body any) (*http.Response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	target := s.cfg.Upstreams.Orders.JoinPath(path).String()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	ask.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		ask.Header.Set("Authorization", "Bearer "+bearer)
	}
	return s.transport.RoundTrip(ask)
}

// keepSession gives a browser the cookies of a session.
func (s *Server) keepSession(w http.ResponseWriter, r *http.Request, got *wire.Session) {
	http.SetCookie(w, s.cookie(r, got.Token, got.Expires))
	if got.Refresh != "" {
		http.SetCookie(w, s.named(refreshCookie, s.cookie(r, got.Refresh, got.RefreshExpires)))
	}
}

func (s *Server) named(name string, c *http.Cookie) *http.Cookie {
	c.Name = name
	return c
}

// endSession tells the write API that a browser has logged out, so that its tokens end with its cookies.
func (s *Server) endSession(r *http.Request) {
	if s.cfg.Upstreams.Orders == nil {
		return
	}
	var bearer, refresh string
	if c, err := r.Cookie(staff.Cookie); err == nil {
		bearer = c.Value
	}
	if c, err := r.Cookie(refreshCookie); err == nil {
		refresh = c.Value
	}
	if bearer == "" && refresh == "" {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	answer, err := s.postOrders(ctx, "/v1/logout", bearer, wire.Refresh{Refresh: refresh})
	if err != nil {
		s.cfg.Logger.Warn("the write API does not end a session", "error", err)
		return
	}
	answer.Body.Close()
}
