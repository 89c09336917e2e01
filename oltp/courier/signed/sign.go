package signed

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers that carry a signature.
const (
	HeaderShop      = "Courier-Shop"
	HeaderTimestamp = "Courier-Timestamp"
	HeaderNonce     = "Courier-Nonce"
	HeaderSignature = "Courier-Signature"
)

// MinSecretBytes is how long a secret must be.
const MinSecretBytes = 32

// replayWindow is how far the time of a message may lie from ours.
const replayWindow = 5 * time.Minute

// nonceChars is how long a nonce is.
const nonceChars = 32

// Purposes keep a message from being taken for one of another kind.
const (
	PurposeNotify = "notify"
	purposeAnswer = "answer"
)

// PurposeRequest is the purpose of a request.
func PurposeRequest(method, path string) string { return method + " " + path }

// PurposeAnswer is the purpose of the answer to the request with a nonce.
func PurposeAnswer(nonce string) string { return purposeAnswer + " " + nonce }

// Sign adds the headers under which a message is believed.
func Sign(h http.Header, secret []byte, shop, purpose string, now time.Time, body []byte) {
	var b [nonceChars / 2]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	stamp, nonce := strconv.FormatInt(now.Unix(), 10), hex.EncodeToString(b[:])
	h.Set(HeaderShop, shop)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderNonce, nonce)
	h.Set(HeaderSignature, hex.EncodeToString(sum(secret, shop, purpose, stamp, nonce, body)))
}

// Verify checks the headers that Sign made.
func Verify(h http.Header, secret []byte, shop, purpose string, now time.Time, body []byte) error {
	stamp, nonce := h.Get(HeaderTimestamp), h.Get(HeaderNonce)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%s is %q", HeaderTimestamp, stamp)
	}
	if off := now.Sub(time.Unix(seconds, 0)).Abs(); off > replayWindow {
		return fmt.Errorf("it was signed %s from now, at most %s is taken", off.Round(time.Second),
			replayWindow)
	}
	if len(nonce) != nonceChars {
		return fmt.Errorf("%s has %d characters, want %d", HeaderNonce, len(nonce), nonceChars)
	}
	if got := h.Get(HeaderShop); got != shop {
		return fmt.Errorf("it is for the shop %q", got)
	}
	got, err := hex.DecodeString(h.Get(HeaderSignature))
	if err != nil || !hmac.Equal(got, sum(secret, shop, purpose, stamp, nonce, body)) {
		return errors.New("the signature is another one")
	}
	return nil
}

// sum signs lines and a body. No line holds a newline that a sender could choose: shop and purpose are ours,
// and the others were checked.
func sum(secret []byte, shop, purpose, stamp, nonce string, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(strings.Join([]string{shop, purpose, stamp, nonce, ""}, "\n"))) // a hash takes everything
	m.Write(body)
	return m.Sum(nil)
}
