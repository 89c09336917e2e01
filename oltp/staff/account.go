package staff

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The bounds of a password, in bytes. Length is all that is asked of one.
const (
	MinPassword = 10
	MaxPassword = 128
)

// Fault says what is wrong with an account.
type Fault struct{ Field, Value, Reason string }

func (f *Fault) Error() string { return fmt.Sprintf("%s %q %s", f.Field, f.Value, f.Reason) }

// CheckPassword says what is wrong with a new password. The fault never shows it.
func CheckPassword(password string) error {
	if n := len(password); n < MinPassword || n > MaxPassword {
		return &Fault{Field: "password",
			Reason: fmt.Sprintf("must have %d to %d bytes", MinPassword, MaxPassword)}
	}
	return nil
}

// Limits of an account.
const (
	maxName   = 64
	maxCovers = 500
)

// CheckName says what is wrong with the name of an account.
func CheckName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return &Fault{"name", strings.ToValidUTF8(name, "\uFFFD"),
			fmt.Sprintf("must be text of 1 to %d bytes", maxName)}
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return &Fault{"name", name, "must not hold control characters"}
	}
	return nil
}

// CheckAccount says what is wrong with an account apart from its password. A role that is bound to
// stores names them, or its regions; one that is not names none.
func CheckAccount(u *User) error {
	if err := CheckName(u.Name); err != nil {
		return err
	}
	if !u.Role.Known() {
		return &Fault{"role", string(u.Role), fmt.Sprintf("is none of %v", Roles())}
	}
	ofStores, ofRegions := u.Role == StoreManager || u.Role == Guide, u.Role == RegionManager
	switch {
	case ofStores == (len(u.Stores) == 0):
		return &Fault{"stores", "", fmt.Sprintf("of a %s: a store manager and a guide have some, others none",
			u.Role)}
	case ofRegions == (len(u.Regions) == 0):
		return &Fault{"regions", "", fmt.Sprintf("of a %s: a region manager has some, others none", u.Role)}
	case len(u.Stores) > maxCovers || len(u.Regions) > maxCovers:
		return &Fault{"stores", "", fmt.Sprintf("are more than %d", maxCovers)}
	}
	return nil
}
