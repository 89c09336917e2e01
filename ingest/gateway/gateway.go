package gateway

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/retail/event"
)

// Gateway is the HTTP server that takes behaviour events.
type Gateway struct {
	cfg       Config
	key       [32]byte
	source    []byte
	kinds     [256][]byte
	version   []byte
	content   []byte
	window    *window
	addresses *limiter[netip.Addr]
	visitors  *limiter[uint64]
	inFlight  atomic.Int64
	stats     counters
	draining  atomic.Bool
	lastError atomic.Pointer[string]

	order    sync.Mutex // guards position, and the order of handing over
	position uint64
}

// New returns a gateway; Serve sets it to work.
func New(cfg Config) (*Gateway, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	if cfg.Instance == "" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		cfg.Instance = hex.EncodeToString(b[:])
	}
	g := &Gateway{
		cfg: cfg, key: sha256.Sum256(cfg.VisitorKey),
		version: []byte(event.SpecVersion), content: []byte(event.ContentType),
		source:    []byte("/tillstream/gateway/" + cfg.Instance),
		window:    newWindow(cfg.DedupWindow),
		addresses: newLimiter[netip.Addr](cfg.AddressEventsPerSecond, cfg.AddressBurst, cfg.MaxTracked),
		visitors:  newLimiter[uint64](cfg.VisitorEventsPerSecond, cfg.VisitorBurst, cfg.MaxTracked),
	}
	for i := range g.kinds {
		g.kinds[i] = []byte(event.Kind(i).String())
	}
	return g, nil
}

// Serve answers on the listener, which it closes, until ctx ends; then it lets open requests finish
// for at most Config.DrainTimeout.
func (g *Gateway) Serve(ctx context.Context, l net.Listener) error {
	server := &fasthttp.Server{
		Handler: g.handle, ErrorHandler: g.reject,
		MaxRequestBodySize: g.cfg.MaxBodyBytes, Concurrency: g.cfg.MaxConnections,
		ReadTimeout: g.cfg.ReadTimeout, WriteTimeout: g.cfg.ReadTimeout, IdleTimeout: g.cfg.IdleTimeout,
		ReadBufferSize: 8 << 10, NoDefaultServerHeader: true, NoDefaultContentType: true,
		DisablePreParseMultipartForm: true, CloseOnShutdown: true,
		Logger: quiet{},
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(lingering{l}) }()
	select {
	case err := <-ended:
		return fmt.Errorf("cannot serve events on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	g.draining.Store(true)
	drain, cancel := context.WithTimeout(context.Background(), g.cfg.DrainTimeout)
	defer cancel()
	if err := server.ShutdownWithContext(drain); err != nil {
		return fmt.Errorf("cannot let the open requests finish: %w", err)
	}
	return nil
}

// quiet drops what fasthttp would print: it speaks of single connections.
type quiet struct{}

func (quiet) Printf(string, ...any) {}

func (g *Gateway) handle(ctx *fasthttp.RequestCtx) {
	switch path := string(ctx.Path()); {
	case path == "/v1/events" && ctx.IsPost():
		g.events(ctx)
	case path == "/livez" && ctx.IsGet():
		ctx.SetBodyString("ok\n")
	case path == "/readyz" && ctx.IsGet():
		g.ready(ctx)
	case path == "/metrics" && ctx.IsGet():
		ctx.SetContentType("text/plain; version=0.0.4")
		ctx.SetBody(g.Stats().appendText(nil))
	case path == "/v1/events":
		refuse(fasthttp.StatusMethodNotAllowed, "method", "Only POST is known here", "").write(ctx)
		ctx.Response.Header.Set("Allow", "POST")
	default:
		refuse(fasthttp.StatusNotFound, "not-found", "There is nothing here", path).write(ctx)
	}
}

func (g *Gateway) events(ctx *fasthttp.RequestCtx) {
	g.stats.requests.Add(1)
	c, no := g.identify(ctx)
	var b *batch
	if no == nil {
		b, no = g.read(ctx)
	}
	now := g.cfg.Now()
	if no == nil && c.byAddress {
		if wait, ok := g.addresses.take(c.address, len(b.rows), now); !ok {
			no = refuse(fasthttp.StatusTooManyRequests, "too-many-events",
				"The address sends too many events", "").later(wait)
		}
	}
	if no != nil {
		g.stats.refusedRequests.Add(1)
		no.write(ctx)
		return
	}
	b.sender = c.sender
	answer(ctx, g.accept(b, c, now))
}

// read reads the body in the form that its type names.
func (g *Gateway) read(ctx *fasthttp.RequestCtx) (*batch, *refusal) {
	if coding := string(ctx.Request.Header.ContentEncoding()); coding != "" && coding != "identity" {
		return nil, refuse(fasthttp.StatusUnsupportedMediaType, "media-type",
			"The body must not be compressed", "Content-Encoding is "+coding)
	}
	media, _, _ := strings.Cut(string(ctx.Request.Header.ContentType()), ";")
	var b *batch
	var bad *bodyError
	switch strings.TrimSpace(media) {
	case "application/json":
		b, bad = readArray(ctx.PostBody(), g.cfg.MaxEvents)
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		b, bad = readLines(ctx.PostBody(), g.cfg.MaxEvents)
	default:
		return nil, refuse(fasthttp.StatusUnsupportedMediaType, "media-type",
			"The body must be application/json or application/x-ndjson", "Content-Type is "+media)
	}
	if bad != nil {
		return nil, refuse(bad.status, "invalid-body", "The body cannot be taken", "").naming(bad.faults)
	}
	return b, nil
}

// reject answers what fasthttp could not read as a request.
func (g *Gateway) reject(ctx *fasthttp.RequestCtx, err error) {
	g.stats.refusedRequests.Add(1)
	var small *fasthttp.ErrSmallBuffer
	var network net.Error
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		if c, ok := ctx.Conn().(*lingeringConn); ok {
			c.linger.Store(true)
		}
		refuse(fasthttp.StatusRequestEntityTooLarge, "too-large", "The body is too large",
			fmt.Sprintf("at most %d bytes are read", g.cfg.MaxBodyBytes)).write(ctx)
	case errors.As(err, &small):
		refuse(fasthttp.StatusRequestHeaderFieldsTooLarge, "too-large", "The headers are too large",
			"").write(ctx)
	case errors.As(err, &network) && network.Timeout():
		refuse(fasthttp.StatusRequestTimeout, "timeout", "The request did not arrive in time",
			"").write(ctx)
	default:
		refuse(fasthttp.StatusBadRequest, "bad-request", "This is not an HTTP request that can be read",
			"").write(ctx)
	}
}

// ready says whether events can be taken now.
func (g *Gateway) ready(ctx *fasthttp.RequestCtx) {
	const within = 2 * time.Second
	if g.draining.Load() {
		refuse(fasthttp.StatusServiceUnavailable, "draining", "The gateway is stopping", "").write(ctx)
		return
	}
	if log, ok := g.cfg.Publisher.(interface{ Ping(context.Context) error }); ok {
		bound, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		if err := log.Ping(bound); err != nil {
			refuse(fasthttp.StatusServiceUnavailable, "log-unavailable", "The log does not answer",
				err.Error()).later(retryAfter).write(ctx)
			return
		}
	}
	ctx.SetBodyString("ok\n")
}
