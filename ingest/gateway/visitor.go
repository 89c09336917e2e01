package gateway

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"
)

// What a pseudonym stands for; the same text gives different pseudonyms for different things.
const (
	visitorDomain = 'v'
	sessionDomain = 's'
)

// pseudonym is a keyed 64-bit hash of a text, never 0: SHA-256 over key, domain and text, of which 64
// bits are shown. That an attacker could lengthen the text, the weakness of such a construction, needs
// all 256 bits.
func (g *Gateway) pseudonym(domain byte, text string) uint64 { return pseudonym(&g.key, domain, text) }

func pseudonym[T string | []byte](key *[32]byte, domain byte, text T) uint64 {
	var room [256]byte
	b := append(room[:0], key[:]...)
	b = append(b, domain)
	b = append(b, text...)
	sum := sha256.Sum256(b)
	return max(1, binary.BigEndian.Uint64(sum[:]))
}

// Sessions returns how gateways with a visitor key name sessions, for those who answer the same visitors:
// the number under which the events of a session travel, and whether its text can be one.
func Sessions(visitorKey []byte) func(text []byte) (uint64, bool) {
	key := sha256.Sum256(visitorKey)
	return func(text []byte) (uint64, bool) {
		if len(text) == 0 || len(text) > maxVisitor {
			return 0, false
		}
		return pseudonym(&key, sessionDomain, text), true
	}
}

// The bounds of what is kept of a search.
const (
	maxQueryRunes = 100
	// maskedDigits is the length from which a run of digits may be a telephone or card number.
	maskedDigits = 7
)

// discreet trims a search and masks runs of seven or more digits, also when single blanks or dashes
// stand between them.
func discreet(query string) string {
	runes := []rune(strings.TrimSpace(query))
	for i := 0; i < len(runes); i++ {
		end, digits := digitRun(runes[i:])
		if digits >= maskedDigits {
			for j := i; j < i+end; j++ {
				runes[j] = '*'
			}
		}
		i += end
	}
	if len(runes) > maxQueryRunes {
		runes = runes[:maxQueryRunes]
	}
	return strings.TrimSpace(string(runes))
}

// digitRun returns the length of the run at the start and the digits in it.
func digitRun(runes []rune) (end, digits int) {
	for i, r := range runes {
		switch {
		case unicode.IsDigit(r):
			digits, end = digits+1, i+1
		case digits == 0 || end < i || !strings.ContainsRune(" -.()", r):
			return end, digits
		}
	}
	return end, digits
}
