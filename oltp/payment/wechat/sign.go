package wechat

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// Scheme names the way of signing.
const Scheme = "WECHATPAY2-SHA256-RSA2048"

// The headers that carry a signature of WeChat Pay.
const (
	HeaderTimestamp = "Wechatpay-Timestamp"
	HeaderNonce     = "Wechatpay-Nonce"
	HeaderSignature = "Wechatpay-Signature"
	HeaderSerial    = "Wechatpay-Serial"
)

// Sign signs lines, each ended by a newline, with RSA PKCS #1 v1.5 over SHA-256.
func Sign(key *rsa.PrivateKey, lines ...string) (string, error) {
	sum := sha256.Sum256([]byte(message(lines)))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("cannot sign: %w", err)
	}
	return base64.StdEncoding.EncodeToString(sig), nil
}

// Verify checks a signature that Sign made.
func Verify(key *rsa.PublicKey, signature string, lines ...string) error {
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return fmt.Errorf("the signature is not base64: %w", err)
	}
	sum := sha256.Sum256([]byte(message(lines)))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig)
}

func message(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// Nonce returns 32 random characters.
func Nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

// PrivateKey reads a merchant's key, PEM with PKCS #8 or PKCS #1.
func PrivateKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("cannot read a private key: no PEM block")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("cannot read a private key: %w", err)
	}
	key, ok := any.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot use a private key of type %T, want RSA", any)
	}
	return key, nil
}

// PublicKey reads WeChat Pay's key, PEM with a certificate or a public key.
func PublicKey(text []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("cannot read a public key: no PEM block")
	}
	var any any
	if block.Type == "CERTIFICATE" {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("cannot read a certificate: %w", err)
		}
		any = cert.PublicKey
	} else {
		var err error
		if any, err = x509.ParsePKIXPublicKey(block.Bytes); err != nil {
			return nil, fmt.Errorf("cannot read a public key: %w", err)
		}
	}
	key, ok := any.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("cannot use a public key of type %T, want RSA", any)
	}
	return key, nil
}
