package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tillstream/tillstream/oltp/staff"
)

// Server is the console.
type Server struct {
	cfg       Config
	ctx       context.Context
	cancel    context.CancelFunc
	hub       *hub
	answers   *answers
	slots     chan struct{}
	sameSite  *http.CrossOriginProtection
	transport *http.Transport
	document  []byte
	handler   http.Handler
	http      *http.Server
	renewals  renewals

	requests, panics, proxyFailures atomic.Int64
}

// New checks the configuration and prepares the routes.
func New(cfg Config) (*Server, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, slots: make(chan struct{}, cfg.MaxQueries),
		sameSite: http.NewCrossOriginProtection(), transport: newTransport()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.hub = newHub(s.ctx, &s.cfg)
	var err error
	if s.answers, err = newAnswers(&s.cfg, s.slot); err != nil {
		return nil, err
	}
	if s.handler, err = s.routes(); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	return s, nil
}

func (s *Server) routes() (http.Handler, error) {
	files, err := loadStatic(s.cfg.Files)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	api := s.api(mux)
	if s.cfg.Upstreams.Stock != nil {
		api.OpenAPI().AddOperation(recommendOperation())
		api.OpenAPI().AddOperation(bundleOperation())
		api.OpenAPI().AddOperation(outfitOperation())
		api.OpenAPI().AddOperation(guideOperation())
	}
	ours, err := api.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("cannot describe the console's API: %w", err)
	}
	if s.document, err = mergeDocuments(ours, s.cfg.WriteAPI); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /openapi.json", s.openapi)
	mux.HandleFunc("GET /livez", livez)
	mux.HandleFunc("GET /readyz", s.readyz)
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	}
	mux.HandleFunc("GET /ui/session", s.showSession)
	mux.HandleFunc("POST /ui/session", s.signIn)
	mux.HandleFunc("DELETE /ui/session", s.signOut)
	s.forward(mux)
	mux.Handle("/", files)
	return s.guard(s.renewing(mux)), nil
}

func (s *Server) api(mux *http.ServeMux) huma.API {
	cfg := huma.DefaultConfig("tillstream", "1")
	cfg.Info.Description = "Figures, live stream and, on the same address, the write API of a retail chain."
	cfg.CreateHooks = nil
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.RejectUnknownQueryParameters = true
	cfg.Transformers = append(cfg.Transformers, plainProblem)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer"},
		"cookie": {Type: "apiKey", In: "cookie", Name: staff.Cookie},
	}
	cfg.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	api := humago.New(mux, cfg)
	api.UseMiddleware(s.authenticate)
	huma.Register(api, s.kpiOperation(), s.kpis)
	huma.Register(api, s.exportOperation(), s.export)
	huma.Register(api, s.catalogueOperation(), s.catalogue)
	huma.Register(api, s.liveOperation(), s.live)
	if s.cfg.Experiments != nil {
		huma.Register(api, s.experimentsOperation(), s.experiments)
	}
	return api
}

// securityHeaders keep the page to itself: nothing is loaded from, sent to or framed by another site.
func securityHeaders() map[string]string {
	return map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
			"img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), interest-cohort=()",
	}
}

// guard adds what every answer needs: headers, limits, and a problem instead of a broken connection
// where a handler has a bug.
func (s *Server) guard(next http.Handler) http.Handler {
	headers := securityHeaders()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout))
		r.Body = http.MaxBytesReader(w, r.Body, s.cfg.MaxBody)
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				s.panics.Add(1)
				s.cfg.Logger.Error("handler failed", "path", r.URL.Path, "error", fmt.Sprint(v))
				newProblem(http.StatusInternalServerError,
					"something is wrong here, and it is logged").write(w)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Handler answers requests without a listener, for tests.
func (s *Server) Handler() http.Handler { return s.handler }

// Serve answers on l until Stop.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("cannot serve the console on %s: %w", l.Addr(), err)
	}
	return nil
}

// Stop ends live streams and listening, and waits for running requests until ctx ends.
func (s *Server) Stop(ctx context.Context) error {
	s.cancel()
	err := s.http.Shutdown(ctx)
	s.hub.wait()
	s.answers.close()
	s.transport.CloseIdleConnections()
	if err != nil {
		return fmt.Errorf("cannot stop the console: %w", err)
	}
	return nil
}
