package staff

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tillstream/tillstream/retail"
)

const (
	// MinKeyBytes is the shortest key that signs tokens: as long as the digest of HS256.
	MinKeyBytes = 32
	// MaxStores bounds the stores of one token, which travels in a header.
	MaxStores = 2_000

	issuer = "tillstream"
	// leeway is how far the clocks of issuer and verifier may differ.
	leeway = 30 * time.Second
	// maxCached bounds the tokens whose signature is remembered.
	maxCached = 4_096
)

// ErrToken says that a token is not one of ours, was changed, or has expired.
var ErrToken = errors.New("the token is not valid")

// claims is the content of a token. Stores are ids, so that a verifier needs no directory; chain is
// explicit, so that an empty list means no store instead of every store.
type claims struct {
	jwt.RegisteredClaims
	Role    Role             `json:"role"`
	Chain   bool             `json:"chain,omitempty"`
	Stores  []retail.StoreID `json:"stores,omitempty"`
	Regions []string         `json:"regions,omitempty"`
	Version int64            `json:"ver,omitempty"`
	Session int64            `json:"sid,omitempty"`
}

// Issuer signs tokens.
type Issuer struct {
	// Key signs; at least MinKeyBytes long.
	Key []byte
	// Now tells the time. Default: time.Now.
	Now func() time.Time
}

// Token returns a token that stands for p until ttl has passed.
func (i Issuer) Token(p Principal, ttl time.Duration) (string, error) {
	if len(i.Key) < MinKeyBytes {
		return "", fmt.Errorf("cannot sign a token: the key has %d bytes, at least %d are needed",
			len(i.Key), MinKeyBytes)
	}
	if !p.Role.Known() || p.User == "" {
		return "", fmt.Errorf("cannot sign a token for user %q with role %q", p.User, p.Role)
	}
	if n := len(p.Scope.Stores()); n > MaxStores {
		return "", fmt.Errorf("cannot sign a token for user %q: %d stores, at most %d fit",
			p.User, n, MaxStores)
	}
	now := clock(i.Now)()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			Subject:   p.User,
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Role: p.Role, Chain: p.Scope.All(), Stores: p.Scope.Stores(), Regions: p.Regions,
		Version: p.Version, Session: p.Session,
	})
	token.Header["kid"] = keyID(i.Key)
	return token.SignedString(i.Key)
}

// Standing tells which tokens count no longer, though they were signed and have not expired; Roll does.
type Standing interface {
	// Revoked reports whether the account of a principal has changed since, or its session has ended.
	Revoked(p *Principal) bool
}

// Verifier checks tokens. Tokens that passed are remembered until they expire, because a till sends the
// same one with each order. It may be used by several goroutines.
type Verifier struct {
	keys     map[string][]byte
	first    []byte
	standing Standing
	now      func() time.Time
	parser   *jwt.Parser

	mu     sync.RWMutex
	passed map[string]passed
}

type passed struct {
	principal *Principal
	expires   time.Time
}

// NewVerifier returns a Verifier of tokens signed with one key, none of which is ever revoked. A nil now
// means time.Now.
func NewVerifier(key []byte, now func() time.Time) (*Verifier, error) {
	ring, err := NewRing(key)
	if err != nil {
		return nil, fmt.Errorf("cannot verify tokens: %w", err)
	}
	return ring.Verifier(nil, now), nil
}

// Verifier returns a Verifier of tokens signed with any key of the ring that is not retired. A nil standing
// revokes nothing; a nil now means time.Now.
func (r *Ring) Verifier(standing Standing, now func() time.Time) *Verifier {
	now = clock(now)
	return &Verifier{
		keys: r.keys, first: r.keys[keyID(r.root)], standing: standing, now: now,
		passed: map[string]passed{},
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
			jwt.WithLeeway(leeway), jwt.WithTimeFunc(now)),
	}
}

// Issuer returns the Issuer of the ring's signing key.
func (r *Ring) Issuer() Issuer { return Issuer{Key: r.keys[r.signing]} }

// key finds the key that a token says it was signed with. One that says nothing was made before keys had
// names, with the first.
func (v *Verifier) key(t *jwt.Token) (any, error) {
	id, named := t.Header["kid"].(string)
	if !named && v.first != nil {
		return v.first, nil
	}
	if key := v.keys[id]; key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("the key %.20q is not one of ours", id)
}

// Verify returns the principal of a token, which the caller must not change, or an error that wraps
// ErrToken.
func (v *Verifier) Verify(token string) (*Principal, error) {
	// Fast path: seen before.
	v.mu.RLock()
	known, ok := v.passed[token]
	v.mu.RUnlock()
	if ok && v.now().Before(known.expires) {
		return v.stands(known.principal)
	}

	// Slow path: check the signature and read the claims.
	var c claims
	_, err := v.parser.ParseWithClaims(token, &c, v.key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	p, err := c.principal()
	if err != nil {
		return nil, err
	}
	v.remember(token, passed{p, c.ExpiresAt.Add(leeway)})
	return v.stands(p)
}

// stands lets a principal pass whose token was not revoked.
func (v *Verifier) stands(p *Principal) (*Principal, error) {
	if v.standing != nil && v.standing.Revoked(p) {
		return nil, fmt.Errorf("%w: it was revoked", ErrToken)
	}
	return p, nil
}

func (c *claims) principal() (*Principal, error) {
	if !c.Role.Known() || c.Subject == "" {
		return nil, fmt.Errorf("%w: user %q with role %q", ErrToken, c.Subject, c.Role)
	}
	p := &Principal{User: c.Subject, Role: c.Role, Scope: retail.StoreScope(c.Stores...),
		Regions: c.Regions, Version: c.Version, Session: c.Session}
	if c.Chain && c.Role.Chainwide() {
		p.Scope = retail.HQScope()
	}
	return p, nil
}

func (v *Verifier) remember(token string, p passed) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.passed) >= maxCached {
		clear(v.passed) // a flood of tokens costs its senders the fast path, not us the memory
	}
	v.passed[token] = p
}

func clock(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}
