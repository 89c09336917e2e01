package wire

// Health answers /livez and /readyz.
type Health struct {
	// Status is ok or failed.
	Status       string       `json:"status"`
	Dependencies []Dependency `json:"dependencies,omitempty"`
}

// Dependency is one thing that a service needs.
type Dependency struct {
	Name string `json:"name"`
	// Status is ok or failed.
	Status string `json:"status"`
	// Reason says why it failed.
	Reason string `json:"reason,omitempty"`
}
