package console

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// check is the state of one dependency.
type check struct {
	OK    bool    `json:"ok"`
	MS    float64 `json:"ms"`
	Error string  `json:"error,omitempty"`
}

// readyz asks every dependency at once. It is 503 unless all of them are well.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	var mu sync.Mutex
	var wait sync.WaitGroup
	answer := struct {
		Ready  bool             `json:"ready"`
		Checks map[string]check `json:"checks"`
	}{true, make(map[string]check, len(s.cfg.Checks))}
	for name, ask := range s.cfg.Checks {
		wait.Go(func() {
			start := time.Now()
			err := ask(ctx)
			c := check{OK: err == nil, MS: float64(time.Since(start).Microseconds()) / 1000}
			if err != nil {
				c.Error = err.Error()
			}
			mu.Lock()
			defer mu.Unlock()
			answer.Checks[name] = c
			answer.Ready = answer.Ready && c.OK
		})
	}
	wait.Wait()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(appendJSON(nil, answer), '\n'))
}

func livez(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
