package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a new hash: argon2id with 19 MiB, two passes and one lane, the least that OWASP's
// password storage cheat sheet asks for. A hash says its own cost, so these may rise.
const (
	argonMemoryKiB = 19 * 1024
	argonTime      = 2
	argonLanes     = 1
	argonSalt      = 16
	argonLength    = 32
	// maxArgonMemoryKiB and maxArgonTime bound what a stored hash may cost to check.
	maxArgonMemoryKiB = 256 * 1024
	maxArgonTime      = 10
)

var errHash = errors.New("not an argon2id hash")

// Hash is the argon2id hash of a password in the PHC string format.
type Hash string

// HashPassword hashes a password with a fresh salt.
func HashPassword(password string) Hash {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	sum := argon2.IDKey([]byte(password), salt, argonTime, argonMemoryKiB, argonLanes, argonLength)
	b64 := base64.RawStdEncoding
	return Hash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB,
		argonTime, argonLanes, b64.EncodeToString(salt), b64.EncodeToString(sum)))
}

// Matches reports whether the password is the hashed one. It takes about 20 ms.
func (h Hash) Matches(password string) bool {
	p, err := h.parse()
	if err != nil {
		return false
	}
	sum := argon2.IDKey([]byte(password), p.salt, p.time, p.memoryKiB, p.lanes, uint32(len(p.sum)))
	return subtle.ConstantTimeCompare(sum, p.sum) == 1
}

// Validate says whether h is a hash that can be checked at a bearable cost.
func (h Hash) Validate() error {
	_, err := h.parse()
	return err
}

type hashParts struct {
	memoryKiB, time uint32
	lanes           uint8
	salt, sum       []byte
}

func (h Hash) parse() (p hashParts, err error) {
	var version int
	var tail string
	_, err = fmt.Sscanf(string(h), "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &p.memoryKiB,
		&p.time, &p.lanes, &tail)
	if err != nil || version != argon2.Version {
		return p, errHash
	}
	if p.memoryKiB > maxArgonMemoryKiB || p.time > maxArgonTime || p.time < 1 || p.lanes < 1 {
		return p, fmt.Errorf("%w: its cost m=%d,t=%d,p=%d is out of bounds", errHash, p.memoryKiB,
			p.time, p.lanes)
	}
	salt, sum, found := strings.Cut(tail, "$")
	if !found {
		return p, errHash
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(salt); err != nil {
		return p, errHash
	}
	if p.sum, err = base64.RawStdEncoding.DecodeString(sum); err != nil || len(p.sum) < 16 {
		return p, errHash
	}
	return p, nil
}

// RandomPassword returns a password of 20 letters and digits, about 100 bits.
func RandomPassword() string {
	return rand.Text()[:20]
}
