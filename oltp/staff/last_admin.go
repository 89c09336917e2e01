package staff

import "fmt"

// LastAdmin says that a change would leave the chain without anybody who manages its staff.
type LastAdmin struct{ Name string }

func (e *LastAdmin) Error() string {
	return fmt.Sprintf("%q is the last active account of role %s, and without one nobody could manage the "+
		"staff: give another account that role first, then change this one", e.Name, HQAdmin)
}

// KeepAdmin finds the row that must not be put, because all of them together would leave none of the
// admins, who are named; nil when somebody stays.
func KeepAdmin(admins []string, rows []*User) *User {
	left := make(map[string]bool, len(admins))
	for _, name := range admins {
		left[name] = true
	}
	var last *User
	for _, u := range rows {
		switch {
		case u.Role == HQAdmin && !u.Inactive:
			left[u.Name] = true
		case left[u.Name]:
			delete(left, u.Name)
			last = u
		}
	}
	if len(left) > 0 {
		return nil
	}
	return last
}
