package signed_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/courier/signed"
	"github.com/tillstream/tillstream/oltp/courier/signed/signedtest"
	"github.com/tillstream/tillstream/oltp/courier/signed/simulated"
)

type callback struct {
	header http.Header
	body   []byte
}

// chain receives callbacks; it fails the first few.
func chain(t *testing.T, failures int) (url string, got chan callback) {
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

func errand(number string) courier.Errand {
	return courier.Errand{Number: number, From: courier.Pickup{Code: "A", Address: "Shop Road 1"},
		To: courier.Recipient{Name: "Wang Wei", Phone: "13800138000", Address: "Nanjing Road 1"}, Pieces: 2}
}

// TestOneErrandFromBookingToTheDoor goes through the real client and the simulation over HTTP.
func TestOneErrandFromBookingToTheDoor(t *testing.T) {
	url, got := chain(t, 3)
	sim, client := signedtest.Start(t, url)
	ctx := t.Context()
	if _, err := client.Query(ctx, "D1-1"); !errors.Is(err, courier.ErrUnknownErrand) {
		t.Errorf("before: %v", err)
	}
	var first courier.Notice
	for i := range 2 {
		n, err := client.Book(ctx, errand("D1-1"))
		if err != nil || n.State != courier.Booked || n.Task == "" || n.Fee != 800 || n.PickupAt.IsZero() ||
			i > 0 && n.Task != first.Task {
			t.Fatalf("got %+v, %v", n, err)
		}
		first = n
	}
	if asked, _ := sim.Asked("D1-1"); asked.To.Address != "Nanjing Road 1" || asked.From.Code != "A" {
		t.Errorf("asked %+v", asked)
	}
	for _, s := range []courier.State{courier.Assigned, courier.PickedUp} {
		if err := sim.Move("D1-1", s, ""); err != nil {
			t.Fatal(err)
		}
		c := <-got
		n, err := client.ParseNotify(c.header, c.body)
		if err != nil || n.State != s || n.Task != first.Task || n.Nonce == "" ||
			time.Since(n.At) > time.Minute {
			t.Fatalf("got %+v, %v", n, err)
		}
	}
	if err := client.Cancel(ctx, "D1-1"); !errors.Is(err, courier.ErrRejected) {
		t.Errorf("a rider with the goods is called back: %v", err)
	}
	if n, err := client.Query(ctx, "D1-1"); err != nil || n.State != courier.PickedUp {
		t.Errorf("got %+v, %v", n, err)
	}
	if _, err := client.Book(ctx, errand("D2-1")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := client.Cancel(ctx, "D2-1"); err != nil {
			t.Errorf("taken back: %v", err)
		}
	}
	sim.Refuse(500, 422)
	if _, err := client.Book(ctx, errand("D3-1")); err == nil || errors.Is(err, courier.ErrRejected) {
		t.Errorf("an outage is taken for a refusal: %v", err)
	}
	if _, err := client.Book(ctx, errand("D3-1")); !errors.Is(err, courier.ErrRejected) {
		t.Errorf("a refusal: %v", err)
	}
}

// TestForgedCallbacks believes nothing that the service did not sign just now, for us.
func TestForgedCallbacks(t *testing.T) {
	url, got := chain(t, 0)
	now := time.Now()
	sim, client := signedtest.Start(t, url, func(c *signed.Config, s *simulated.Config) {
		c.Now, s.Now = func() time.Time { return now }, func() time.Time { return time.Now() }
	})
	if _, err := client.Book(t.Context(), errand("D1-1")); err != nil {
		t.Fatal(err)
	}
	if err := sim.Move("D1-1", courier.Assigned, ""); err != nil {
		t.Fatal(err)
	}
	c := <-got
	f := func(what string, change func(h http.Header, body []byte)) {
		t.Helper()
		h, body := c.header.Clone(), append([]byte{}, c.body...)
		change(h, body)
		if _, err := client.ParseNotify(h, body); !errors.Is(err, courier.ErrForged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("another body", func(_ http.Header, b []byte) { b[len(b)/2] ^= 1 })
	f("another nonce", func(h http.Header, _ []byte) { h.Set(signed.HeaderNonce, "x") })
	f("a nonce as long", func(h http.Header, _ []byte) {
		h.Set(signed.HeaderNonce, "00000000000000000000000000000000")
	})
	f("another shop", func(h http.Header, _ []byte) { h.Set(signed.HeaderShop, "other") })
	f("no signature", func(h http.Header, _ []byte) { h.Del(signed.HeaderSignature) })
	f("another time", func(h http.Header, _ []byte) {
		h.Set(signed.HeaderTimestamp, strconv.FormatInt(now.Add(2*time.Second).Unix(), 10))
	})
	f("no time", func(h http.Header, _ []byte) { h.Del(signed.HeaderTimestamp) })
	f("an answer", func(h http.Header, b []byte) {
		signed.Sign(h, signedtest.Secret(), signedtest.Shop, signed.PurposeAnswer("x"), now, b)
	})
	f("a request of our own", func(h http.Header, b []byte) {
		purpose := signed.PurposeRequest("POST", "/v1/tasks")
		signed.Sign(h, signedtest.Secret(), signedtest.Shop, purpose, now, b)
	})
	now = now.Add(6 * time.Minute)
	f("a replay", func(http.Header, []byte) {})
	now = now.Add(-12 * time.Minute)
	f("a time to come", func(http.Header, []byte) {})
}

// TestUnreadableCallbacks are signed and yet no news.
func TestUnreadableCallbacks(t *testing.T) {
	_, client := signedtest.Start(t, "http://house")
	f := func(body string, want error) {
		t.Helper()
		h := http.Header{}
		signed.Sign(h, signedtest.Secret(), signedtest.Shop, signed.PurposeNotify, time.Now(), []byte(body))
		if n, err := client.ParseNotify(h, []byte(body)); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v", body, n, err)
		}
	}
	f(``, courier.ErrUnreadable)
	f(`{}`, courier.ErrUnreadable)
	f(`{"shop":"shop-1","number":"D1-1","task":"x","state":"lost"}`, courier.ErrUnreadable)
	f(`{"shop":"shop-1","number":"D1-1","task":"x","state":"asked"}`, courier.ErrUnreadable)
	f(`{"shop":"shop-1","number":"","task":"x","state":"booked"}`, courier.ErrUnreadable)
	f(`{"shop":"shop-1","number":"D1-1","task":"x","state":"booked","fee_fen":-1}`, courier.ErrUnreadable)
	f(`{"shop":"shop-1","number":"D1-1","task":"x","state":"booked","pickup_at":"0001-02-01T00:00:00Z"}`,
		courier.ErrUnreadable)
	f(`{"shop":"shop-2","number":"D1-1","task":"x","state":"booked"}`, courier.ErrMismatch)
}

// TestStrangersAreRefused by both sides.
func TestStrangersAreRefused(t *testing.T) {
	other := []byte("another secret of thirty-two bytes")
	_, client := signedtest.Start(t, "", func(c *signed.Config, _ *simulated.Config) { c.Secret = other })
	if _, err := client.Book(t.Context(), errand("D1-1")); err == nil || errors.Is(err, courier.ErrRejected) {
		t.Errorf("an answer that nobody signed is believed: %v", err)
	}
	if _, err := signed.New(signed.Config{Secret: []byte("short")}); err == nil {
		t.Error("a short secret is trusted")
	}
}

func FuzzParseNotify(f *testing.F) {
	client, err := signed.New(signed.Config{Secret: signedtest.Secret(), Shop: signedtest.Shop})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("1", "n", "s", "sig", []byte("{}"))
	f.Fuzz(func(t *testing.T, stamp, nonce, shop, sig string, body []byte) {
		h := http.Header{}
		h.Set(signed.HeaderTimestamp, stamp)
		h.Set(signed.HeaderNonce, nonce)
		h.Set(signed.HeaderShop, shop)
		h.Set(signed.HeaderSignature, sig)
		if n, err := client.ParseNotify(h, body); !errors.Is(err, courier.ErrForged) {
			t.Errorf("believed %+v, %v", n, err)
		}
	})
}
