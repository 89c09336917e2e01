package staff

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// User is somebody who may log in.
type User struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
	Hash Hash   `json:"hash"`
	// Stores are the codes of the stores that a StoreManager runs or a Guide works in.
	Stores []string `json:"stores,omitempty"`
	// Regions are the codes of the regions that a RegionManager runs. Their stores are looked up at
	// login, so a new store shows after the next one.
	Regions []string `json:"regions,omitempty"`
	// ID and Version are those of the account; 0 for a user who has none. The version rises with each
	// change, and tokens of an earlier one count no longer.
	ID      int32 `json:"-"`
	Version int64 `json:"-"`
	// Inactive says that the account may not log in.
	Inactive bool `json:"-"`
}

// Directory finds users.
type Directory interface {
	// User returns the user of that name; found is false when there is none, or none who may log in.
	User(ctx context.Context, name string) (u User, found bool, err error)
}

// maxUsersFile bounds the file of users, in bytes.
const maxUsersFile = 4 << 20

// File is a Directory read from a JSON file: an array of users.
type File struct{ users map[string]User }

// LoadFile reads a File and checks every user.
func LoadFile(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load users: %w", err)
	}
	if info.Size() > maxUsersFile {
		return nil, fmt.Errorf("cannot load users: %s has %d bytes, at most %d are read", path,
			info.Size(), maxUsersFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load users: %w", err)
	}
	var users []User
	if err := json.Unmarshal(text, &users); err != nil {
		return nil, fmt.Errorf("cannot load users from %s: %w", path, err)
	}
	f := &File{users: make(map[string]User, len(users))}
	for i, u := range users {
		if err := u.validate(); err != nil {
			return nil, fmt.Errorf("cannot load users from %s: user %d: %w", path, i, err)
		}
		if _, twice := f.users[u.Name]; twice {
			return nil, fmt.Errorf("cannot load users from %s: %q is there twice", path, u.Name)
		}
		f.users[u.Name] = u
	}
	return f, nil
}

// SaveFile writes users to a file that only its owner reads, in place of what was there.
func SaveFile(path string, users []User) error {
	for i, u := range users {
		if err := u.validate(); err != nil {
			return fmt.Errorf("cannot save users: user %d: %w", i, err)
		}
	}
	text, err := json.MarshalIndent(users, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot save users: %w", err)
	}
	if err := replace(path, append(text, '\n')); err != nil {
		return fmt.Errorf("cannot save users: %w", err)
	}
	return nil
}

// Users lists them.
func (f *File) Users() []User {
	return slices.SortedFunc(maps.Values(f.users), func(a, b User) int { return cmp.Compare(a.Name, b.Name) })
}

// User returns the user of that name.
func (f *File) User(_ context.Context, name string) (User, bool, error) {
	u, found := f.users[name]
	return u, found, nil
}

func (u *User) validate() error {
	if u.Name == "" || len(u.Name) > maxName {
		return fmt.Errorf("name %q must have 1 to %d bytes", u.Name, maxName)
	}
	if !u.Role.Known() {
		return fmt.Errorf("%s: role %q is none of %v", u.Name, u.Role, Roles())
	}
	if (u.Role == StoreManager || u.Role == Guide) && len(u.Stores) == 0 {
		return fmt.Errorf("%s: a %s needs stores", u.Name, u.Role)
	}
	if u.Role == RegionManager && len(u.Regions) == 0 {
		return fmt.Errorf("%s: a %s needs regions", u.Name, u.Role)
	}
	if err := u.Hash.Validate(); err != nil {
		return fmt.Errorf("%s: %w", u.Name, err)
	}
	return nil
}

// replace writes a file that only its owner reads, whole or not at all.
func replace(path string, data []byte) error {
	tmp, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	return os.Rename(tmp, path)
}
