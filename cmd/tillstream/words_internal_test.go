package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestProblemsNamePlaceValueAndReason(t *testing.T) {
	err := problem(422, []byte(`{"title":"Unprocessable Entity","status":422,"errors":[`+
		`{"location":"query.by","value":"galaxy","reason":"unknown dimension"},`+
		`{"location":"query.metrics","reason":"is missing"}]}`))
	const want = `Unprocessable Entity; query.by "galaxy": unknown dimension; ` +
		`query.metrics: is missing (422)`
	if err.Error() != want {
		t.Errorf("got %s\nwant %s", err, want)
	}
}

func TestProgressOfWhatIsNoTerminal(t *testing.T) {
	var out bytes.Buffer
	b := newBars(&environment{stderr: &out})
	broken := errors.New("broken")
	b.show("read", 0, 1)
	if err := b.resumable(broken); err != broken {
		t.Errorf("nothing was sent, but: %v", err)
	}
	b.show("read", 1, 1)
	b.show("trade", 0, 500)
	b.show("trade", 250, 500)
	b.finish()
	if want := "» read: 1 done\n» trade: 250 done\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err := b.resumable(broken); !errors.Is(err, broken) || !strings.Contains(err.Error(), "again") {
		t.Errorf("after sending: %v", err)
	}
}

func TestPasswordsAreShownOnThisMachineOnly(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:8080": true, "localhost:0": true,
		"[::1]:80": true, "0.0.0.0:8080": false, ":8080": false, "192.0.2.7:80": false, "x": false} {
		if got := loopback(address); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}
