package staff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tillstream/tillstream/retail"
)

var (
	// ErrCredentials says that user or password are wrong, not which of them.
	ErrCredentials = errors.New("user or password are wrong")
	// ErrTooMany says that too many logins failed of late; waiting helps.
	ErrTooMany = errors.New("too many failed logins")
)

// Stores lists stores by code; the catalogue does.
type Stores interface {
	// Stores lists the stores of a scope in order of code, those after a code, at most limit.
	Stores(ctx context.Context, scope retail.Scope, after string, limit int) ([]retail.Store, error)
}

// DeskConfig is what a Desk needs.
type DeskConfig struct {
	Directory Directory
	Stores    Stores
	Issuer    Issuer
	// Sessions keeps logins alive beyond a token. Without them a login cannot be refreshed, ended or
	// given another password.
	Sessions Sessions
	// TTL is how long a token works. Default: 15 min, and without Sessions 12 h, a working day.
	TTL time.Duration
	// Idle is how long a session lives that is not refreshed. Default: 12 h.
	Idle time.Duration
	// Longest is how long a session lives at all. Default: 30 days.
	Longest time.Duration
	// Grace is how long a refresh token counts after its first use. Default: 10 s.
	Grace time.Duration
	// Parallel bounds the passwords checked at once; each takes 19 MiB for 20 ms. Default: 2.
	Parallel int
	// Failures bounds the failed logins per user and Window. Default: 10.
	Failures int
	// Window is the span over which failures count. Default: 1 min.
	Window time.Duration
}

// Desk logs users in.
type Desk struct {
	cfg   DeskConfig
	slots chan struct{}
	// decoy is checked in place of an unknown user's hash, so that both take the same time.
	decoy Hash

	mu       sync.Mutex
	failures map[string]failures
}

type failures struct {
	since time.Time
	n     int
}

// maxTracked bounds the users whose failures are remembered.
const maxTracked = 10_000

// NewDesk returns a Desk.
func NewDesk(cfg DeskConfig) *Desk {
	if cfg.Sessions != nil {
		cfg.TTL = cmp.Or(cfg.TTL, 15*time.Minute)
	}
	cfg.TTL = cmp.Or(cfg.TTL, 12*time.Hour)
	cfg.Idle = cmp.Or(cfg.Idle, 12*time.Hour)
	cfg.Longest = cmp.Or(cfg.Longest, 30*24*time.Hour)
	cfg.Grace = cmp.Or(cfg.Grace, 10*time.Second)
	cfg.Parallel = cmp.Or(cfg.Parallel, 2)
	cfg.Failures = cmp.Or(cfg.Failures, 10)
	cfg.Window = cmp.Or(cfg.Window, time.Minute)
	cfg.Issuer.Now = clock(cfg.Issuer.Now)
	return &Desk{cfg: cfg, slots: make(chan struct{}, cfg.Parallel),
		decoy: HashPassword(RandomPassword()), failures: map[string]failures{}}
}

// Session is a successful login.
type Session struct {
	Principal
	Token   string
	Expires time.Time
	// Refresh gets the next token, until RefreshExpires; empty without Sessions.
	Refresh        string
	RefreshExpires time.Time
	// Stores are the codes of the visible stores, nil for the whole chain.
	Stores []string
}

// Login checks a password and returns a session, or ErrCredentials or ErrTooMany.
func (d *Desk) Login(ctx context.Context, name, password string) (*Session, error) {
	u, err := d.prove(ctx, name, password)
	if err != nil {
		return nil, err
	}
	return d.Admit(ctx, u)
}

// prove returns the user whose password this is, or ErrCredentials or ErrTooMany.
func (d *Desk) prove(ctx context.Context, name, password string) (User, error) {
	if d.blocked(name) {
		return User{}, ErrTooMany
	}
	u, found, err := d.cfg.Directory.User(ctx, name)
	if err != nil {
		return User{}, fmt.Errorf("cannot log %q in: %w", name, err)
	}
	if !found {
		u.Hash = d.decoy
	}
	right, err := d.check(ctx, u.Hash, password)
	if err != nil {
		return User{}, fmt.Errorf("cannot log %q in: %w", name, err)
	}
	if !right || !found {
		d.failed(name)
		return User{}, ErrCredentials
	}
	return u, nil
}

// Admit opens a session for a user whose identity is known already.
func (d *Desk) Admit(ctx context.Context, u User) (*Session, error) {
	if d.cfg.Sessions == nil {
		return d.sign(ctx, u, 0, "", time.Time{})
	}
	refresh, hash := newRefresh()
	ends := d.cfg.Issuer.Now().Add(d.cfg.Idle)
	id, err := d.cfg.Sessions.OpenSession(ctx, &u, hash, ends)
	if err != nil {
		return nil, fmt.Errorf("cannot log %q in: %w", u.Name, err)
	}
	return d.sign(ctx, u, id, refresh, ends)
}

// sign makes the tokens of a session.
func (d *Desk) sign(ctx context.Context, u User, id int64, refresh string, ends time.Time) (*Session, error) {
	s := &Session{Principal: Principal{User: u.Name, Role: u.Role, Regions: u.Regions, Version: u.Version,
		Session: id}, Expires: d.cfg.Issuer.Now().Add(d.cfg.TTL), Refresh: refresh, RefreshExpires: ends}
	var err error
	if s.Scope, s.Stores, err = Expand(ctx, d.cfg.Stores, u); err != nil {
		return nil, fmt.Errorf("cannot log %q in: %w", u.Name, err)
	}
	if s.Token, err = d.cfg.Issuer.Token(s.Principal, d.cfg.TTL); err != nil {
		return nil, fmt.Errorf("cannot log %q in: %w", u.Name, err)
	}
	return s, nil
}

// Expand returns the scope of a user and the codes of its stores: everything for the chainwide roles,
// the stores of the regions or the named stores for managers, nothing for a Storefront.
func Expand(ctx context.Context, chain Stores, u User) (retail.Scope, []string, error) {
	const page = 1_000
	switch {
	case u.Role.Chainwide():
		return retail.HQScope(), nil, nil
	case u.Role == Storefront:
		return retail.Scope{}, nil, nil
	}
	var ids []retail.StoreID
	codes := []string{}
	for after := ""; ; {
		stores, err := chain.Stores(ctx, retail.HQScope(), after, page)
		if err != nil {
			return retail.Scope{}, nil, fmt.Errorf("cannot list the stores of %q: %w", u.Name, err)
		}
		for i := range stores {
			s := &stores[i]
			if slices.Contains(u.Regions, s.Region.Code) || slices.Contains(u.Stores, s.Code) {
				ids = append(ids, s.ID)
				codes = append(codes, s.Code)
			}
		}
		if len(stores) < page {
			return retail.StoreScope(ids...), codes, nil
		}
		after = stores[len(stores)-1].Code
	}
}

func (d *Desk) check(ctx context.Context, h Hash, password string) (bool, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
		return h.Matches(password), nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

func (d *Desk) blocked(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.failures[name]
	return f.n >= d.cfg.Failures && d.cfg.Issuer.Now().Sub(f.since) < d.cfg.Window
}

func (d *Desk) failed(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.cfg.Issuer.Now()
	f := d.failures[name]
	if now.Sub(f.since) >= d.cfg.Window {
		f = failures{since: now}
	}
	if f.n++; len(d.failures) >= maxTracked {
		clear(d.failures)
	}
	d.failures[name] = f
}
