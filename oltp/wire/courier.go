package wire

import (
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// CourierCall is the body of POST /v1/orders/{id}/courier.
type CourierCall struct {
	// Provider is the name of the courier service. Default: the one that the chain prefers.
	Provider string `json:"provider,omitempty"`
}

// Read reads a call for a courier.
func (c *CourierCall) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		if string(name) != "provider" {
			return false
		}
		c.Provider = r.String(MaxMethod)
		return true
	})
}

// Errand is one errand of a courier service for an order.
type Errand struct {
	// Number is ours, Task the service's own.
	Number   string `json:"number"`
	Task     string `json:"task,omitempty"`
	Provider string `json:"provider"`
	// State is asked, booked, assigned, picked_up, delivered, cancelled, failed or withdrawn.
	State string       `json:"state"`
	Fee   retail.Money `json:"fee"`
	// PickupAt is when the service means to be at the store.
	PickupAt  time.Time `json:"pickup_at,omitzero"`
	AskedAt   time.Time `json:"asked_at"`
	ChangedAt time.Time `json:"changed_at"`
	// Reason is a fixed word for why the errand ended early.
	Reason string `json:"reason,omitempty"`
	// Simulated says that nobody rides.
	Simulated bool `json:"simulated,omitempty"`
	// Replayed says that the errand was under way before.
	Replayed bool `json:"replayed,omitempty"`
}

// Errands is the answer of GET /v1/orders/{id}/courier.
type Errands struct {
	Order int64 `json:"order"`
	// Errands are those of the order, the oldest first.
	Errands []Errand `json:"errands"`
}
