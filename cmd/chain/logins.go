package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/staff"
)

// Login is a user of the demo with the password in clear, kept in a file that only its owner can read
// and shown on the demo's login page.
type Login struct {
	User     string     `json:"user"`
	Password string     `json:"password"`
	Role     staff.Role `json:"role"`
	Stores   []string   `json:"stores,omitempty"`
	Regions  []string   `json:"regions,omitempty"`
}

// KeyFile is where the chain's token key lies.
func (d State) KeyFile() string { return d.Path("token.key") }

// MasterFile is where the master keys of personal data lie. Without it no name, phone or address that the
// chain keeps can be read again.
func (d State) MasterFile() string { return d.Path("master.keys") }

// IdentityFile is where the key lies under which members are looked up.
func (d State) IdentityFile() string { return d.Path("identity.key") }

// ensureIdentity makes the identity key. A chain that has run before keeps the one that it has used, which
// followed from its token key.
func (d State) ensureIdentity() error {
	var known []byte
	if _, err := os.Stat(d.Path("postgres")); err == nil {
		ring, err := staff.LoadRing(d.KeyFile())
		if err != nil {
			return err
		}
		known = member.DerivedKey(ring.Root())
	}
	return staff.EnsureSecret(d.IdentityFile(), "the key to look members up", known)
}

// UsersFile is where the order service reads its users.
func (d State) UsersFile() string { return d.Path("users.json") }

// ClickHousePassword returns the password of the local ClickHouse, making it on first use. The engine
// can read files, so not every user of the machine, and no page in a browser, may ask it things.
func (d State) ClickHousePassword() (string, error) {
	file := d.Path("clickhouse.password")
	kept, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("cannot read the password of ClickHouse: %w", err)
	}
	password := staff.RandomPassword()
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("cannot keep the password of ClickHouse: %w", err)
	}
	return password, nil
}

// Logins returns the demo's users, making them with fresh passwords on first use. Users whose scope
// differs from the wanted one, because the chain changed, keep their password.
func (d State) Logins(wanted []Login) ([]Login, error) {
	file := d.Path("logins.json")
	kept, err := d.passwords()
	if err != nil {
		return nil, err
	}
	users := make([]staff.User, len(wanted))
	for i := range wanted {
		if wanted[i].Password = kept[wanted[i].User]; wanted[i].Password == "" {
			wanted[i].Password = staff.RandomPassword()
		}
		users[i] = staff.User{Name: wanted[i].User, Role: wanted[i].Role,
			Hash: staff.HashPassword(wanted[i].Password), Stores: wanted[i].Stores,
			Regions: wanted[i].Regions}
	}
	text, err := json.MarshalIndent(wanted, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("cannot keep the demo's logins: %w", err)
	}
	return wanted, staff.SaveFile(d.UsersFile(), users)
}

// ShownLogins returns the logins that a demo made, for its sign-in page.
func (d State) ShownLogins() ([]Login, error) {
	text, err := os.ReadFile(d.Path("logins.json"))
	if err != nil {
		return nil, fmt.Errorf("cannot read the demo's logins: %w", err)
	}
	var logins []Login
	if err := json.Unmarshal(text, &logins); err != nil {
		return nil, fmt.Errorf("cannot read the demo's logins: %w", err)
	}
	return logins, nil
}

// passwords returns the passwords of the logins that were made before, by user; none on first use.
func (d State) passwords() (map[string]string, error) {
	logins, err := d.ShownLogins()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	kept := make(map[string]string, len(logins))
	for _, l := range logins {
		kept[l.User] = l.Password
	}
	return kept, nil
}
