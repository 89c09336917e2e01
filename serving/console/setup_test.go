package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/warehouse"
)

// figures is a warehouse that answers what a test tells it to, and counts the questions.
type figures struct {
	table             func(retail.Scope, warehouse.Query) (*warehouse.Table, error)
	live              func(retail.Scope) (*warehouse.Live, error)
	export            func(io.Writer) error
	queries, pictures atomic.Int64
	// hang is closed by the first live question, which then waits until nobody wants its answer.
	hang chan struct{}
}

func (f *figures) Query(_ context.Context, scope retail.Scope, q warehouse.Query) (*warehouse.Table,
	error) {
	f.queries.Add(1)
	return f.table(scope, q)
}

func (f *figures) Export(_ context.Context, _ retail.Scope, _ warehouse.Query, _ string,
	w io.Writer) error {
	return f.export(w)
}

func (f *figures) Live(ctx context.Context, scope retail.Scope, _ time.Time) (*warehouse.Live, error) {
	f.pictures.Add(1)
	if f.hang != nil {
		close(f.hang)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return f.live(scope)
}

// chain is a directory of three stores in two regions.
type chain struct{}

func chainStores() []retail.Store {
	north := retail.Region{ID: 1, Code: "N", Name: "华北", NameEN: "North"}
	south := retail.Region{ID: 2, Code: "S", Name: "华南", NameEN: "South"}
	return []retail.Store{
		{ID: 1, Code: "101", Name: "国贸店", NameEN: "Guomao", Region: north, City: "北京"},
		{ID: 2, Code: "102", Name: "西单店", NameEN: "Xidan", Region: north, City: "北京"},
		{ID: 3, Code: "201", Name: "天河店", NameEN: "Tianhe", Region: south, City: "广州", Simulated: true},
	}
}

func (chain) Store(code string) (retail.StoreID, *time.Location, bool) {
	for _, s := range chainStores() {
		if s.Code == code {
			return s.ID, time.UTC, true
		}
	}
	return 0, nil, false
}

func (chain) Stores(_ context.Context, scope retail.Scope, after string, limit int) ([]retail.Store,
	error) {
	all := slices.DeleteFunc(chainStores(), func(s retail.Store) bool {
		return !scope.Sees(s.ID) || s.Code <= after
	})
	return all[:min(limit, len(all))], nil
}

var key = []byte("0123456789abcdef0123456789abcdef")

func token(t testing.TB, role staff.Role, scope retail.Scope) string {
	t.Helper()
	text, err := staff.Issuer{Key: key}.Token(
		staff.Principal{User: "u-" + string(role), Role: role, Scope: scope}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func verifier(t testing.TB) *staff.Verifier {
	t.Helper()
	v, err := staff.NewVerifier(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// loginService stands for the write API where only its login matters.
func loginService(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/login", func(w http.ResponseWriter, r *http.Request) {
		var in wire.Login
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Password != "right" {
			staff.WriteProblem(w, &wire.Problem{Title: "user or password are wrong", Status: 401})
			return
		}
		out := wire.Session{Token: token(t, staff.HQAnalyst, retail.HQScope()),
			Expires: time.Now().Add(time.Hour)}
		_ = json.NewEncoder(w).Encode(out)
	})
	mux.HandleFunc("/v1/orders", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen-Authorization", r.Header.Get("Authorization"))
		w.Header().Set("X-Seen-Cookie", r.Header.Get("Cookie"))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.Copy(w, r.Body)
	})
	return mux
}

func start(t testing.TB, f *figures, change func(*console.Config)) (*console.Server, *httptest.Server) {
	t.Helper()
	cfg := console.Config{
		KPIs: f, Directory: chain{}, Auth: verifier(t),
		Files:  fstest.MapFS{"index.html": {Data: []byte("<!doctype html>hello")}},
		Logger: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	s, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return s, web
}

func ask(t testing.TB, method, url, bearer string, body io.Reader) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return answer, string(text)
}
