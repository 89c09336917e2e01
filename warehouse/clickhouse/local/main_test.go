package local_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
)

func TestMain(m *testing.M) { chtest.Main(m) }

// server is a ClickHouse with a fresh database, asked over plain HTTP.
type server struct {
	t        testing.TB
	base     string
	database string
}

func newServer(t testing.TB) *server {
	t.Helper()
	return serverAt(t, chtest.Start(t))
}

func serverAt(t testing.TB, address string) *server {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	database := strings.TrimPrefix(u.Path, "/")
	u.Path = "/"
	return &server{t, u.String(), database}
}

// question is one request.
type question struct {
	method  string // POST if empty
	path    string
	query   map[string]string
	headers map[string]string
	body    string
}

// answer is what came back, its body decoded by nobody.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // that ended the body
}

func (s *server) ask(q question) answer {
	s.t.Helper()
	values := url.Values{}
	if s.database != "" {
		values.Set("database", s.database)
	}
	for name, value := range q.query {
		values.Set(name, value)
	}
	method := q.method
	if method == "" {
		method = http.MethodPost
	}
	address := strings.TrimSuffix(s.base, "/") + "/" + strings.TrimPrefix(q.path, "/") + "?" +
		values.Encode()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(q.body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range q.headers {
		req.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body, err}
}

// post runs a statement that must succeed and returns its result.
func (s *server) post(sql string) string {
	s.t.Helper()
	return s.must(question{body: sql})
}

func (s *server) must(q question) string {
	s.t.Helper()
	a := s.ask(q)
	if a.status != http.StatusOK || a.err != nil {
		s.t.Fatalf("%+v: status %d, %v: %s", q, a.status, a.err, a.body)
	}
	return string(a.body)
}

func (s *server) expect(q question, want string) {
	s.t.Helper()
	if got := s.must(q); got != want {
		s.t.Errorf("%+v: got %q, want %q", q, got, want)
	}
}

func (s *server) expectError(q question, status int, code, text string) {
	s.t.Helper()
	a := s.ask(q)
	if a.status != status || a.header.Get("X-ClickHouse-Exception-Code") != code ||
		!bytes.HasPrefix(a.body, []byte("Code: "+code+". DB::Exception: ")) ||
		!bytes.Contains(a.body, []byte(text)) {
		s.t.Errorf("%+v: got status %d, code %s: %.300s", q, a.status,
			a.header.Get("X-ClickHouse-Exception-Code"), a.body)
	}
}
