package wire

import (
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// Login is the body of POST /v1/login.
type Login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Session answers a login.
type Session struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
	// Refresh gets the next token, once, until RefreshExpires.
	Refresh        string    `json:"refresh,omitempty"`
	RefreshExpires time.Time `json:"refresh_expires,omitzero"`
	Who
}

// Refresh is the body of POST /v1/session/refresh, and of POST /v1/logout, which needs none.
type Refresh struct {
	Refresh string `json:"refresh,omitempty"`
}

// Read reads a refresh token, if there is one.
func (f *Refresh) Read(r *scan.Reader, _ Bounds) {
	if r.AtEnd() {
		return
	}
	r.Object(func(name []byte) bool {
		if string(name) != "refresh" {
			return false
		}
		f.Refresh = r.Secret(MaxPassword)
		return true
	})
}

// NewPassword is the body of POST /v1/session/password, and of POST /v1/staff/{name}/password, which needs
// no old one.
type NewPassword struct {
	Old string `json:"old,omitempty"`
	New string `json:"new"`
}

// Read reads a change of password.
func (p *NewPassword) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "old":
			p.Old = r.Secret(MaxPassword)
		case "new":
			p.New = r.Secret(MaxPassword)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "new", p.New)
}

// Account is an account of the staff, as a row of PUT /v1/staff and of GET /v1/staff.
type Account struct {
	Name string `json:"name"`
	Role string `json:"role"`
	// Stores are the codes of the stores of a store manager or a guide.
	Stores []string `json:"stores,omitempty"`
	// Regions are the codes of the regions of a region manager.
	Regions  []string `json:"regions,omitempty"`
	Inactive bool     `json:"inactive,omitempty"`
	// Password is for a new account; an existing one keeps its own. It is never shown.
	Password string `json:"password,omitempty"`
	// Version is shown and never read.
	Version int64 `json:"version,omitempty"`
}

// Accounts is the body of PUT /v1/staff.
type Accounts struct {
	Staff []Account `json:"staff"`
}

// Read reads a bulk of accounts; each row's faults carry its index.
func (b *Accounts) Read(r *scan.Reader, bounds Bounds) {
	bounds.Rows = min(bounds.Rows, MaxAccounts)
	b.Staff = readRows(r, bounds, "staff", (*Account).read)
}

func (a *Account) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "name":
			a.Name = r.String(MaxCode)
		case "role":
			a.Role = r.String(MaxCode)
		case "stores":
			r.Array(MaxCovers, func(int) { a.Stores = append(a.Stores, r.String(MaxCode)) })
		case "regions":
			r.Array(MaxCovers, func(int) { a.Regions = append(a.Regions, r.String(MaxCode)) })
		case "inactive":
			a.Inactive = r.Bool()
		case "password":
			a.Password = r.Secret(MaxPassword)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "name", a.Name)
	need(r, "role", a.Role)
}

// Limits of accounts: hashing a password takes its time, and the stores travel in every token.
const (
	MaxAccounts = 100
	MaxCovers   = 500
)

// Who is a user who is signed in, the answer of GET /v1/session.
type Who struct {
	User string `json:"user"`
	Role string `json:"role"`
	// Stores are the codes of the visible stores; nil means the whole chain.
	Stores []string `json:"stores,omitzero"`
	// Regions are the codes of the regions of a region manager.
	Regions []string `json:"regions,omitempty"`
}

// Empty is a body that says nothing: none, null or {}.
type Empty struct{}

// Read reads nothing.
func (*Empty) Read(r *scan.Reader, _ Bounds) {
	if !r.AtEnd() {
		r.Object(func([]byte) bool { return false })
	}
}
