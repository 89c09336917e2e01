package gateway

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Publisher is the log; *kafka.Producer is one. ProduceAsync must not block while no more than
// Config.MaxInFlightEvents are on their way.
type Publisher interface {
	ProduceAsync(ctx context.Context, r *kafka.Record, done func(error))
}

// Directory resolves the codes of an event; the catalogue's lookup is one. It answers fast, and also
// for floods of unknown codes.
type Directory interface {
	Store(code string) (retail.StoreID, *time.Location, bool)
	SKU(code string) (retail.SKUID, bool)
	Member(code string) (retail.MemberID, bool)
}

// Verifier checks a bearer token.
type Verifier interface {
	// Verify returns for whom the bearer speaks, nil for everybody, or an error that may be shown when the
	// token is not good.
	Verify(token string) (Speaks, error)
}

// Attributions opens what came back with an event about recommended goods.
type Attributions interface {
	// Open returns what a sealed text says. Anything that was not sealed by us is an error.
	Open(text string) (*event.Attribution, error)
}

// Config says where events go and within which bounds they are taken.
type Config struct {
	// Publisher and Directory are required.
	Publisher Publisher
	Directory Directory
	// Instance names this process in the events' source, "/tillstream/gateway/<Instance>"; it must be
	// new for each start, because positions count from 1. Default: 16 random hexadecimal digits.
	Instance string
	// VisitorKey is the key of the visitors' pseudonyms: at least 16 bytes, the same for all gateways
	// and for as long as visitors shall be recognised. Required.
	VisitorKey []byte
	// Attributions opens attributions, so that facts say in which answer goods were shown. Default: none is
	// opened; the texts travel as they are and nothing is attributed.
	Attributions Attributions
	// Verifier checks bearer tokens. A caller with a good one is not rate-limited, and names the members
	// for whom the token speaks; a caller without one names none. Default: tokens are not looked at, and
	// every caller names whom they like.
	Verifier Verifier
	// TokenRequired refuses callers without a token. Default: they may come, rate-limited.
	TokenRequired bool
	// TrustedProxies may name the caller in X-Forwarded-For; their own requests, without that header,
	// are not limited by address. Default: loopback.
	TrustedProxies []netip.Prefix
	// AddressEventsPerSecond is what an address may send in the long run, AddressBurst at once.
	// Defaults 500 and 5,000: many visitors share one address.
	AddressEventsPerSecond, AddressBurst int
	// VisitorEventsPerSecond and VisitorBurst are the same for one visitor. Defaults 20 and 500.
	VisitorEventsPerSecond, VisitorBurst int
	// MaxTracked bounds the addresses and the visitors whose rates are remembered. Default 100,000
	// each, at about 100 bytes.
	MaxTracked int
	// MaxBodyBytes bounds a request. Default 1 MiB.
	MaxBodyBytes int
	// MaxEvents bounds the events of a request. Default 1,000.
	MaxEvents int
	// MaxInFlightEvents bounds the events that wait for Kafka, over all requests; beyond it callers
	// get 503. Default 50,000.
	MaxInFlightEvents int
	// AckTimeout is how long a request waits for Kafka before it is answered with 503. The events may
	// be written all the same; the event_id keeps the repetition from counting twice. Default 5 s.
	AckTimeout time.Duration
	// DedupWindow is the number of event_ids that are remembered at least; up to twice as many are
	// held, at about 100 bytes. Default 500,000.
	DedupWindow int
	// MaxConnections bounds the open connections. Default 10,000.
	MaxConnections int
	// ReadTimeout bounds the reading of one request, IdleTimeout the wait for the next one. Defaults
	// 10 s and 60 s.
	ReadTimeout, IdleTimeout time.Duration
	// DrainTimeout bounds the wait for open requests when the server is told to stop. Default 10 s.
	DrainTimeout time.Duration
	// Log receives what an operator should know. Default: discarded.
	Log *slog.Logger
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
}

func (c Config) complete() (Config, error) {
	c.AddressEventsPerSecond = cmp.Or(c.AddressEventsPerSecond, 500)
	c.AddressBurst = cmp.Or(c.AddressBurst, 5_000)
	c.VisitorEventsPerSecond = cmp.Or(c.VisitorEventsPerSecond, 20)
	c.VisitorBurst = cmp.Or(c.VisitorBurst, 500)
	c.MaxTracked = cmp.Or(c.MaxTracked, 100_000)
	c.MaxBodyBytes = cmp.Or(c.MaxBodyBytes, 1<<20)
	c.MaxEvents = cmp.Or(c.MaxEvents, 1_000)
	c.MaxInFlightEvents = cmp.Or(c.MaxInFlightEvents, 50_000)
	c.AckTimeout = cmp.Or(c.AckTimeout, 5*time.Second)
	c.DedupWindow = cmp.Or(c.DedupWindow, 500_000)
	c.MaxConnections = cmp.Or(c.MaxConnections, 10_000)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, 10*time.Second)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, time.Minute)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 10*time.Second)
	if c.TrustedProxies == nil {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"),
			netip.MustParsePrefix("::1/128")}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	switch {
	case c.Publisher == nil || c.Directory == nil:
		return c, errors.New("cannot make a gateway: it needs a log and a directory")
	case len(c.VisitorKey) < 16:
		return c, errors.New("cannot make a gateway: the visitor key has fewer than 16 bytes")
	case c.TokenRequired && c.Verifier == nil:
		return c, errors.New("cannot make a gateway: tokens are required and nothing verifies them")
	}
	return c, nil
}
