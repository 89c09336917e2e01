package world_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/world"
)

func TestGatewaySendsEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small())
	d := w.Run(0).Next()
	touches := w.Browse(d)
	list := make([]world.Behaviour, len(touches))
	ids := map[string]bool{}
	for i := range touches {
		list[i] = w.Behaviour(&touches[i])
		if ids[list[i].EventID] {
			t.Errorf("event %d has the id of another", i)
		}
		ids[list[i].EventID] = true
	}
	var got []world.Behaviour
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/events" || r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(rw, "who are you", http.StatusUnauthorized)
			return
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	g := &world.Gateway{BaseURL: server.URL, Token: "secret", HTTP: server.Client()}
	if err := g.Send(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(list) || len(got) == 0 {
		t.Errorf("%d events arrived of %d", len(got), len(list))
	}
	g.Token = "wrong"
	if err := g.Send(t.Context(), list); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("with a wrong token: %v", err)
	}
}
