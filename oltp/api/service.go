package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// probeTimeout bounds one check of /readyz.
const probeTimeout = 2 * time.Second

// serviceRoutes are for operators, not for clients, and stay out of the document.
func (a *API) serviceRoutes() {
	text, err := json.Marshal(a.openapi)
	if err != nil {
		panic("BUG: cannot write the OpenAPI document: " + err.Error())
	}
	a.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text) // a client that went away needs no answer
	})
	a.mux.HandleFunc("GET /livez", func(w http.ResponseWriter, r *http.Request) {
		(&call{w: w, r: r}).reply(http.StatusOK, wire.Health{Status: "ok"})
	})
	a.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		health := a.health(r.Context())
		status := http.StatusOK
		if health.Status != "ok" {
			status = http.StatusServiceUnavailable
		}
		(&call{w: w, r: r}).reply(status, health)
	})
	a.mux.Handle("GET /metrics", promhttp.HandlerFor(a.cfg.Metrics, promhttp.HandlerOpts{}))
	a.mux.HandleFunc("/", a.noRoute)
}

// noRoute answers what no route matches: 405 where another method would do, else 404.
func (a *API) noRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut,
		http.MethodPatch, http.MethodDelete} {
		other := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := a.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	p := &wire.Problem{Type: "/problems/not-found", Status: http.StatusNotFound,
		Title: "There is no such route", Detail: r.Method + " " + r.URL.Path}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		p.Type, p.Status = "/problems/method", http.StatusMethodNotAllowed
		p.Title = "The route does not take this method"
	}
	staff.WriteProblem(w, p)
}

// health asks every dependency at once.
func (a *API) health(ctx context.Context) wire.Health {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	answers := make(chan wire.Dependency, len(a.cfg.Checks))
	for _, check := range a.cfg.Checks {
		go func() {
			d := wire.Dependency{Name: check.Name, Status: "ok"}
			if err := check.Probe(ctx); err != nil {
				d.Status, d.Reason = "failed", err.Error()
			}
			answers <- d
		}()
	}
	health := wire.Health{Status: "ok", Dependencies: make([]wire.Dependency, len(a.cfg.Checks))}
	for range a.cfg.Checks {
		d := <-answers
		for i, check := range a.cfg.Checks {
			if check.Name == d.Name {
				health.Dependencies[i] = d
			}
		}
		if d.Status != "ok" {
			health.Status = "failed"
		}
	}
	return health
}
