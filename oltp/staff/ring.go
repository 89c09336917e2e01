package staff

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Ring is the chain's keys: the ones whose tokens are accepted, one of which signs new ones, and the root
// from which keys for other purposes are derived.
//
// To change the key, add a line to the file of every instance and restart them; mark it "sign" and
// restart them again; mark the old one "retired" when the longest token of it has ended. The first line
// is the root for ever: what is derived from it, such as visitors' names, would change with it. Nothing that
// must last is: members are looked up under a key of its own.
type Ring struct {
	root    []byte
	signing string
	keys    map[string][]byte
}

// NewRing is the ring of a single key.
func NewRing(key []byte) (*Ring, error) {
	if len(key) < MinKeyBytes {
		return nil, fmt.Errorf("cannot use a token key of %d bytes, at least %d are needed", len(key),
			MinKeyBytes)
	}
	id := keyID(key)
	return &Ring{root: bytes.Clone(key), signing: id, keys: map[string][]byte{id: bytes.Clone(key)}}, nil
}

// keyID names a key in the header of the tokens that it signed.
func keyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("key id\x00"), key...))
	return hex.EncodeToString(sum[:6])
}

// Root is what keys for other purposes are derived from.
func (r *Ring) Root() []byte { return r.root }

// LoadRing reads the keys from a file: one a line in hexadecimal, followed by "sign", by "retired" or by
// nothing. Without a mark the first one signs. Nobody but the owner may be able to read the file.
func LoadRing(path string) (*Ring, error) {
	text, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load the signing key: %w", err)
	}
	r := &Ring{keys: map[string][]byte{}}
	for line := range strings.Lines(string(text)) {
		if err := r.add(strings.Fields(line)); err != nil {
			return nil, fmt.Errorf("cannot load the signing key: %s %w", path, err)
		}
	}
	if r.root == nil || r.keys[r.signing] == nil {
		return nil, fmt.Errorf("cannot load the signing key: %s has none that signs", path)
	}
	return r, nil
}

func (r *Ring) add(fields []string) error {
	if len(fields) == 0 {
		return nil
	}
	key, err := hex.DecodeString(fields[0])
	if err != nil {
		return fmt.Errorf("is not hexadecimal")
	}
	if len(key) < MinKeyBytes {
		return fmt.Errorf("holds %d bytes, at least %d are needed", len(key), MinKeyBytes)
	}
	id, mark := keyID(key), strings.Join(fields[1:], " ")
	first := r.root == nil
	if first {
		r.root = key
	}
	switch {
	case mark == "retired":
		return nil
	case mark == "sign", mark == "" && first:
		r.signing = id
	case mark != "":
		return fmt.Errorf("marks a key as %q: want sign, retired or nothing", mark)
	}
	r.keys[id] = key
	return nil
}
