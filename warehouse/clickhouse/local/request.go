package local

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// request is one query as it came over HTTP.
type request struct {
	*statement
	// rows are what follows the head of an INSERT, nil for any other statement.
	rows     io.Reader
	database string
	format   string
	queryID  string
	settings []setting
	params   []param
	session  sessionRequest
	// revision is the client's protocol version: Native output is written for it.
	revision int
	// compress asks for ClickHouse's own compressed blocks, written with codec and level.
	compress bool
	// whole asks for the answer only when the query has ended.
	whole bool
}

// sessionRequest asks for a session that outlives the request.
type sessionRequest struct {
	id      string
	timeout time.Duration
	check   bool
}

// parseRequest reads everything but the rows. The caller must read rows before it answers.
func (h *handler) parseRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	values := r.URL.Query()
	q := &request{queryID: cmp.Or(values.Get("query_id"), r.Header.Get("X-ClickHouse-Query-Id"))}
	if q.queryID == "" {
		q.queryID = uuid.NewString()
	}
	set(w, "X-ClickHouse-Query-Id", q.queryID)
	if err := h.authenticate(r, values); err != nil {
		return q, err
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return q, newException(codeNotImplemented,
			"External tables in a multipart body are not supported by the local engine", "NOT_IMPLEMENTED")
	}
	q.database = cmp.Or(values.Get("database"), r.Header.Get("X-ClickHouse-Database"), "default")
	q.format = cmp.Or(r.Header.Get("X-ClickHouse-Format"), values.Get("default_format"), "TabSeparated")
	q.compress, q.whole = truthy(values.Get("compress")), truthy(values.Get("wait_end_of_query"))
	if err := q.parseNumbers(values); err != nil {
		return q, err
	}
	q.takeSettings(values, r.Method)
	return q, h.readStatement(w, r, q, values)
}

func truthy(s string) bool { return s == "1" || strings.EqualFold(s, "true") }

func (q *request) parseNumbers(values url.Values) error {
	q.session = sessionRequest{id: values.Get("session_id"), timeout: time.Minute,
		check: truthy(values.Get("session_check"))}
	if text := values.Get("session_timeout"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 0 || seconds > 3600 {
			return newException(codeBadArguments, "Invalid session timeout: '"+text+"'", "BAD_ARGUMENTS")
		}
		q.session.timeout = time.Duration(seconds) * time.Second
	}
	if text := values.Get("client_protocol_version"); text != "" {
		revision, err := strconv.Atoi(text)
		if err != nil || revision < 0 {
			return newException(codeBadArguments, "Invalid client_protocol_version: '"+text+"'",
				"BAD_ARGUMENTS")
		}
		q.revision = revision
	}
	return nil
}

// takeSettings reads the parameters that are neither the interface's own nor a query's.
func (q *request) takeSettings(values url.Values, method string) {
	readonly := method == http.MethodGet
	for name, all := range values {
		value := all[len(all)-1]
		switch {
		case strings.HasPrefix(name, "param_"):
			q.params = append(q.params, param{strings.TrimPrefix(name, "param_"), value})
		case reserved(name):
		default:
			readonly = readonly && name != "readonly"
			q.settings = append(q.settings, setting{name, value})
		}
	}
	slices.SortFunc(q.settings, func(a, b setting) int {
		// readonly forbids every setting after it.
		last := func(s setting) int { return b2i(s.name == "readonly") }
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a.name, b.name))
	})
	if readonly {
		q.settings = append(q.settings, setting{"readonly", "2"})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func reserved(name string) bool {
	switch name {
	case "query", "database", "user", "password", "default_format", "quota_key", "query_id", "role",
		"session_id", "session_timeout", "session_check", "close_session", "compress", "decompress",
		"client_protocol_version", "wait_end_of_query", "buffer_size", "stacktrace":
		return true
	}
	return false
}

// authenticate takes the name and password from headers, basic authentication or parameters.
func (h *handler) authenticate(r *http.Request, values url.Values) error {
	user, password := r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key")
	if user == "" && password == "" {
		if name, word, ok := r.BasicAuth(); ok {
			user, password = name, word
		} else {
			user, password = values.Get("user"), values.Get("password")
		}
	}
	user = cmp.Or(user, "default")
	same := subtle.ConstantTimeCompare([]byte(password), []byte(h.cfg.Password)) == 1
	if user == "default" && same {
		return nil
	}
	return newException(codeAuthentication, user+": Authentication failed: password is incorrect, or "+
		"there is no user with such name", "AUTHENTICATION_FAILED")
}

// readStatement takes the query from the parameter, the body, or both, one behind the other. It reads no
// more of the body than the head of the query.
func (h *handler) readStatement(w http.ResponseWriter, r *http.Request, q *request,
	values url.Values) error {
	body, err := h.decodedBody(w, r, truthy(values.Get("decompress")))
	if err != nil {
		return err
	}
	limit := h.cfg.MaxQueryBytes
	in := bufio.NewReaderSize(body, limit+1)
	text := values.Get("query")
	if q.statement, err = parseStatement(text); err != nil {
		return err
	}
	if q.insert != nil {
		q.rows = io.MultiReader(strings.NewReader(text[q.insert.rows:]), in)
		q.text = text[:q.insert.rows]
		return nil
	}
	head, err := in.Peek(limit + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return bodyError(err)
	}
	if text != "" && len(head) > 0 {
		text += "\n"
	}
	full := text + string(head)
	if q.statement, err = parseStatement(full); err != nil {
		return err
	}
	if q.insert != nil {
		if _, err := in.Discard(len(head)); err != nil {
			return bodyError(err)
		}
		q.rows = io.MultiReader(strings.NewReader(full[q.insert.rows:]), in)
		q.text = full[:q.insert.rows]
		return nil
	}
	if len(full) > limit {
		return newException(codeSyntaxError, "Max query size exceeded (can be increased with the "+
			"`max_query_size` setting): "+strconv.Itoa(limit)+" bytes", "SYNTAX_ERROR")
	}
	if len(bytes.TrimSpace([]byte(full))) == 0 {
		return syntaxError("Empty query")
	}
	return nil
}
