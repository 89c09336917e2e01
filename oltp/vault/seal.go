package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// KeyBytes is the length of data keys and master keys: AES-256.
const KeyBytes = 32

// The sealed form: one byte for the version, the nonce, then ciphertext and tag as GCM makes them.
const (
	version    = 1
	nonceBytes = 12
	tagBytes   = 16
	// Overhead is how many bytes longer a sealed text is than the plain one.
	Overhead = 1 + nonceBytes + tagBytes
)

// ErrBroken says that bytes are not what was sealed for this owner and field: changed, cut, moved from
// another place, or of a form that this program does not know.
var ErrBroken = errors.New("the sealed data is not what was sealed here")

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("a key has %d bytes, want %d", len(key), KeyBytes)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal never uses a nonce twice in practice: 96 random bits, and no key seals more than a few fields.
func seal(aead cipher.AEAD, plain, binding []byte) []byte {
	out := make([]byte, 1+nonceBytes, len(plain)+Overhead)
	out[0] = version
	_, _ = rand.Read(out[1:]) // never fails: crypto/rand ends the program instead
	return aead.Seal(out, out[1:1+nonceBytes], plain, binding)
}

func open(aead cipher.AEAD, sealed, binding []byte) ([]byte, error) {
	nonce, text, err := parse(sealed)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nonce, text, binding)
	if err != nil {
		return nil, ErrBroken // the reason is always the same, and tells an attacker nothing
	}
	return plain, nil
}

// parse takes the sealed form apart.
func parse(sealed []byte) (nonce, text []byte, err error) {
	if len(sealed) < Overhead {
		return nil, nil, fmt.Errorf("%w: it has %d bytes, at least %d are needed", ErrBroken, len(sealed),
			Overhead)
	}
	if sealed[0] != version {
		return nil, nil, fmt.Errorf("%w: it has version %d, this program knows %d", ErrBroken, sealed[0],
			version)
	}
	return sealed[1 : 1+nonceBytes], sealed[1+nonceBytes:], nil
}
