package console_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/console"
)

// TestBrowsersGoOnAfterTheirToken opens a page with a spent token: its requests share one renewal, and
// logging out ends the session at the write API.
func TestBrowsersGoOnAfterTheirToken(t *testing.T) {
	var refreshed, ended atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/session/refresh", func(w http.ResponseWriter, r *http.Request) {
		var in wire.Refresh
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Refresh != "first" {
			staff.WriteProblem(w, &wire.Problem{Title: "the session has ended", Status: 401})
			return
		}
		refreshed.Add(1)
		_ = json.NewEncoder(w).Encode(wire.Session{Token: token(t, staff.HQAnalyst, retail.HQScope()),
			Expires: time.Now().Add(time.Minute), Refresh: "second",
			RefreshExpires: time.Now().Add(time.Hour)})
	})
	mux.HandleFunc("POST /v1/logout", func(w http.ResponseWriter, r *http.Request) {
		var in wire.Refresh
		if err := json.NewDecoder(r.Body).Decode(&in); err == nil && in.Refresh == "second" {
			ended.Add(1)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	service := httptest.NewServer(mux)
	t.Cleanup(service.Close)
	_, web := start(t, &figures{}, func(c *console.Config) {
		c.Upstreams.Orders, _ = url.Parse(service.URL)
	})
	send := func(method, refresh string) *http.Response {
		r, err := http.NewRequest(method, web.URL+"/ui/session", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: staff.Cookie, Value: "spent"})
		r.AddCookie(&http.Cookie{Name: staff.Cookie + "_refresh", Value: refresh})
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer
	}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			cookies := strings.Join(send("GET", "first").Header.Values("Set-Cookie"), "\n")
			if !strings.Contains(cookies, staff.Cookie+"_refresh=second") ||
				!strings.Contains(cookies, "HttpOnly") {
				t.Errorf("got %s, want the next refresh token", cookies)
			}
		})
	}
	group.Wait()
	if n := refreshed.Load(); n != 1 {
		t.Errorf("a page of 20 requests renewed %d times", n)
	}
	if cookies := send("GET", "stolen").Header.Get("Set-Cookie"); !strings.Contains(cookies, "Max-Age=0") {
		t.Errorf("got %q, want the refresh token forgotten", cookies)
	}
	send("DELETE", "second")
	if ended.Load() != 1 {
		t.Error("logging out leaves the session alive")
	}
}
