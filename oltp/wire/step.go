package wire

import "time"

// Payment is the body of POST /v1/orders/{id}/pay.
type Payment struct {
	// At defaults to the moment of arrival.
	At     time.Time `json:"at,omitzero"`
	Method string    `json:"payment_method,omitempty"`
}

// Cancellation is the body of POST /v1/orders/{id}/cancel.
type Cancellation struct {
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Progress is the body of POST /v1/orders/{id}/pick, /ready, /ship, /deliver and /complete.
type Progress struct {
	At time.Time `json:"at,omitzero"`
}
