package console_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/warehouse"
)

func oneTable(retail.Scope, warehouse.Query) (*warehouse.Table, error) {
	return &warehouse.Table{
		Columns: []warehouse.Column{{Name: "store", Unit: "code", Dimension: true},
			{Name: "net_sales", Unit: "money"}, {Name: "orders", Unit: "count"},
			{Name: "rate", Unit: "ratio"}},
		Rows: [][]any{{"10\"1", retail.Money(771313), int64(1649), 0.25},
			{"102", nil, int64(0), math.NaN()}},
		AsOf: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC),
	}, nil
}

func TestKPIsAreObjectsWithDecimalMoney(t *testing.T) {
	_, web := start(t, &figures{table: oneTable}, nil)
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	answer, body := ask(t, "GET", web.URL+"/v1/kpis?metrics=net_sales,orders&by=store", hq, nil)
	want := `{"columns":[{"name":"store","unit":"code","dimension":true},` +
		`{"name":"net_sales","unit":"money","dimension":false},` +
		`{"name":"orders","unit":"count","dimension":false},` +
		`{"name":"rate","unit":"ratio","dimension":false}],` +
		`"rows":[{"store":"10\"1","net_sales":7713.13,"orders":1649,"rate":0.25},` +
		`{"store":"102","net_sales":null,"orders":0,"rate":null}],` +
		`"as_of":"2026-11-24T01:02:03Z","truncated":false}`
	if answer.StatusCode != 200 || body != want {
		t.Errorf("%d\n%s\nwant\n%s", answer.StatusCode, body, want)
	}
}

func TestQuestionReachesTheWarehouseInScope(t *testing.T) {
	var scope retail.Scope
	var q warehouse.Query
	f := &figures{table: func(s retail.Scope, asked warehouse.Query) (*warehouse.Table, error) {
		scope, q = s, asked
		return &warehouse.Table{}, nil
	}}
	_, web := start(t, f, nil)
	own := token(t, staff.StoreManager, retail.StoreScope(2))
	answer, body := ask(t, "GET", web.URL+"/v1/kpis?metrics=net_sales,,orders&by=store,day&from=2017-01-01"+
		"&to=2018-01-02&grain=hour&stores=101,102&compare=week&sort=-orders&limit=7&names=true"+
		"&regions=east&cities=Wuhan"+
		"&categories=a&brands=b,&skus=c&channels=web&campaigns=d&hours=8,9", own, nil)
	if answer.StatusCode != 200 {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	if scope.Key() != "2" {
		t.Errorf("scope %q, want the manager's store alone", scope.Key())
	}
	got, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Metrics":["net_sales","orders"],"By":["store","day"],"From":"2017-01-01","To":"2018-01-02",` +
		`"Grain":"hour","Stores":["101","102"],"Regions":["east"],"Cities":["Wuhan"],` +
		`"Categories":["a"],"Brands":["b"],"SKUs":["c"],"Channels":["web"],"Campaigns":["d"],` +
		`"Hours":["8","9"],"Compare":"week","Sort":"-orders","Limit":7,"Names":true}`
	if string(got) != want {
		t.Errorf("asked %s\nwant  %s", got, want)
	}
}

func TestEqualQuestionsShareAnAnswerButNeverAcrossScopes(t *testing.T) {
	f := &figures{table: func(s retail.Scope, _ warehouse.Query) (*warehouse.Table, error) {
		return &warehouse.Table{Columns: []warehouse.Column{{Name: "store"}}, Rows: [][]any{{s.Key()}}}, nil
	}}
	_, web := start(t, f, func(c *console.Config) { c.CacheFor = time.Hour })
	all, own := token(t, staff.HQAdmin, retail.HQScope()), token(t, staff.StoreManager, retail.StoreScope(3))
	for range 20 {
		if _, body := ask(t, "GET", web.URL+"/v1/kpis?metrics=orders", own, nil); !strings.Contains(body,
			`"store":"3"`) {
			t.Fatalf("store manager got %s", body)
		}
		if _, body := ask(t, "GET", web.URL+"/v1/kpis?metrics=orders", all, nil); !strings.Contains(body,
			`"store":"all"`) {
			t.Fatalf("headquarters got %s", body)
		}
	}
	if n := f.queries.Load(); n >= 40 {
		t.Errorf("%d queries for 40 equal questions of two scopes", n)
	}
}

func TestProblems(t *testing.T) {
	f := &figures{table: func(_ retail.Scope, q warehouse.Query) (*warehouse.Table, error) {
		if q.Metrics[0] == "profit" {
			return nil, warehouse.InvalidQuery{Field: "metrics", Value: "profit", Reason: "unknown metric",
				Known: []string{"orders"}}
		}
		return nil, errors.New("dial tcp: connection refused")
	}, export: func(io.Writer) error {
		return warehouse.InvalidQuery{Field: "from", Value: "x", Reason: "not a day"}
	}}
	_, web := start(t, f, nil)
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	check := func(bearer, path string, status int, field string) {
		t.Helper()
		answer, body := ask(t, "GET", web.URL+path, bearer, nil)
		var p console.Problem
		if err := json.Unmarshal([]byte(body), &p); err != nil || answer.StatusCode != status ||
			p.Status != status || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s: %d %s %v, want %d", path, answer.StatusCode, body, err, status)
			return
		}
		if field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != field || p.Errors[0].Reason == "") {
			t.Errorf("GET %s: %s, want field %s", path, body, field)
		}
		if strings.Contains(body, "dial tcp") {
			t.Errorf("GET %s tells what is behind: %s", path, body)
		}
	}
	check("", "/v1/kpis?metrics=orders", 401, "")
	check("forged", "/v1/kpis?metrics=orders", 401, "")
	check(token(t, staff.Storefront, retail.Scope{}), "/v1/kpis?metrics=orders", 403, "")
	check(hq, "/v1/kpis?metrics=profit", 422, "metrics")
	check(hq, "/v1/kpis", 422, "metrics")
	check(hq, "/v1/kpis?metrics=orders&group=store", 422, "group")
	check(hq, "/v1/kpis?metrics=orders&limit=-1", 422, "limit")
	check(hq, "/v1/kpis?metrics=orders", 503, "")
	check(hq, "/v1/kpis/export?metrics=orders", 422, "from")
	check(hq, "/v1/kpis/export?metrics=orders&format=xml", 422, "format")
	check(hq, "/v1/live?stores=999", 422, "stores")
	check(hq, "/v1/live?region=X", 422, "region")
	check(token(t, staff.StoreManager, retail.StoreScope(1)), "/v1/live?stores=201", 422, "stores")
	check(hq, "/nothing/here", 404, "")
}

