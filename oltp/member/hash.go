package member

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
)

// Digits returns a phone number as it is hashed: without +, blanks and hyphens, and a mainland mobile
// number without its country code, so that the same phone is found however it was written.
func Digits(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.TrimLeft(phone, "+"))
	if len(digits) == 13 && strings.HasPrefix(digits, "861") {
		return digits[2:]
	}
	return digits
}

// PhoneHash is the keyed hash of a phone number by which members travel in events, empty for none.
func PhoneHash(key []byte, phone string) []byte {
	if phone == "" {
		return []byte{}
	}
	return keyed(key, Digits(phone))
}

// UnionHash is the keyed hash of a unionid.
func UnionHash(key []byte, unionID string) []byte { return keyed(key, "unionid\x00"+unionID) }

// CodeHash is the keyed hash of a member's code: all that is kept of an erased member's.
func CodeHash(key []byte, code string) []byte { return keyed(key, "code\x00"+code) }

// KeyMark tells keys apart without showing them.
func KeyMark(key []byte) []byte { return keyed(key, "mark\x00") }

// DerivedKey is the key under which chains looked members up that had none of its own for that: it followed
// from the root of their token keys.
func DerivedKey(root []byte) []byte {
	sum := sha256.Sum256(append([]byte("identity\x00"), root...))
	return sum[:]
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// LastFour are the last digits of a phone number.
func LastFour(phone string) string {
	digits := Digits(phone)
	return digits[max(0, len(digits)-4):]
}
