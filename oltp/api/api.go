package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail/trace"
)

// API is the write API as an http.Handler.
type API struct {
	cfg     Config
	mux     *http.ServeMux
	huma    huma.API
	openapi *huma.OpenAPI
	buckets *buckets
	// lookups bound how often a principal may look for members.
	lookups *buckets
	buffers *buffers
	pricers *pricers
	cursors cursors
	metrics *metrics
	handler http.Handler
}

// New returns the API. The services in cfg may be nil only if no request is ever made.
func New(cfg Config) *API {
	cfg = cfg.withDefaults()
	a := &API{cfg: cfg, mux: http.NewServeMux(), openapi: document(),
		buckets: newBuckets(cfg.Limits, cfg.Now), buffers: &buffers{}, pricers: &pricers{},
		cursors: newCursors(cfg.CursorKey), metrics: newMetrics(cfg.Metrics, cfg.Now)}
	a.lookups = newBuckets(Limits{RowsPerSecond: cfg.Limits.LookupsPerSecond,
		Burst: cfg.Limits.LookupBurst}, cfg.Now)
	a.huma = humago.New(a.mux, huma.Config{
		OpenAPI:       a.openapi,
		Formats:       map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{humaProblem},

		RejectUnknownQueryParameters: true,
	})
	a.orderRoutes()
	a.orderListRoutes()
	a.refundRoutes()
	a.paymentRoutes()
	a.courierRoutes()
	a.stockRoutes()
	a.stockListRoutes()
	a.stocktakeRoutes()
	a.transferRoutes()
	a.catalogueRoutes()
	a.mediaRoutes()
	a.reviewRoutes()
	a.listingRoutes()
	a.ruleRoutes()
	a.priceRoutes()
	a.experimentRoutes()
	a.memberRoutes()
	a.staffRoutes()
	a.accountRoutes()
	a.auditRoutes()
	describe(a.openapi.Components.Schemas)
	a.serviceRoutes()
	if cfg.Stats != nil {
		cfg.Metrics.MustRegister(newIntakeStats(cfg.Stats))
	}
	a.handler = a.metrics.observe(a.mux, a.recover(a.authenticate(a.mux)))
	return a
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.cfg.Tracer != nil && r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v1/orders") {
		a.trace(w, r)
		return
	}
	a.handler.ServeHTTP(w, r)
}

// trace answers a request about orders within a span, if it is sampled.
func (a *API) trace(w http.ResponseWriter, r *http.Request) {
	span := a.cfg.Tracer.Root(r.Header.Get("traceparent"), func() string {
		_, pattern := a.mux.Handler(r)
		return pattern
	})
	if span != nil {
		defer span.End(nil)
		r = r.WithContext(trace.With(r.Context(), span.Mark()))
	}
	a.handler.ServeHTTP(w, r)
}

// OpenAPI returns the document, which must not be changed.
func (a *API) OpenAPI() *huma.OpenAPI { return a.openapi }

// open lists the routes that need no principal.
func open(path string) bool {
	switch path {
	case "/v1/login", "/v1/logout", "/v1/session/refresh", "/openapi.json", "/livez", "/readyz", "/metrics":
		return true
	}
	return strings.HasPrefix(path, paymentNotify) || strings.HasPrefix(path, courierNotify)
}

// authenticate finds the principal of a request, spends one of its rate and bounds its time.
func (a *API) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		p, problem := a.cfg.Gate.Identify(r)
		if problem == nil {
			problem = a.buckets.take(p.User, 1)
		}
		if problem != nil {
			staff.WriteProblem(w, problem)
			return
		}
		ctx := staff.With(r.Context(), p)
		if id := r.Header.Get("X-Request-Id"); id != "" {
			ctx = staff.WithRequest(ctx, requestID(id))
		}
		ctx, cancel := context.WithTimeout(ctx, a.cfg.Limits.Answer)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recover answers 500 for a bug, so that it costs one request and is told to the operator.
func (a *API) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			bug := recover()
			if bug == nil {
				return
			}
			if bug == http.ErrAbortHandler {
				panic(bug) // net/http's own way to drop a connection
			}
			a.cfg.Log.Error("a request met a bug", "method", r.Method, "path", r.URL.Path,
				"bug", fmt.Sprint(bug), "stack", string(debug.Stack()))
			staff.WriteProblem(w, &wire.Problem{Type: "/problems/internal", Title: "The service failed",
				Status: http.StatusInternalServerError,
				Detail: "Whether the request took effect is not known. It is safe to send it again " +
					"under the same key."})
		}()
		next.ServeHTTP(w, r)
	})
}

// jsonFormat writes answers. Bodies of requests never come this way.
func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
	}
}

// humaProblem turns what huma itself finds wrong with path and query into our problems.
func humaProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &wire.Problem{Type: "/problems/invalid", Title: m.Title, Status: m.Status, Detail: m.Detail}
	if m.Status == http.StatusUnprocessableEntity {
		p.Title = titleInvalid
	}
	for _, e := range m.Errors {
		f := wire.Fault{Location: e.Location, Reason: e.Message}
		if raw, err := json.Marshal(e.Value); err == nil && e.Value != nil && e.Value != "" {
			f.Value = raw
		}
		p.Errors = append(p.Errors, f)
	}
	return p, nil
}