func TestExport(t *testing.T) {
	broken := errors.New("warehouse went away")
	f := &figures{export: func(w io.Writer) error {
		_, err := io.WriteString(w, "store,net_sales\n101,1.00\n")
		return err
	}}
	_, web := start(t, f, nil)
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	answer, body := ask(t, "GET", web.URL+"/v1/kpis/export?metrics=net_sales&format=csv", hq, nil)
	if answer.StatusCode != 200 || body != "store,net_sales\n101,1.00\n" ||
		!strings.Contains(answer.Header.Get("Content-Disposition"), "tillstream-kpis.csv") {
		t.Errorf("%d %q %v", answer.StatusCode, body, answer.Header)
	}
	f.export = func(w io.Writer) error {
		_, _ = w.Write(make([]byte, 100_000))
		return broken
	}
	r, err := http.NewRequest("GET", web.URL+"/v1/kpis/export?metrics=net_sales", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+hq)
	if answer, err = http.DefaultClient.Do(r); err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	if err == nil {
		t.Error("half an export looked like a whole one")
	}
}

func TestCatalogueAndDocument(t *testing.T) {
	theirs := `{"openapi":"3.1.0","paths":{"/v1/orders":{"post":{"x":{"$ref":"#/components/schemas/Fault"}}}},` +
		`"components":{"schemas":{"Fault":{"type":"string"},"Order":{"type":"object"}}}}`
	_, web := start(t, &figures{}, func(c *console.Config) {
		c.WriteAPI, c.Upstreams.Stock = []byte(theirs), &url.URL{Scheme: "http", Host: "edge"}
	})
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	_, body := ask(t, "GET", web.URL+"/v1/metrics-catalogue", hq, nil)
	if !strings.Contains(body, `"name":"net_sales"`) {
		t.Errorf("no net sales in the catalogue: %.200s", body)
	}
	_, body = ask(t, "GET", web.URL+"/openapi.json", "", nil)
	var doc struct {
		Paths map[string]any
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v1/orders", "/v1/kpis", "/v1/kpis/export", "/v1/live",
		"/v1/metrics-catalogue", "/v1/recommendations", "/v1/bundles",
		"/v1/outfits", "/v1/guide/members/{code}"} {
		if doc.Paths[path] == nil {
			t.Errorf("the document lacks %s", path)
		}
	}
}

func TestPageAndHeaders(t *testing.T) {
	_, web := start(t, &figures{}, func(c *console.Config) {
		c.Files = fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")},
			"assets/a-1.js": {Data: []byte(strings.Repeat("let a=1;", 100))}, ".gitkeep": {}}
	})
	answer, _ := ask(t, "GET", web.URL+"/", "", nil)
	header := answer.Header
	if answer.StatusCode != 200 || !strings.Contains(header.Get("Content-Security-Policy"),
		"script-src 'self'") || header.Get("X-Frame-Options") != "DENY" ||
		header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", answer.StatusCode, header)
	}
	answer, body := ask(t, "GET", web.URL+"/assets/a-1.js", "", nil)
	if !answer.Uncompressed || len(body) != 800 ||
		!strings.Contains(answer.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("script: compressed %v, %d bytes, %v", answer.Uncompressed, len(body), answer.Header)
	}
	for _, path := range []string{"/storefront", "/rules"} {
		if answer, page := ask(t, "GET", web.URL+path+"?lang=en", "", nil); answer.StatusCode != 200 ||
			page != "<!doctype html>" {
			t.Errorf("%s: %d %s, want the page", path, answer.StatusCode, page)
		}
	}
	if answer, _ := ask(t, "GET", web.URL+"/.gitkeep", "", nil); answer.StatusCode != 404 {
		t.Errorf(".gitkeep: %d, want 404", answer.StatusCode)
	}
}

