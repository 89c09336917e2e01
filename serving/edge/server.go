package edge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
)

// Levels is where stock levels are read.
type Levels interface {
	// Read fills level and reports whether there is one.
	Read(key retail.StockKey, level *live.Level) bool
}

// Directory translates codes. An id never changes once a code has it.
type Directory interface {
	// Store finds a store by its code.
	Store(code string) (retail.StoreID, *time.Location, bool)
	// SKU finds a SKU by its code.
	SKU(code string) (retail.SKUID, bool)
}

// Authenticator checks bearer tokens.
type Authenticator interface {
	// Verify returns the principal of a token; staff.Verifier does.
	Verify(token string) (*staff.Principal, error)
}

// Config describes the edge.
type Config struct {
	Levels    Levels
	Directory Directory
	// Recommend says what recommendations are made of. Default: there are none.
	Recommend *RecommendConfig
	// Ready is nil when all levels are loaded.
	Ready func() error
	// Auth checks tokens. Required unless Open.
	Auth Authenticator
	// Open answers anonymous requests for every store. Default false.
	Open bool
	// Metrics answers /metrics. Default: 404.
	Metrics http.Handler
	Logger  *slog.Logger
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
	// MaxSKUs bounds the SKUs of one bulk request. Default 200.
	MaxSKUs int
	// MaxConnections bounds open connections; further ones are refused. Default 10,000.
	MaxConnections int
	// MaxCodes bounds the codes kept in memory; further ones ask the directory each time. Default
	// 4,000,000, about 400 MB when full.
	MaxCodes int
	// MaxTokens bounds the verified tokens kept. Default 10,000.
	MaxTokens int
	// TokenFor is how long a verified token is trusted before it is verified again: so much longer than
	// its expiry it may work. Default 5 s.
	TokenFor time.Duration
	// ReadTimeout bounds the reading of one request, WriteTimeout the writing of one answer,
	// IdleTimeout the silence between two requests. Defaults 5 s, 5 s, 60 s.
	ReadTimeout, WriteTimeout, IdleTimeout time.Duration
}

func (c *Config) setDefaults() error {
	if c.Levels == nil || c.Directory == nil || c.Ready == nil || c.Logger == nil {
		return errors.New("cannot make edge: Levels, Directory, Ready and Logger are required")
	}
	if c.Auth == nil && !c.Open {
		return errors.New("cannot make edge: Auth is required unless Open")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.MaxSKUs = cmp.Or(c.MaxSKUs, 200)
	c.MaxConnections = cmp.Or(c.MaxConnections, 10_000)
	c.MaxCodes = cmp.Or(c.MaxCodes, 4_000_000)
	c.MaxTokens = cmp.Or(c.MaxTokens, 10_000)
	c.TokenFor = cmp.Or(c.TokenFor, 5*time.Second)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, 5*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 5*time.Second)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, time.Minute)
	return nil
}

// sheet is what one answer needs, reused: nothing of it is allocated on the hot path.
type sheet struct {
	text  []byte
	level live.Level
}

// Server is the edge.
type Server struct {
	cfg     Config
	http    *fasthttp.Server
	codes   *codes
	tokens  *tokens
	metrics fasthttp.RequestHandler
	counts  counts

	mu       sync.Mutex
	listener net.Listener
	stopped  bool
	// scratch holds the sheets on which levels are written, desks those of recommendations.
	scratch, desks sync.Pool
	// advice is nil without recommendations.
	advice *adviser
}

