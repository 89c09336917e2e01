// Package signedtest gives tests a courier service for one machine and the client of a chain that it knows.
package signedtest

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/courier/signed"
	"github.com/tillstream/tillstream/oltp/courier/signed/simulated"
)

// Shop is what the service calls the chain.
const Shop = "shop-1"

// Secret returns the shared secret.
func Secret() []byte { return []byte(strings.Repeat("s", signed.MinSecretBytes)) }

// Start runs the simulation for the length of the test. Callbacks go to notifyURL.
func Start(t testing.TB, notifyURL string, change ...func(*signed.Config, *simulated.Config)) (
	*simulated.Server, *signed.Client) {
	t.Helper()
	side := simulated.Config{Shop: Shop, Secret: Secret(), Retries: []time.Duration{time.Millisecond,
		10 * time.Millisecond, 100 * time.Millisecond, time.Second, time.Second, time.Second}}
	cfg := signed.Config{Shop: Shop, Secret: Secret(), NotifyURL: notifyURL, Simulation: true}
	for _, c := range change {
		c(&cfg, &side)
	}
	server := simulated.New(side)
	t.Cleanup(server.Close)
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	cfg.URL = listener.URL
	client, err := signed.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return server, client
}
