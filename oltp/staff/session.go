package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrRefresh says that a refresh token is unknown, has expired, or belongs to a session or account
	// that has ended: log in again.
	ErrRefresh = errors.New("the refresh token is not valid")
	// ErrReused wraps ErrRefresh. The token had been traded in before, so two parties hold it, and its
	// session has ended for both.
	ErrReused = fmt.Errorf("%w: it was used before, so its session has ended", ErrRefresh)
	// ErrNoAccount says that there is no such account.
	ErrNoAccount = errors.New("there is no such account")
)

// Sessions keeps logins; oltp/postgres does. Of a refresh token it keeps the hash alone.
type Sessions interface {
	// OpenSession begins a session of an account with its first refresh token, and returns its id.
	OpenSession(ctx context.Context, u *User, token []byte, ends time.Time) (int64, error)
	// Renew trades a refresh token in for another, or returns ErrRefresh or ErrReused.
	Renew(ctx context.Context, r Renewal) (Renewed, error)
	// EndSession ends a session, also when it has ended.
	EndSession(ctx context.Context, id int64) error
	// EndSessionOf ends the session of a refresh token, if there is one.
	EndSessionOf(ctx context.Context, token []byte) error
	// SetPassword changes a password, which ends all sessions of the account, or returns ErrNoAccount.
	SetPassword(ctx context.Context, name string, h Hash) (User, error)
}

// Renewal asks to trade a refresh token in.
type Renewal struct {
	// Old and New are hashes.
	Old, New []byte
	Now      time.Time
	// Ends is when the new token expires, unless the session is older than Longest allows.
	Ends    time.Time
	Longest time.Duration
	// Grace is how long a token that was used still counts: pages that are open side by side use it at
	// the same moment.
	Grace time.Duration
}

// Renewed is a session after a renewal.
type Renewed struct {
	User    User
	Session int64
	Ends    time.Time
}

// refreshBytes is the length of a refresh token before it becomes text.
const refreshBytes = 32

// newRefresh makes a refresh token and the hash that is kept of it.
func newRefresh() (token string, hash []byte) {
	raw := make([]byte, refreshBytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, refreshHash(token)
}

// refreshHash is plain SHA-256: a random token needs no slow hash.
func refreshHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Refresh trades a refresh token in for a new session's worth of tokens, or returns ErrRefresh. The scope
// is looked up anew.
func (d *Desk) Refresh(ctx context.Context, token string) (*Session, error) {
	if d.cfg.Sessions == nil || token == "" {
		return nil, ErrRefresh
	}
	now := d.cfg.Issuer.Now()
	next, hash := newRefresh()
	got, err := d.cfg.Sessions.Renew(ctx, Renewal{Old: refreshHash(token), New: hash, Now: now,
		Ends: now.Add(d.cfg.Idle), Longest: d.cfg.Longest, Grace: d.cfg.Grace})
	if err != nil {
		return nil, err
	}
	return d.sign(ctx, got.User, got.Session, next, got.Ends)
}

// Logout ends the session of a principal, and that of a refresh token; either may be missing.
func (d *Desk) Logout(ctx context.Context, p *Principal, token string) error {
	if d.cfg.Sessions == nil {
		return nil
	}
	if token != "" {
		if err := d.cfg.Sessions.EndSessionOf(ctx, refreshHash(token)); err != nil {
			return fmt.Errorf("cannot log out: %w", err)
		}
	}
	if p != nil && p.Session != 0 {
		if err := d.cfg.Sessions.EndSession(ctx, p.Session); err != nil {
			return fmt.Errorf("cannot log %q out: %w", p.User, err)
		}
	}
	return nil
}

// ChangePassword replaces the password of a user who knows the old one. All sessions end; the returned
// one is new.
func (d *Desk) ChangePassword(ctx context.Context, name, old, password string) (*Session, error) {
	if err := CheckPassword(password); err != nil {
		return nil, err
	}
	if _, err := d.prove(ctx, name, old); err != nil {
		return nil, err
	}
	u, err := d.setPassword(ctx, name, password)
	if err != nil {
		return nil, err
	}
	return d.Admit(ctx, u)
}

// ResetPassword sets the password of an account, whose sessions all end.
func (d *Desk) ResetPassword(ctx context.Context, name, password string) error {
	if err := CheckPassword(password); err != nil {
		return err
	}
	_, err := d.setPassword(ctx, name, password)
	return err
}

func (d *Desk) setPassword(ctx context.Context, name, password string) (User, error) {
	if d.cfg.Sessions == nil {
		return User{}, ErrNoAccount
	}
	hash, err := d.Hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	return d.cfg.Sessions.SetPassword(ctx, name, hash)
}

// Hash hashes a password when there is room for it.
func (d *Desk) Hash(ctx context.Context, password string) (Hash, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
		return HashPassword(password), nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
