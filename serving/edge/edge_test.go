package edge_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
)

// directory knows stores 101 to 103 (ids 1 to 3) and SKUs whose codes are A1 to A9 (ids 1 to 9), and
// one code that needs escaping.
type directory struct{ asked int }

func (d *directory) Store(code string) (retail.StoreID, *time.Location, bool) {
	d.asked++
	var id int
	if _, err := fmt.Sscanf(code, "10%d", &id); err != nil || id < 1 || id > 3 || len(code) != 3 {
		return 0, nil, false
	}
	return retail.StoreID(id), time.UTC, true
}

func (d *directory) SKU(code string) (retail.SKUID, bool) {
	d.asked++
	if code == "牛奶/1L" {
		return 9, true
	}
	if len(code) != 2 || code[0] != 'A' || code[1] < '1' || code[1] > '9' {
		return 0, false
	}
	return retail.SKUID(code[1] - '0'), true
}

var key = []byte("0123456789abcdef0123456789abcdef")

func token(t testing.TB, role staff.Role, scope retail.Scope) string {
	t.Helper()
	text, err := staff.Issuer{Key: key}.Token(staff.Principal{User: "u", Role: role, Scope: scope},
		time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type edgeTest struct {
	*edge.Server
	levels *live.Levels
	ready  error
	client *http.Client
	token  string
}

func newEdge(t testing.TB, change func(*edge.Config)) *edgeTest {
	t.Helper()
	verifier, err := staff.NewVerifier(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &edgeTest{levels: live.NewLevels(0), token: token(t, staff.HQAnalyst, retail.HQScope())}
	cfg := edge.Config{Levels: e.levels, Directory: &directory{}, Auth: verifier,
		Ready: func() error { return e.ready }, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	if e.Server, err = edge.New(cfg); err != nil {
		t.Fatal(err)
	}
	l := fasthttputil.NewInmemoryListener()
	done := make(chan error, 1)
	go func() { done <- e.Serve(l) }()
	e.client = &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return l.Dial() }}}
	t.Cleanup(func() {
		e.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := e.Stop(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	at := time.Date(2026, 11, 24, 1, 2, 3, 400_000_000, time.UTC).UnixMicro()
	e.levels.Apply(&live.Level{StockLevel: retail.StockLevel{
		StockKey: retail.StockKey{Store: 1, SKU: 1}, OnHand: 12, Reserved: 5, Version: 42}, CommittedUS: at})
	return e
}

func (e *edgeTest) get(t testing.TB, path string, header ...string) (*http.Response, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://edge"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.token != "" {
		r.Header.Set("Authorization", "Bearer "+e.token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := e.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body map[string]any
	if answer.StatusCode != http.StatusNotModified {
		if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
			t.Fatalf("GET %s: %v", path, err)
		}
	}
	return answer, body
}

func TestLevel(t *testing.T) {
	e := newEdge(t, nil)
	answer, body := e.get(t, "/v1/stock/101/A1")
	want := map[string]any{"store": "101", "sku": "A1", "on_hand": 12.0, "reserved": 5.0,
		"available": 7.0, "version": 42.0, "as_of": "2026-11-24T01:02:03.4Z"}
	if fmt.Sprint(body) != fmt.Sprint(want) || answer.StatusCode != 200 {
		t.Errorf("%d %v, want %v", answer.StatusCode, body, want)
	}
	tag := answer.Header.Get("ETag")
	if again, _ := e.get(t, "/v1/stock/101/A1", "If-None-Match", tag); again.StatusCode != 304 {
		t.Errorf("with ETag %s: %d, want 304", tag, again.StatusCode)
	}
}

func TestKnownSKUWithoutStockIsZero(t *testing.T) {
	e := newEdge(t, nil)
	if answer, body := e.get(t, "/v1/stock/102/A1"); answer.StatusCode != 200 ||
		body["available"] != 0.0 || body["version"] != 0.0 {
		t.Errorf("%d %v, want zero", answer.StatusCode, body)
	}
	if answer, body := e.get(t, "/v1/stock/101/"+"%E7%89%9B%E5%A5%B6%2F1L"); answer.StatusCode != 200 ||
		body["sku"] != "牛奶/1L" {
		t.Errorf("escaped code: %d %v", answer.StatusCode, body)
	}
	e.ready = errors.New("loading")
	if answer, _ := e.get(t, "/v1/stock/102/A1"); answer.StatusCode != 503 {
		t.Errorf("while loading: %d, want 503 instead of a wrong zero", answer.StatusCode)
	}
	if answer, _ := e.get(t, "/v1/stock/101/A1"); answer.StatusCode != 200 {
		t.Errorf("while loading, a level that is there: %d, want 200", answer.StatusCode)
	}
	if answer, _ := e.get(t, "/readyz"); answer.StatusCode != 503 {
		t.Errorf("readyz while loading: %d, want 503", answer.StatusCode)
	}
}

func TestProblems(t *testing.T) {
	e := newEdge(t, nil)
	f := func(path string, status int, field string) {
		t.Helper()
		answer, body := e.get(t, path)
		if answer.StatusCode != status || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s: %d %s, want %d", path, answer.StatusCode, answer.Header.Get("Content-Type"),
				status)
			return
		}
		fault := body["errors"].([]any)[0].(map[string]any)
		if fault["field"] != field || fault["reason"] == "" || body["status"] != float64(status) {
			t.Errorf("GET %s: %v, want field %s", path, body, field)
		}
	}
	f("/v1/stock/999/A1", 404, "store")
	f("/v1/stock/101/ZZ", 404, "sku")
	f("/v1/stock/101/", 404, "sku")
	f("/v1/stock/101/%ff%22", 404, "sku")
	f("/v1/stock/"+strings.Repeat("x", 300)+"/A1", 404, "store")
	f("/v1/stock/101", 422, "skus")
	f("/v1/stock/101?skus="+strings.Repeat("A1,", 200)+"A1", 422, "skus")
	f("/v1/elsewhere", 404, "path")
}

func TestMany(t *testing.T) {
	e := newEdge(t, nil)
	_, body := e.get(t, "/v1/stock/101?skus=A1,A2,nope")
	levels := body["levels"].([]any)
	if len(levels) != 2 || levels[0].(map[string]any)["available"] != 7.0 ||
		levels[1].(map[string]any)["available"] != 0.0 || fmt.Sprint(body["unknown"]) != "[nope]" {
		t.Errorf("%v", body)
	}
}

func TestWhoMaySee(t *testing.T) {
	e := newEdge(t, nil)
	f := func(token, path string, want int) {
		t.Helper()
		e.token = token
		if answer, _ := e.get(t, path); answer.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	f("", "/v1/stock/101/A1", 401)
	f("forged", "/v1/stock/101/A1", 401)
	own := token(t, staff.StoreManager, retail.StoreScope(2))
	f(own, "/v1/stock/102/A1", 200)
	f(own, "/v1/stock/101/A1", 404)
	f(token(t, staff.Storefront, retail.Scope{}), "/v1/stock/101/A1", 200)
	f("", "/readyz", 200)
	e = newEdge(t, func(c *edge.Config) { c.Open = true })
	f("", "/v1/stock/101/A1", 200)
}

func TestCodesAreAskedOnce(t *testing.T) {
	dir := &directory{}
	e := newEdge(t, func(c *edge.Config) { c.Directory = dir })
	for range 5 {
		e.get(t, "/v1/stock/101/A1")
	}
	if dir.asked != 2 {
		t.Errorf("the directory was asked %d times, want 2", dir.asked)
	}
}

func request(e *edgeTest, path string) *fasthttp.RequestCtx {
	var r fasthttp.Request
	r.SetRequestURI("http://edge" + path)
	r.Header.Set("Authorization", "Bearer "+e.token)
	var ctx fasthttp.RequestCtx
	ctx.Init(&r, nil, nil)
	return &ctx
}

// FuzzRequest sends any bytes as a path: the answer is valid HTTP with valid JSON, never a crash.
func FuzzRequest(f *testing.F) {
	for _, path := range []string{"/v1/stock/101/A1", "/v1/stock/101?skus=A1,,A2", "/v1/stock//",
		"/v1/stock/%zz/\x00", "/v1/stock/101?skus=%ff%22%5c", "/../v1/stock/1", ""} {
		f.Add(path)
	}
	e := newEdge(f, nil)
	f.Fuzz(func(t *testing.T, path string) {
		ctx := request(e, "/")
		ctx.Request.SetRequestURI("/" + path)
		e.Handle(ctx)
		var b strings.Builder
		w := bufio.NewWriter(&b)
		if err := ctx.Response.Write(w); err != nil {
			t.Fatal(err)
		}
		kind := string(ctx.Response.Header.ContentType())
		if strings.Contains(kind, "json") && !json.Valid(ctx.Response.Body()) {
			t.Fatalf("path %q: %q is not JSON", path, ctx.Response.Body())
		}
	})
}
