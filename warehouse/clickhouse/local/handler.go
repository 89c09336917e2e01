package local

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"
)

// handler answers the ClickHouse HTTP interface.
type handler struct {
	cfg      ServeConfig
	pool     *pool
	sessions *sessions
	spreader *spreader
	log      *slog.Logger

	name, version, timezone string
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	set(w, "X-ClickHouse-Server-Display-Name", h.name)
	set(w, "X-ClickHouse-Timezone", h.timezone)
	switch {
	case r.URL.Path == "/ping", r.URL.Path == "/replicas_status",
		r.URL.Path == "/" && r.Method != http.MethodPost && !r.URL.Query().Has("query"):
		text(w, http.StatusOK, "Ok.\n")
	case r.URL.Path != "/" && r.URL.Path != "/query":
		text(w, http.StatusNotFound, "There is no handle "+r.URL.Path+
			"\n\nUse / or /ping for health checks.\n"+
			"Send queries from your program with POST method or GET /?query=...\n")
	case r.Method != http.MethodPost && r.Method != http.MethodGet && r.Method != http.MethodHead:
		text(w, http.StatusMethodNotAllowed, "Use GET or POST.\n")
	default:
		h.answer(w, r)
	}
}

func text(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, s)
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request) {
	q, err := h.parseRequest(w, r)
	out := &output{w: w, version: h.version}
	if err == nil {
		h.shape(out, q, r)
		err = h.run(r.Context(), q, out)
	}
	if err == nil {
		return
	}
	var known *exception
	if !errors.As(err, &known) {
		known = newException(codeStdException, err.Error(), "STD_EXCEPTION")
		h.log.Warn("cannot answer a query", "query_id", q.queryID, "error", err)
	}
	out.fail(known)
}

// shape sets how the answer is written.
func (h *handler) shape(out *output, q *request, r *http.Request) {
	out.format = q.format
	if q.statement.format != "" {
		out.format = q.statement.format
	}
	if q.compress {
		out.blocks = "LZ4"
		if i := slices.IndexFunc(q.settings, named("network_compression_method")); i >= 0 {
			out.blocks = q.settings[i].value
		}
		if i := slices.IndexFunc(q.settings, named("network_zstd_compression_level")); i >= 0 {
			out.blockLevel, _ = strconv.Atoi(q.settings[i].value)
		}
	}
	if i := slices.IndexFunc(q.settings, named("enable_http_compression")); i < 0 ||
		truthy(q.settings[i].value) {
		out.encoding = chosenEncoding(r.Header.Get("Accept-Encoding"))
	}
}

func named(name string) func(setting) bool {
	return func(s setting) bool { return s.name == name }
}

// run executes the request's statement and writes the answer.
func (h *handler) run(ctx context.Context, q *request, out *output) error {
	statement, settings := q.text, q.settings
	if q.insert != nil {
		// The rows arrive before a connection is taken: a slow client holds no place.
		text, file, err := h.insertText(q)
		if err != nil {
			return err
		}
		if file != "" {
			defer os.Remove(file)
			// The others go with the statement.
			settings = slices.DeleteFunc(slices.Clone(settings),
				func(s setting) bool { return !isReadonly(s) })
		}
		statement = text
	}
	join := newJoiner(out.format, q.revision)
	streams := q.insert == nil && q.streams() && join != nil && !q.whole
	conn, release, err := h.connection(ctx, q, h.limits(q, settings, streams))
	if err != nil {
		return err
	}
	// A session that failed, or was left in the middle of a result, gives the rest of that result to the
	// next query: it is never used again.
	keep := false
	defer func() { release(keep) }()
	stop := h.pool.watch(ctx, conn)
	if streams {
		err = pieces(conn, statement, q, out, join)
	} else {
		err = whole(conn, statement, q, out, join)
	}
	killed := stop()
	keep = err == nil && !killed && q.keepsSession()
	if q.statement.verb == "CREATE" {
		h.spreader.tell()
	}
	if errors.Is(err, errClientLeft) {
		return nil
	}
	return withoutSpool(err, h.cfg.spoolPath())
}

// errClientLeft says that the answer can no longer be written.
var errClientLeft = errors.New("the client left")

// limits adds the bounds that the request did not set itself: time, and memory for a result that is held
// as a whole.
func (h *handler) limits(q *request, settings []setting, streams bool) []setting {
	if q.insert != nil && len(settings) == 0 {
		return settings
	}
	var more []setting
	add := func(name, value string) {
		if !slices.ContainsFunc(settings, named(name)) {
			more = append(more, setting{name, value})
		}
	}
	add("max_execution_time", strconv.Itoa(int(h.cfg.QueryTime/time.Second)))
	if !streams && q.insert == nil {
		add("max_result_bytes", strconv.FormatInt(h.cfg.MaxResultBytes, 10))
	}
	return append(more, settings...)
}

// connection takes the connection of the request's session, or any with the right setup.
func (h *handler) connection(ctx context.Context, q *request, settings []setting) (*connection,
	func(keep bool), error) {
	begin := setup(q.database, settings)
	if q.session.id != "" {
		return h.sessions.acquire(ctx, q.session, begin)
	}
	conn, err := h.pool.acquire(ctx, begin)
	if err != nil {
		return nil, nil, err
	}
	return conn, func(keep bool) { h.pool.release(conn, keep) }, nil
}

// whole runs a statement whose result is taken as a whole.
func whole(conn *connection, text string, q *request, out *output, join joiner) error {
	r, err := conn.run(text, out.format, q.params)
	if err != nil {
		return err
	}
	defer r.free()
	var p progress
	p.add(r)
	body := r.bytes()
	if len(body) == 0 {
		return out.end(p)
	}
	if out.format == "Native" && q.revision > 0 {
		if body, err = join(nil, body); err != nil {
			return err
		}
	}
	if err := out.begin(p); err != nil {
		return err
	}
	if _, err := out.Write(body); err != nil {
		return errClientLeft
	}
	return out.end(p)
}

// pieces runs a statement whose result is taken in pieces: memory stays that of one piece.
func pieces(conn *connection, text string, q *request, out *output, join joiner) error {
	s, err := conn.stream(text, out.format, q.params)
	if err != nil {
		return err
	}
	defer s.close()
	var p progress
	var buf []byte
	for {
		piece, err := s.next()
		if err != nil {
			return err
		}
		if piece == nil {
			break
		}
		p.add(piece)
		last := piece.rows() == 0
		buf, err = join(buf[:0], piece.bytes())
		piece.free()
		if err != nil {
			return err
		}
		if out.out == nil {
			if err := out.begin(p); err != nil {
				return err
			}
		}
		if _, err := out.Write(buf); err != nil {
			return errClientLeft
		}
		if last {
			break
		}
	}
	if end := trailer(out.format); out.out != nil && end != nil {
		if _, err := out.Write(end); err != nil {
			return errClientLeft
		}
	}
	return out.end(p)
}
