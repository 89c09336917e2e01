package staff_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

var (
	noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	key  = []byte(strings.Repeat("k", staff.MinKeyBytes))
)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func verifier(t *testing.T, now func() time.Time) *staff.Verifier {
	t.Helper()
	v, err := staff.NewVerifier(key, now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func token(t *testing.T, p staff.Principal, ttl time.Duration) string {
	t.Helper()
	text, err := staff.Issuer{Key: key, Now: at(noon)}.Token(p, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTokenCarriesThePrincipal(t *testing.T) {
	f := func(p staff.Principal) {
		t.Helper()
		v := verifier(t, at(noon.Add(time.Minute)))
		for range 2 { // the second time from memory
			got, err := v.Verify(token(t, p, time.Hour))
			if err != nil || !reflect.DeepEqual(*got, p) {
				t.Fatalf("got %+v, %v, want %+v", got, err, p)
			}
		}
	}
	f(staff.Principal{User: "hq", Role: staff.HQAdmin, Scope: retail.HQScope()})
	f(staff.Principal{User: "region", Role: staff.RegionManager, Scope: retail.StoreScope(3, 1),
		Regions: []string{"east"}})
	f(staff.Principal{User: "store", Role: staff.StoreManager, Scope: retail.StoreScope(7)})
	f(staff.Principal{User: "app", Role: staff.Storefront, Scope: retail.StoreScope()})
}

func TestManagerCannotClaimTheChain(t *testing.T) {
	text := token(t, staff.Principal{User: "m", Role: staff.StoreManager, Scope: retail.HQScope()},
		time.Hour)
	p, err := verifier(t, at(noon)).Verify(text)
	if err != nil || !p.Scope.Empty() {
		t.Fatalf("got %+v, %v, want a principal that sees nothing", p, err)
	}
}

func TestTokenExpires(t *testing.T) {
	text := token(t, staff.Principal{User: "hq", Role: staff.HQAdmin}, time.Hour)
	now := noon
	v := verifier(t, func() time.Time { return now })
	f := func(after time.Duration, valid bool) {
		t.Helper()
		now = noon.Add(after)
		if _, err := v.Verify(text); (err == nil) != valid {
			t.Errorf("after %s: got %v, want valid %t", after, err, valid)
		}
	}
	f(0, true)
	f(time.Hour+20*time.Second, true) // within the leeway
	f(time.Hour+31*time.Second, false)
	f(-time.Minute, true) // remembered: the clock went back
	v = verifier(t, func() time.Time { return now })
	f(-31*time.Second, false) // issued in the future
}

func TestForgedTokens(t *testing.T) {
	good := token(t, staff.Principal{User: "hq", Role: staff.HQAdmin, Scope: retail.HQScope()}, time.Hour)
	parts := strings.Split(good, ".")
	claims := map[string]any{"iss": "tillstream", "sub": "x", "role": "hq-admin", "chain": true,
		"exp": noon.Add(time.Hour).Unix()}
	with := func(name string, v any) map[string]any {
		c := map[string]any{name: v}
		for k, v := range claims {
			if _, set := c[k]; !set {
				c[k] = v
			}
		}
		return c
	}
	f := func(name, text string) {
		t.Helper()
		if p, err := verifier(t, at(noon)).Verify(text); !errors.Is(err, staff.ErrToken) {
			t.Errorf("%s: got %+v, %v, want ErrToken", name, p, err)
		}
	}
	f("empty", "")
	f("garbage", "a.b.c")
	f("another key", sign(t, claims, "HS256", []byte(strings.Repeat("x", 32))))
	f("alg none", b64(`{"alg":"none","typ":"JWT"}`)+"."+parts[1]+".")
	f("alg HS512", sign(t, claims, "HS512", key))
	f("changed claims", parts[0]+"."+b64(`{"iss":"tillstream","sub":"x","role":"hq-admin"}`)+"."+parts[2])
	f("no expiry", sign(t, with("exp", nil), "HS256", key))
	f("another issuer", sign(t, with("iss", "elsewhere"), "HS256", key))
	f("unknown role", sign(t, with("role", "root"), "HS256", key))
	f("no user", sign(t, with("sub", ""), "HS256", key))
	if _, err := verifier(t, at(noon)).Verify(sign(t, claims, "HS256", key)); err != nil {
		t.Errorf("the unforged token is refused: %v", err)
	}
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func sign(t *testing.T, claims map[string]any, alg string, key []byte) string {
	t.Helper()
	if alg != "HS256" {
		text, err := jwt.NewWithClaims(jwt.GetSigningMethod(alg), jwt.MapClaims(claims)).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := b64(`{"alg":"HS256","typ":"JWT"}`) + "." + b64(string(body))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + "." + b64(string(mac.Sum(nil)))
}

func TestShortKeysAreRefused(t *testing.T) {
	if _, err := staff.NewVerifier(key[1:], nil); err == nil {
		t.Error("a verifier takes a short key")
	}
	if _, err := (staff.Issuer{Key: key[1:]}).Token(staff.Principal{User: "x", Role: staff.HQAdmin},
		time.Hour); err == nil {
		t.Error("an issuer takes a short key")
	}
}
