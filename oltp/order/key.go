package order

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
)

// Key identifies a request for ever. The zero Key means none.
type Key [16]byte

// NewKey derives a key from who asks and the Idempotency-Key that was sent: two principals may use the
// same text. More parts tell apart several requests under one header, such as the rows of a bulk.
func NewKey(principal, key string, parts ...uint64) Key {
	buf := make([]byte, 0, len(principal)+len(key)+8*len(parts)+8)
	for _, text := range [...]string{principal, key} {
		buf = binary.AppendUvarint(buf, uint64(len(text)))
		buf = append(buf, text...)
	}
	for _, p := range parts {
		buf = binary.BigEndian.AppendUint64(buf, p)
	}
	sum := sha256.Sum256(buf)
	return Key(sum[:16])
}

// RandomKey returns a key that nobody else has.
func RandomKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // never fails: crypto/rand ends the program instead
	return k
}
