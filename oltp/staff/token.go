package staff

import (
	"errors"
	"fmt"
	"slices"
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
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			Subject:   p.User,
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Role: p.Role, Chain: p.Scope.All(), Stores: p.Scope.Stores(), Regions: p.Regions,
	}).SignedString(i.Key)
}

// Verifier checks tokens. Tokens that passed are remembered until they expire, because a till sends the
// same one with each order. It may be used by several goroutines.
type Verifier struct {
	key    []byte
	now    func() time.Time
	parser *jwt.Parser

	mu     sync.RWMutex
	passed map[string]passed
}

type passed struct {
	principal *Principal
	expires   time.Time
}

// NewVerifier returns a Verifier of tokens signed with key. A nil now means time.Now.
func NewVerifier(key []byte, now func() time.Time) (*Verifier, error) {
	if len(key) < MinKeyBytes {
		return nil, fmt.Errorf("cannot verify tokens: the key has %d bytes, at least %d are needed",
			len(key), MinKeyBytes)
	}
	now = clock(now)
	return &Verifier{
		key: slices.Clone(key), now: now, passed: map[string]passed{},
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
			jwt.WithLeeway(leeway), jwt.WithTimeFunc(now)),
	}, nil
}

// Verify returns the principal of a token, which the caller must not change, or an error that wraps
// ErrToken.
func (v *Verifier) Verify(token string) (*Principal, error) {
	// Fast path: seen before.
	v.mu.RLock()
	known, ok := v.passed[token]
	v.mu.RUnlock()
	if ok && v.now().Before(known.expires) {
		return known.principal, nil
	}

	// Slow path: check the signature and read the claims.
	var c claims
	_, err := v.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return v.key, nil })
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	p, err := c.principal()
	if err != nil {
		return nil, err
	}
	v.remember(token, passed{p, c.ExpiresAt.Add(leeway)})
	return p, nil
}

func (c *claims) principal() (*Principal, error) {
	if !c.Role.Known() || c.Subject == "" {
		return nil, fmt.Errorf("%w: user %q with role %q", ErrToken, c.Subject, c.Role)
	}
	p := &Principal{User: c.Subject, Role: c.Role, Scope: retail.StoreScope(c.Stores...),
		Regions: c.Regions}
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
