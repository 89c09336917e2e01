package console

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tillstream/tillstream/retail"
)

type liveInput struct {
	Stores []string `query:"stores" doc:"Store codes to narrow the picture to."`
	Region string   `query:"region" doc:"A region code to narrow the picture to."`
}

func (s *Server) liveOperation() huma.Operation {
	return huma.Operation{
		OperationID: "live", Method: http.MethodGet, Path: "/v1/live", Tags: []string{"figures"},
		Summary: "The trading day as server-sent events",
		Description: "Events: `live` with {pulse, live} whenever a figure changed, and at once after " +
			"connecting; `beat` with {as_of, lag} when only time went by; `status` with {state: down|up, " +
			"reason} when the warehouse goes away or comes back. Ids rise by one with each refresh. " +
			"A stream that was cut starts again with a whole picture, so nothing needs to be resumed.",
		Responses: map[string]*huma.Response{"200": {Description: "The stream.",
			Content: map[string]*huma.MediaType{"text/event-stream": {
				Schema: &huma.Schema{Type: huma.TypeString}}}}},
	}
}

func (s *Server) live(ctx context.Context, in *liveInput) (*huma.StreamResponse, error) {
	scope, err := s.narrow(ctx, principal(ctx).Scope, filled(in.Stores), in.Region)
	if err != nil {
		return nil, err
	}
	t, signal, leave, ok := s.hub.watch(scope)
	if !ok {
		return nil, newProblem(http.StatusServiceUnavailable,
			fmt.Sprintf("more than %d live streams are open", s.cfg.MaxWatchers))
	}
	token := principal(ctx).token
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer leave()
		_, w := humago.Unwrap(hctx)
		header := w.Header()
		header.Set("Content-Type", "text/event-stream")
		header.Set("Cache-Control", "no-store")
		header.Set("X-Accel-Buffering", "no")
		e := events{w: w, control: http.NewResponseController(w), timeout: s.cfg.WriteTimeout}
		// A stream outlives the time that a request may take to arrive.
		_ = e.control.SetReadDeadline(time.Time{})
		s.stream(ctx, &e, t, signal, token)
	}}, nil
}

// stream sends frames until the client leaves, the console stops or the token ends.
func (s *Server) stream(ctx context.Context, e *events, t *topic, signal chan struct{}, token string) {
	heartbeat := time.NewTicker(s.cfg.Heartbeat)
	defer heartbeat.Stop()
	e.comment("tillstream")
	for e.err == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.ctx.Done():
			return
		case <-signal:
			f := t.newest.Load()
			e.frame(f, s.cfg.Now())
			if e.err == nil && f.down == nil {
				f.push.pay(s.cfg.Tracer, t.scope.Key())
			}
		case <-heartbeat.C:
			e.still(t.newest.Load())
			if _, err := s.cfg.Auth.Verify(token); err != nil {
				return
			}
		}
	}
	s.hub.dropped.Add(1)
}

// events writes server-sent events; after the first error it writes nothing more.
type events struct {
	w       io.Writer
	control *http.ResponseController
	timeout time.Duration
	picture uint64
	down    bool
	err     error
}

// still breaks a silence. While the warehouse is away it repeats so, because a browser does not show
// comments to the page, which would take the stream for dead.
func (e *events) still(f *frame) {
	if e.down && f != nil && f.down != nil {
		e.write("id: %d\nevent: status\ndata: %s\n\n", f.seq, f.down)
		return
	}
	e.comment("still here")
}

func (e *events) comment(text string) { e.write(": %s\n\n", text) }

// frame sends what the client does not have yet.
func (e *events) frame(f *frame, now time.Time) {
	switch {
	case f.down != nil && !e.down:
		e.down = true
		e.write("id: %d\nevent: status\ndata: %s\n\n", f.seq, f.down)
		return
	case f.down != nil:
		return
	case e.down:
		e.down = false
		e.write("id: %d\nevent: status\ndata: %s\n\n", f.seq,
			appendJSON(nil, status{State: "up", At: now.UTC()}))
	}
	if f.picture != e.picture {
		e.picture = f.picture
		e.write("id: %d\nevent: live\ndata: %s\n\n", f.seq, f.live)
		return
	}
	e.write("id: %d\nevent: beat\ndata: %s\n\n", f.seq, f.beat)
}

func (e *events) write(format string, args ...any) {
	if e.err != nil {
		return
	}
	// A client that does not read for this long is dropped: it will connect again.
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	if _, e.err = fmt.Fprintf(e.w, format, args...); e.err == nil {
		e.err = e.control.Flush()
	}
}

// narrow cuts a scope down to some stores and a region.
func (s *Server) narrow(ctx context.Context, scope retail.Scope, codes []string, region string) (
	retail.Scope, error) {
	var ids []retail.StoreID
	for _, code := range codes {
		id, _, ok := s.cfg.Directory.Store(code)
		if !ok || !scope.Sees(id) {
			return scope, invalid("stores", code, "there is no such store, or it is not yours to see")
		}
		ids = append(ids, id)
	}
	scope = scope.Narrow(ids)
	if region == "" {
		return scope, nil
	}
	ids = nil
	err := s.stores(ctx, scope, func(store *retail.Store) {
		if store.Region.Code == region {
			ids = append(ids, store.ID)
		}
	})
	if err != nil {
		return scope, err
	}
	if len(ids) == 0 {
		return scope, invalid("region", region, "none of your stores is in such a region")
	}
	return scope.Narrow(ids), nil
}

// stores calls f for every store of the scope.
func (s *Server) stores(ctx context.Context, scope retail.Scope, f func(*retail.Store)) error {
	const page = 1_000
	for after := ""; ; {
		stores, err := s.cfg.Directory.Stores(ctx, scope, after, page)
		if err != nil {
			s.cfg.Logger.Warn("cannot list stores", "error", err)
			return newProblem(http.StatusServiceUnavailable,
				"the stores cannot be listed, try again in a moment")
		}
		for i := range stores {
			f(&stores[i])
		}
		if len(stores) < page {
			return nil
		}
		after = stores[len(stores)-1].Code
	}
}