func upstream(t *testing.T) func(*console.Config) {
	service := httptest.NewServer(loginService(t))
	t.Cleanup(service.Close)
	to, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *console.Config) { c.Upstreams.Orders = to }
}

func TestSession(t *testing.T) {
	_, web := start(t, &figures{table: oneTable}, upstream(t))
	answer, body := ask(t, "POST", web.URL+"/ui/session", "", strings.NewReader(
		`{"user":"hq","password":"wrong"}`))
	if answer.StatusCode != 401 || !strings.Contains(body, "wrong") {
		t.Errorf("wrong password: %d %s", answer.StatusCode, body)
	}
	answer, _ = ask(t, "POST", web.URL+"/ui/session", "", strings.NewReader(
		`{"user":"hq","password":"right"}`))
	if answer.StatusCode != 204 || len(answer.Cookies()) != 1 {
		t.Fatalf("sign in: %d %v", answer.StatusCode, answer.Cookies())
	}
	c := answer.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
	send := func(method, path string, header ...string) (*http.Response, string) {
		r := httptest.NewRequest(method, web.URL+path, strings.NewReader("{}"))
		r.RequestURI = ""
		r.AddCookie(c)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer, string(text)
	}
	if _, body := send("GET", "/ui/session"); !strings.Contains(body, `"signed_in":true`) ||
		!strings.Contains(body, `"code":"201"`) {
		t.Errorf("session: %s", body)
	}
	if answer, _ := send("GET", "/v1/kpis?metrics=orders"); answer.StatusCode != 200 {
		t.Errorf("figures with the cookie: %d", answer.StatusCode)
	}
	answer, _ = send("POST", "/v1/orders", "Sec-Fetch-Site", "same-origin")
	if answer.StatusCode != 201 || answer.Header.Get("X-Seen-Authorization") != "Bearer "+c.Value ||
		answer.Header.Get("X-Seen-Cookie") != "" {
		t.Errorf("order with the cookie: %d %v", answer.StatusCode, answer.Header)
	}
	for _, route := range []string{"/v1/orders", "/ui/session"} {
		if answer, _ := send("POST", route, "Sec-Fetch-Site", "cross-site"); answer.StatusCode != 403 {
			t.Errorf("POST %s from another site: %d, want 403", route, answer.StatusCode)
		}
	}
}

func TestDemoLoginsAreForThisMachine(t *testing.T) {
	_, web := start(t, &figures{}, func(c *console.Config) {
		c.Demo = []console.DemoLogin{{User: "hq", Password: "shown", Role: "hq-admin"}}
	})
	f := func(host string, shown bool) {
		t.Helper()
		r, err := http.NewRequest("GET", web.URL+"/ui/session", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || strings.Contains(string(body), "shown") != shown {
			t.Errorf("host %q: %s, %v, want the logins: %v", host, body, err, shown)
		}
	}
	f("localhost:8080", true)
	f("127.0.0.1:8080", true)
	f("[::1]", true)
	f("elsewhere.example:8080", false)
	f("192.0.2.7", false)
}

// Every route that the merged document names is answered, if only with "who are you" or "not so".
func TestWhatTheDocumentNamesIsThere(t *testing.T) {
	words, err := json.Marshal(api.Describe())
	if err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(service.Close)
	to, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, web := start(t, &figures{table: oneTable}, func(c *console.Config) {
		c.WriteAPI, c.Upstreams.Orders = words, to
	})
	_, text := ask(t, "GET", web.URL+"/openapi.json", "", nil)
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(text), &document); err != nil || len(document.Paths) < 20 {
		t.Fatalf("%d paths, %v", len(document.Paths), err)
	}
	for path, methods := range document.Paths {
		for method := range methods {
			plain := strings.NewReplacer("{", "", "}", "").Replace(path)
			answer, _ := ask(t, strings.ToUpper(method), web.URL+plain, "", nil)
			if answer.StatusCode == 404 || answer.StatusCode == 405 {
				t.Errorf("%s %s is in the document and answers %d", method, path, answer.StatusCode)
			}
		}
	}
}

func TestProxyWithoutItsService(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	to, err := url.Parse(gone.URL)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	_, web := start(t, &figures{}, func(c *console.Config) { c.Upstreams.Orders = to })
	answer, body := ask(t, "POST", web.URL+"/v1/orders", "x", strings.NewReader("{}"))
	if answer.StatusCode != 503 || answer.Header.Get("Content-Type") != "application/problem+json" ||
		strings.Contains(body, to.Port()) {
		t.Errorf("%d %s, want a 503 problem", answer.StatusCode, body)
	}
}