// New checks the configuration.
func New(cfg Config) (*Server, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg:    cfg,
		codes:  newCodes(cfg.Directory, cfg.MaxCodes),
		tokens: newTokens(cfg.Auth, cfg.MaxTokens, cfg.TokenFor),
	}
	if cfg.Recommend != nil {
		var err error
		if s.advice, err = newAdviser(cfg.Recommend); err != nil {
			return nil, err
		}
	}
	s.desks.New = func() any { return &desk{text: make([]byte, 0, 4<<10)} }
	s.scratch.New = func() any { return &sheet{text: make([]byte, 0, 1024)} }
	if cfg.Metrics != nil {
		s.metrics = fasthttpadaptor.NewFastHTTPHandler(cfg.Metrics)
	}
	s.http = &fasthttp.Server{
		Handler:                      s.Handle,
		ErrorHandler:                 s.badRequest,
		Name:                         "tillstream",
		Concurrency:                  cfg.MaxConnections,
		ReadTimeout:                  cfg.ReadTimeout,
		WriteTimeout:                 cfg.WriteTimeout,
		IdleTimeout:                  cfg.IdleTimeout,
		MaxRequestBodySize:           1 << 10,
		ReadBufferSize:               16 << 10,
		DisablePreParseMultipartForm: true,
		CloseOnShutdown:              true,
		GetOnly:                      true,
		Logger:                       slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Serve answers on l until Stop; after Stop it returns at once.
func (s *Server) Serve(l net.Listener) error {
	l = onceListener{l, sync.OnceValue(l.Close)}
	s.mu.Lock()
	s.listener = l
	stopped := s.stopped
	s.mu.Unlock()
	if stopped {
		return l.Close()
	}
	err := s.http.Serve(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && !s.stopped {
		return fmt.Errorf("cannot serve the edge on %s: %w", l.Addr(), err)
	}
	return nil
}

// onceListener may be closed twice.
type onceListener struct {
	net.Listener
	close func() error
}

// Close closes the listener the first time only.
func (l onceListener) Close() error { return l.close() }

// Stop ends listening and waits for running requests until ctx ends. The listener is closed here,
// because the library forgets one that Serve has not handed to it yet.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopped = true
	if s.listener != nil {
		_ = s.listener.Close()
	}
	s.mu.Unlock()
	if err := s.http.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("cannot stop the edge: %w", err)
	}
	return nil
}

// Handle answers one request.
func (s *Server) Handle(ctx *fasthttp.RequestCtx) {
	s.counts.requests.Add(1)
	path := ctx.URI().PathOriginal()
	if rest, ok := stockPath(path); ok {
		s.stock(ctx, rest)
		return
	}
	if code, ok := guideMember(path); ok {
		s.guide(ctx, code)
		return
	}
	switch string(path) {
	case "/v1/recommendations":
		if s.advice != nil {
			s.recommendations(ctx)
			return
		}
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "path", value: string(path),
			reason: "this edge makes no recommendations"})
	case "/v1/bundles":
		s.bundles(ctx)
	case "/v1/outfits":
		s.outfits(ctx)
	case "/livez":
		ctx.SetContentType("text/plain; charset=utf-8")
		ctx.SetBodyString("ok\n")
	case "/readyz":
		s.readyz(ctx)
	case "/metrics":
		if s.metrics != nil {
			s.metrics(ctx)
			return
		}
		fallthrough
	default:
		s.fail(ctx, problem{status: fasthttp.StatusNotFound, field: "path", value: string(path),
			reason: "there is /v1/stock/{store}/{sku}, /v1/stock/{store}?skus=a,b, " +
				"/v1/recommendations, /v1/bundles?q=…&store=…, " +
				"/v1/outfits?items=…&store=…, /v1/guide/members/{code}?store=…, " +
				"/livez, /readyz and /metrics"})
	}
}

func (s *Server) readyz(ctx *fasthttp.RequestCtx) {
	if err := s.cfg.Ready(); err != nil {
		s.fail(ctx, problem{status: fasthttp.StatusServiceUnavailable, field: "stock",
			reason: err.Error()})
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBodyString("{\"ready\":true}\n")
}

func (s *Server) badRequest(ctx *fasthttp.RequestCtx, err error) {
	p := problem{status: fasthttp.StatusBadRequest, field: "request", reason: err.Error()}
	var small *fasthttp.ErrSmallBuffer
	switch {
	case errors.As(err, &small):
		p.status = fasthttp.StatusRequestHeaderFieldsTooLarge
	case errors.Is(err, fasthttp.ErrGetOnly):
		p.status = fasthttp.StatusMethodNotAllowed
	}
	s.fail(ctx, p)
}
