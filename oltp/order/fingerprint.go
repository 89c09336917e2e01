package order

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Fingerprint is a hash of what a request says, by which a key that is used for another request is found
// out. It is for requests that are few; v must marshal to JSON.
func Fingerprint(v any) (int64, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return 0, fmt.Errorf("cannot take the fingerprint of a %T: %w", v, err)
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:8])), nil
}
