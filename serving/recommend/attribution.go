package recommend

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// Attribution says which answer an item was shown in. Its text travels to the client and comes back in
// impressions, clicks and orders.
type Attribution struct {
	// Model is the low half of the snapshot's version.
	Model uint32
	// Request tells answers apart; it has 48 bits.
	Request uint64
	Variant uint8
	Scene   Scene
	HeldOut bool
}

// AttributionBytes is the length of the text.
const AttributionBytes = 22

// Signer seals attributions: one AES block, in which 32 bits are always the same. A client can read
// nothing from it and make none up: a text that was not sealed here passes once in four thousand million.
// A MAC beside the plain fields costs ten times as much and makes the text twice as long.
type Signer struct{ block cipher.Block }

// sealed is what the constant bits say.
const sealed = 0x74737265

// NewSigner makes a signer of a secret of 16, 24 or 32 bytes.
func NewSigner(key []byte) (*Signer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cannot sign attributions: %w", err)
	}
	return &Signer{block}, nil
}

// Sheet is the memory that sealing needs.
type Sheet [aes.BlockSize]byte

// Append appends the text of a.
func (s *Signer) Append(dst []byte, sheet *Sheet, a Attribution) []byte {
	b := sheet[:]
	binary.BigEndian.PutUint32(b, sealed)
	binary.BigEndian.PutUint32(b[4:], a.Model)
	held := uint64(0)
	if a.HeldOut {
		held = 0x80
	}
	binary.BigEndian.PutUint64(b[8:], a.Request<<16|uint64(a.Variant)<<8|held|uint64(a.Scene))
	s.block.Encrypt(b, b)
	return base64.RawURLEncoding.AppendEncode(dst, b)
}

var errAttribution = errors.New("cannot read attribution: it was not made here, or under another key")

// Open reads a text that Append made.
func (s *Signer) Open(text []byte) (Attribution, error) {
	var b Sheet
	if len(text) != AttributionBytes {
		return Attribution{}, errAttribution
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(b[:], text); err != nil || n != len(b) {
		return Attribution{}, errAttribution
	}
	s.block.Decrypt(b[:], b[:])
	if binary.BigEndian.Uint32(b[:]) != sealed || b[15]&0x7f >= byte(sceneCount) {
		return Attribution{}, errAttribution
	}
	return Attribution{Model: binary.BigEndian.Uint32(b[4:]), Request: binary.BigEndian.Uint64(b[8:]) >> 16,
		Variant: b[14], Scene: Scene(b[15] & 0x7f), HeldOut: b[15]&0x80 != 0}, nil
}
