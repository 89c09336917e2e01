package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Timeline is the answer of GET /v1/orders/{id}/timeline.
type Timeline struct {
	Order int64 `json:"order"`
	// State is where the order stands now.
	State string `json:"state"`
	// ExpiresAt is when an order that is not paid by then frees its goods.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Steps are what happened, the oldest first.
	Steps []TimelineStep `json:"steps"`
}

// TimelineStep is one step of a Timeline.
type TimelineStep struct {
	// Step is a fixed word that clients translate, such as "picking".
	Step string    `json:"step"`
	At   time.Time `json:"at"`
	// Reason is a fixed word for members, and whatever was recorded for staff.
	Reason string `json:"reason,omitempty"`
	// Net is what a refund gave back.
	Net retail.Money `json:"net,omitempty"`
}
