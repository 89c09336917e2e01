package role

import (
	"errors"

	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/staff"
)

// IdentityKey says under which key members are looked up.
type IdentityKey struct {
	IdentityKeyFile string `help:"File with the key under which members are looked up, in hexadecimal. It never changes." env:"TILLSTREAM_IDENTITY_KEY_FILE" placeholder:"FILE"`
}

// load reads the key. A service that would look members up under a key of the moment does not start.
func (c IdentityKey) load() ([]byte, error) {
	if c.IdentityKeyFile == "" {
		return nil, errors.New("no key to look members up: set TILLSTREAM_IDENTITY_KEY_FILE to a file that " +
			"only its owner reads. A new chain fills it with `openssl rand -hex 32`; a chain that has " +
			"members keeps the key it has used so far, which `tillstream identity-key` prints")
	}
	return staff.LoadSecret(c.IdentityKeyFile, "the key to look members up")
}

// DerivedIdentity is the key under which chains looked members up that had none of their own: it followed
// from the first line of the file of token keys.
func DerivedIdentity(tokenKeyFile string) ([]byte, error) {
	ring, err := staff.LoadRing(tokenKeyFile)
	if err != nil {
		return nil, err
	}
	return member.DerivedKey(ring.Root()), nil
}
