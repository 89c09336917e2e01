// Package wechattest gives tests a WeChat Pay for one machine and the client of a merchant that it knows.
package wechattest

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/payment/wechat"
	"github.com/tillstream/tillstream/oltp/payment/wechat/simulated"
)

// APIKey returns the merchant's key.
func APIKey() []byte { return []byte(strings.Repeat("k", wechat.KeyBytes)) }

// Start runs the simulation for the length of the test. Callbacks go to notifyURL.
func Start(t testing.TB, notifyURL string, change ...func(*wechat.Config, *simulated.Config)) (
	*simulated.Server, *wechat.Client) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	side := simulated.Config{Merchant: "1900000001", App: "wxapp", MerchantKey: &key.PublicKey,
		APIKey: APIKey(), Retries: []time.Duration{time.Millisecond, 10 * time.Millisecond,
			100 * time.Millisecond, time.Second, time.Second, time.Second}}
	cfg := wechat.Config{Merchant: side.Merchant, App: side.App, Key: key, Serial: "M1", APIKey: APIKey(),
		NotifyURL: notifyURL, Simulation: true}
	for _, c := range change {
		c(&cfg, &side)
	}
	server, err := simulated.New(side)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	cfg.URL = listener.URL
	cfg.PlatformKeys = map[string]*rsa.PublicKey{simulated.Serial: server.PublicKey()}
	return server, wechat.New(cfg)
}
