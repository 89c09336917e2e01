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
	// Request tells answers apart; it has 40 bits.
	Request uint64
	// Experiment is the number of the experiment that the visitor took part in, 0 for none, at most
	// MaxExperiment.
	Experiment uint16
	// Variant is the number of the visitor's variant in it, below MaxVariants.
	Variant uint8
	Scene   Scene
	HeldOut bool
	// ByMember says that the member was drawn for the variant, rather than the session.
	ByMember bool
}

// MaxRequest and MaxExperiment bound the numbers of answers and of experiments.
const (
	MaxRequest    = 1<<40 - 1
	MaxExperiment = 1<<14 - 1
)

// AttributionBytes is the length of the text.
const AttributionBytes = 22

// Signer seals attributions: one AES block, in which 32 bits are always the same, 32 are the model, and
// of the others, from the highest, 40 are the request, 14 the experiment, 5 the variant, 1 says held out,
// 1 by member, and 3 are the scene. A client can read
// nothing from it and make none up: a text that was not sealed here passes once in four thousand million.
// A MAC beside the plain fields costs ten times as much and makes the text twice as long.
type Signer struct{ block cipher.Block }

// sealed is what the constant bits say: that the others lie as they do. Another layout has another one, so
// that a text of before an upgrade cannot be read, rather than be misread.
const sealed = 0x74737266

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
	rest := a.Request<<24 | uint64(a.Experiment&MaxExperiment)<<10 | uint64(a.Variant%MaxVariants)<<5 |
		uint64(a.Scene)&7
	if a.HeldOut {
		rest |= 1 << 4
	}
	if a.ByMember {
		rest |= 1 << 3
	}
	binary.BigEndian.PutUint64(b[8:], rest)
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
	rest := binary.BigEndian.Uint64(b[8:])
	if binary.BigEndian.Uint32(b[:]) != sealed || Scene(rest&7) >= sceneCount {
		return Attribution{}, errAttribution
	}
	return Attribution{Model: binary.BigEndian.Uint32(b[4:]), Request: rest >> 24,
		Experiment: uint16(rest >> 10 & MaxExperiment), Variant: uint8(rest >> 5 & (MaxVariants - 1)),
		Scene: Scene(rest & 7), HeldOut: rest>>4&1 != 0, ByMember: rest>>3&1 != 0}, nil
}
