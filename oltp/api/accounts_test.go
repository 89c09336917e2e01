package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestAccountsOverHTTP takes an account from its making to its end.
func TestAccountsOverHTTP(t *testing.T) {
	h := build(t)
	ask := func(token, method, path, body string, status int) answer {
		t.Helper()
		a := h.ask(t, "", method, path, body, "Authorization", "Bearer "+token)
		if a.status != status {
			t.Errorf("%s %s %s: got %d %s, want %d", method, path, body, a.status, a.text, status)
		}
		return a
	}
	login := func(password string) (s wire.Session) {
		t.Helper()
		ask("", "POST", "/v1/login", fmt.Sprintf(`{"user":"gus","password":%q}`, password), 200).into(t, &s)
		return s
	}
	boss := h.tokens[staff.HQAdmin]
	var rows wire.MergedRows
	ask(boss, "PUT", "/v1/staff", `{"staff":[
		{"name":"gus","role":"guide","stores":["A"],"password":"correct horse"},
		{"name":"x","role":"guide","password":"correct horse"},
		{"name":"y","role":"boss","password":"correct horse"},
		{"name":"z","role":"guide","stores":["Z"],"password":"correct horse"},
		{"name":"q","role":"planner"},{"name":"r","role":"planner","password":"short"}]}`, 200).into(t, &rows)
	if rows.Failed != 5 || rows.Results[0].Outcome != "created" {
		t.Errorf("got %+v, want all but the first refused", rows)
	}
	first := login("correct horse")
	ask(first.Token, "GET", "/v1/stock/A/1", "", 200)
	ask(first.Token, "GET", "/v1/stock/B/1", "", 404)
	ask(first.Token, "PUT", "/v1/staff", `{"staff":[{"name":"gus","role":"hq-admin"}]}`, 403)
	ask(first.Token, "GET", "/v1/staff", "", 403)

	var next wire.Session
	ask("", "POST", "/v1/session/refresh", fmt.Sprintf(`{"refresh":%q}`, first.Refresh), 200).into(t, &next)
	ask("", "POST", "/v1/session/refresh", `{"refresh":"made up"}`, 401)
	ask("", "POST", "/v1/session/refresh", `{}`, 401)
	ask(next.Token, "POST", "/v1/session/password", `{"old":"wrong","new":"another horse"}`, 401)
	ask(next.Token, "POST", "/v1/session/password", `{"old":"correct horse","new":"short"}`, 422)
	var changed wire.Session
	ask(next.Token, "POST", "/v1/session/password", `{"old":"correct horse","new":"another horse"}`,
		200).into(t, &changed)
	h.wantTurnedAway(t, "the password changed", next.Token)
	ask(changed.Token, "GET", "/v1/session", "", 200)

	ask(changed.Token, "POST", "/v1/logout", "", 204)
	h.wantTurnedAway(t, "logged out", changed.Token)
	ask("", "POST", "/v1/session/refresh", fmt.Sprintf(`{"refresh":%q}`, changed.Refresh), 401)

	ask(boss, "POST", "/v1/staff/gus/password", `{"new":"third horse in a row"}`, 204)
	ask(boss, "POST", "/v1/staff/nobody/password", `{"new":"third horse in a row"}`, 404)
	last := login("third horse in a row")
	ask(boss, "POST", "/v1/staff/gus/deactivate", "", 204)
	ask(boss, "POST", "/v1/staff/gus/deactivate", "", 204)
	ask(boss, "POST", "/v1/staff/nobody/deactivate", "", 404)
	h.wantTurnedAway(t, "deactivated", last.Token)
	ask("", "POST", "/v1/login", `{"user":"gus","password":"third horse in a row"}`, 401)
	list := ask(boss, "GET", "/v1/staff", "", 200)
	if !strings.Contains(string(list.text), `"inactive":true`) || strings.Contains(string(list.text), "argon2") {
		t.Errorf("got %s, want an inactive gus and no hashes", list.text)
	}
}

// wantTurnedAway waits until a token counts no longer.
func (h *house) wantTurnedAway(t *testing.T, what, token string) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); <-tick.C {
		if h.ask(t, "", "GET", "/v1/session", "", "Authorization", "Bearer "+token).status == 401 {
			return
		}
	}
	t.Errorf("%s: the token still works", what)
}
