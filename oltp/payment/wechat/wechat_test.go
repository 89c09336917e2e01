package wechat_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/payment/wechat"
	"github.com/tillstream/tillstream/oltp/payment/wechat/simulated"
	"github.com/tillstream/tillstream/oltp/payment/wechat/wechattest"
)

type callback struct {
	header http.Header
	body   []byte
}

// merchant receives callbacks; it fails the first few.
func merchant(t *testing.T, failures int) (url string, got chan callback) {
	t.Helper()
	got = make(chan callback, 8)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if failures > 0 {
			failures--
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		got <- callback{r.Header, body}
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// TestOneTradeFromPrepayToRefund goes through the real client and the simulation over HTTP.
func TestOneTradeFromPrepayToRefund(t *testing.T) {
	url, got := merchant(t, 3)
	sim, client := wechattest.Start(t, url)
	ctx := t.Context()
	charge := payment.Charge{Trade: "T1", Amount: 2350, Payer: "openid", Text: "order 1"}
	for range 2 {
		p, err := client.Prepay(ctx, charge)
		if err != nil || p.Params["package"] != "prepay_id="+p.ID || p.Params["paySign"] == "" {
			t.Fatalf("got %+v, %v", p, err)
		}
	}
	if n, err := client.Query(ctx, "T1"); err != nil || n.Status != payment.Pending || n.Amount != 2350 {
		t.Errorf("before: %+v, %v", n, err)
	}
	if err := sim.Pay("T1"); err != nil {
		t.Fatal(err)
	}
	c := <-got
	n, err := client.ParseNotify(c.header, c.body)
	if err != nil || n.Kind != payment.ChargeNotice || n.Status != payment.Done || n.Trade != "T1" ||
		n.Amount != 2350 || n.Transaction == "" || time.Since(n.At) > time.Minute {
		t.Fatalf("got %+v, %v", n, err)
	}
	if asked, err := client.Query(ctx, "T1"); err != nil || asked != n {
		t.Errorf("asked: %+v, %v, told %+v", asked, err, n)
	}
	back := payment.Repayment{Trade: "T1", Number: "R9", Amount: 350, Total: 2350, Reason: "torn"}
	for range 2 {
		if r, err := client.Refund(ctx, back); err != nil || r.Status != payment.Pending {
			t.Fatalf("got %+v, %v", r, err)
		}
	}
	c = <-got
	r, err := client.ParseNotify(c.header, c.body)
	if err != nil || r.Kind != payment.RefundNotice || r.Status != payment.Done || r.Number != "R9" ||
		r.Amount != 350 {
		t.Fatalf("got %+v, %v", r, err)
	}
	if fen := sim.Given("T1"); fen != 350 {
		t.Errorf("%d fen went back", fen)
	}
	back.Number, back.Amount = "R10", 2001
	if _, err := client.Refund(ctx, back); !errors.Is(err, payment.ErrRejected) {
		t.Errorf("more than was paid: %v", err)
	}
	if _, err := client.Query(ctx, "T2"); !errors.Is(err, payment.ErrRejected) {
		t.Errorf("an unknown trade: %v", err)
	}
}

// TestForgedCallbacks believes nothing that WeChat Pay did not sign just now.
func TestForgedCallbacks(t *testing.T) {
	url, got := merchant(t, 0)
	now := time.Now()
	clock := func() time.Time { return now }
	sim, client := wechattest.Start(t, url, func(c *wechat.Config, s *simulated.Config) {
		c.Now, s.Now = clock, func() time.Time { return time.Now() }
	})
	if _, err := client.Prepay(t.Context(), payment.Charge{Trade: "T1", Amount: 100}); err != nil {
		t.Fatal(err)
	}
	if err := sim.Pay("T1"); err != nil {
		t.Fatal(err)
	}
	c := <-got
	f := func(what string, change func(h http.Header, body []byte)) {
		t.Helper()
		h, body := c.header.Clone(), append([]byte{}, c.body...)
		change(h, body)
		if _, err := client.ParseNotify(h, body); !errors.Is(err, payment.ErrForged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("another body", func(_ http.Header, b []byte) { b[len(b)/2] ^= 1 })
	f("another nonce", func(h http.Header, _ []byte) { h.Set(wechat.HeaderNonce, "x") })
	f("another key", func(h http.Header, _ []byte) { h.Set(wechat.HeaderSerial, "other") })
	f("no signature", func(h http.Header, _ []byte) { h.Del(wechat.HeaderSignature) })
	f("a test of ours", func(h http.Header, _ []byte) {
		h.Set(wechat.HeaderSignature, "WECHATPAY/SIGNTEST/"+h.Get(wechat.HeaderSignature))
	})
	f("another time", func(h http.Header, _ []byte) {
		h.Set(wechat.HeaderTimestamp, strconv.FormatInt(now.Add(time.Second*2).Unix(), 10))
	})
	f("no time", func(h http.Header, _ []byte) { h.Del(wechat.HeaderTimestamp) })
	now = now.Add(6 * time.Minute)
	f("a replay", func(http.Header, []byte) {})
}

// TestResourcesAreBound to key, nonce and associated data.
func TestResourcesAreBound(t *testing.T) {
	key := wechattest.APIKey()
	r, err := wechat.Seal(key, "transaction", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := r.Open(key); err != nil || string(plain) != "secret" {
		t.Fatalf("got %q, %v", plain, err)
	}
	f := func(what string, change func(*wechat.Resource)) {
		t.Helper()
		other := r
		change(&other)
		if plain, err := other.Open(key); err == nil {
			t.Errorf("%s opens as %q", what, plain)
		}
	}
	f("other data", func(r *wechat.Resource) { r.AssociatedData = "refund" })
	f("another algorithm", func(r *wechat.Resource) { r.Algorithm = "none" })
	f("a short nonce", func(r *wechat.Resource) { r.Nonce = "x" })
	f("no base64", func(r *wechat.Resource) { r.Ciphertext = "*" })
	f("a cut", func(r *wechat.Resource) { r.Ciphertext = r.Ciphertext[:8] })
	if _, err := r.Open(key[1:]); err == nil {
		t.Error("a short key opens")
	}
}

// TestRequestsOfOthersAreRefused because the simulation checks signatures as WeChat Pay does.
func TestRequestsOfOthersAreRefused(t *testing.T) {
	_, client := wechattest.Start(t, "", func(c *wechat.Config, _ *simulated.Config) { c.Merchant = "other" })
	_, err := client.Prepay(context.Background(), payment.Charge{Trade: "T1", Amount: 100})
	if !errors.Is(err, payment.ErrRejected) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseNotify(f *testing.F) {
	client := wechat.New(wechat.Config{APIKey: wechattest.APIKey()})
	f.Add("1", "n", "s", "sig", []byte("{}"))
	f.Fuzz(func(t *testing.T, stamp, nonce, serial, sig string, body []byte) {
		h := http.Header{}
		h.Set(wechat.HeaderTimestamp, stamp)
		h.Set(wechat.HeaderNonce, nonce)
		h.Set(wechat.HeaderSerial, serial)
		h.Set(wechat.HeaderSignature, sig)
		if n, err := client.ParseNotify(h, body); !errors.Is(err, payment.ErrForged) {
			t.Errorf("believed %+v, %v", n, err)
		}
	})
}
