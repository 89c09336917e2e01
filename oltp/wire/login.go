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
	Who
}

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
