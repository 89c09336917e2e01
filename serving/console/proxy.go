package console

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
)

// writeRoutes are the routes that the write API answers, for every method: the families of its document
// with all that lies below them, so that it is the write API which says what is not there. Of the stock
// only what the edge does not answer.
func writeRoutes() []string {
	routes := map[string]bool{}
	for path := range api.Describe().Paths {
		family, _, deeper := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
		switch {
		case family != "stock":
			routes["/v1/"+family] = true
			routes["/v1/"+family+"/"] = true
		case !deeper || !strings.Contains(path, "{"):
			routes[path] = true
		}
	}
	return slices.Collect(maps.Keys(routes))
}

// forward adds the routes of the services behind the console.
func (s *Server) forward(mux *http.ServeMux) {
	up := s.cfg.Upstreams
	if up.Orders != nil {
		to := s.proxy("the write API", up.Orders)
		for _, route := range writeRoutes() {
			mux.Handle(route, to)
		}
	}
	if up.Events != nil {
		mux.Handle("/v1/events", s.proxy("the behaviour gateway", up.Events))
	}
	switch {
	case up.Stock != nil:
		mux.Handle("/v1/stock/", s.proxy("the edge", up.Stock))
		mux.Handle("/v1/recommendations", s.proxy("the edge", up.Stock))
		mux.Handle("/v1/bundles", s.proxy("the edge", up.Stock))
		mux.Handle("/v1/outfits", s.proxy("the edge", up.Stock))
		mux.Handle("/v1/guide/", s.proxy("the edge", up.Stock))
	case up.Orders != nil:
		mux.Handle("/v1/stock/", s.proxy("the write API", up.Orders))
	}
}

// proxy passes requests on. The session cookie becomes a bearer token on the way, under the same
// conditions as everywhere here; the services behind never see a cookie.
func (s *Server) proxy(name string, to *url.URL) http.Handler {
	passOn := &httputil.ReverseProxy{
		Transport: s.transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(to)
			p.SetXForwarded()
			p.Out.Header.Del("Cookie")
		},
		// The security headers are the console's own.
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Server")
			for name := range securityHeaders() {
				r.Header.Del(name)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			s.proxyError(w, r, name, err)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, cookie, err := s.credential(r)
		if err != nil {
			err.(*Problem).write(w)
			return
		}
		if cookie {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		passOn.ServeHTTP(w, r)
	})
}

func (s *Server) proxyError(w http.ResponseWriter, r *http.Request, name string, err error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		newProblem(http.StatusRequestEntityTooLarge, large.Error()).write(w)
	case errors.Is(r.Context().Err(), context.Canceled):
		w.WriteHeader(499)
	default:
		s.proxyFailures.Add(1)
		s.cfg.Logger.Debug("a service behind the console does not answer", "name", name, "error", err)
		newProblem(http.StatusServiceUnavailable, name+" does not answer").write(w)
	}
}

func newTransport() *http.Transport {
	dialer := net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        90 * time.Second,
		ResponseHeaderTimeout:  time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
