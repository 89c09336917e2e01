package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

// Algorithm names the encryption of a resource.
const Algorithm = "AEAD_AES_256_GCM"

// KeyBytes is the length of the API key.
const KeyBytes = 32

// Notification is the body of a callback.
type Notification struct {
	ID           string   `json:"id"`
	CreateTime   string   `json:"create_time"`
	EventType    string   `json:"event_type"`
	ResourceType string   `json:"resource_type"`
	Summary      string   `json:"summary"`
	Resource     Resource `json:"resource"`
}

// Resource is the encrypted content of a callback.
type Resource struct {
	Algorithm      string `json:"algorithm"`
	Ciphertext     string `json:"ciphertext"`
	AssociatedData string `json:"associated_data"`
	Nonce          string `json:"nonce"`
	OriginalType   string `json:"original_type"`
}

// Amount is the money of a trade or a refund, in fen.
type Amount struct {
	Total    int64  `json:"total"`
	Refund   int64  `json:"refund,omitempty"`
	Currency string `json:"currency,omitempty"`
}

// Transaction is what a callback, or a query, tells of a trade.
type Transaction struct {
	AppID         string    `json:"appid"`
	MchID         string    `json:"mchid"`
	OutTradeNo    string    `json:"out_trade_no"`
	TransactionID string    `json:"transaction_id,omitempty"`
	TradeState    string    `json:"trade_state"`
	SuccessTime   time.Time `json:"success_time,omitzero"`
	Amount        Amount    `json:"amount"`
}

// Refund is what a callback, or an answer, tells of a refund.
type Refund struct {
	MchID         string    `json:"mchid,omitempty"`
	OutTradeNo    string    `json:"out_trade_no"`
	TransactionID string    `json:"transaction_id,omitempty"`
	OutRefundNo   string    `json:"out_refund_no"`
	RefundID      string    `json:"refund_id,omitempty"`
	Status        string    `json:"status,omitempty"`        // of an answer
	RefundStatus  string    `json:"refund_status,omitempty"` // of a callback
	SuccessTime   time.Time `json:"success_time,omitzero"`
	Amount        Amount    `json:"amount"`
}

// Seal encrypts the content of a callback.
func Seal(key []byte, original string, plain []byte) (Resource, error) {
	aead, err := newGCM(key)
	if err != nil {
		return Resource{}, err
	}
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
	nonce := hex.EncodeToString(random[:])
	sealed := aead.Seal(nil, []byte(nonce), plain, []byte(original))
	return Resource{Algorithm: Algorithm, AssociatedData: original, Nonce: nonce, OriginalType: original,
		Ciphertext: base64.StdEncoding.EncodeToString(sealed)}, nil
}

// Open decrypts the content of a callback.
func (r *Resource) Open(key []byte) ([]byte, error) {
	if r.Algorithm != Algorithm {
		return nil, fmt.Errorf("cannot decrypt %q, only %s", r.Algorithm, Algorithm)
	}
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	if len(r.Nonce) != aead.NonceSize() {
		return nil, fmt.Errorf("cannot decrypt with a nonce of %d bytes, want %d", len(r.Nonce),
			aead.NonceSize())
	}
	sealed, err := base64.StdEncoding.DecodeString(r.Ciphertext)
	if err != nil {
		return nil, fmt.Errorf("cannot decrypt what is not base64: %w", err)
	}
	return aead.Open(nil, []byte(r.Nonce), sealed, []byte(r.AssociatedData))
}

func newGCM(key []byte) (cipher.AEAD, error) {
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("the API key has %d bytes, want %d", len(key), KeyBytes)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
