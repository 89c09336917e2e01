package wire

import "time"

// Login is the body of POST /v1/login.
type Login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Session answers a login.
type Session struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
	User    string    `json:"user"`
	Role    string    `json:"role"`
	// Stores are the codes of the visible stores; it is left out for the whole chain.
	Stores []string `json:"stores,omitempty"`
	// Regions are the codes of the regions of a region manager.
	Regions []string `json:"regions,omitempty"`
}
