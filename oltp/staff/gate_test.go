package staff_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func TestGate(t *testing.T) {
	gate := staff.NewGate(verifier(t, at(noon)))
	handler := gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("User", staff.From(r.Context()).User)
	}))
	good := token(t, staff.Principal{User: "hq", Role: staff.HQAdmin, Scope: retail.HQScope()}, time.Hour)
	f := func(name, method string, status int, headers ...string) {
		t.Helper()
		r := httptest.NewRequest(method, "/v1/kpis", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: got %d, want %d", name, w.Code, status)
		}
		if user := w.Header().Get("User"); (user == "hq") != (status == 200) {
			t.Errorf("%s: the handler saw user %q", name, user)
		}
		if status >= 400 && w.Header().Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s: the answer is no problem: %v", name, w.Header())
		}
	}
	cookie := staff.Cookie + "=" + good
	f("bearer", "POST", 200, "Authorization", "Bearer "+good)
	f("cookie", "GET", 200, "Cookie", cookie)
	f("cookie of our own page", "POST", 200, "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
	f("cookie from elsewhere", "POST", 403, "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
	f("cookie with a foreign origin", "POST", 403, "Cookie", cookie, "Origin", "https://evil.example")
	f("bearer from elsewhere", "POST", 200, "Authorization", "Bearer "+good, "Sec-Fetch-Site", "cross-site")
	f("nothing", "GET", 401)
	f("basic", "GET", 401, "Authorization", "Basic aHE6aHE=")
	f("bad bearer, good cookie", "GET", 401, "Authorization", "Bearer x", "Cookie", cookie)
	f("bad cookie", "GET", 401, "Cookie", staff.Cookie+"=x")
}
