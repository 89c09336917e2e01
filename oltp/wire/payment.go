package wire

import (
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Charge is the body of POST /v1/orders/{id}/payment.
type Charge struct {
	// Provider is the name of the payment provider.
	Provider string `json:"provider"`
	// Payer is the customer's id at the provider. It is handed on and not kept.
	Payer string `json:"payer,omitempty"`
}

// Read reads a charge.
func (c *Charge) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "provider":
			c.Provider = r.String(MaxMethod)
		case "payer":
			c.Payer = r.Secret(MaxRef)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "provider", c.Provider)
}

// Charged is the answer of POST /v1/orders/{id}/payment.
type Charged struct {
	Order    int64        `json:"order"`
	Provider string       `json:"provider"`
	Trade    string       `json:"trade"`
	Amount   retail.Money `json:"amount"`
	// Orders are what is paid for: the orders of the cart that were unpaid, with their shares.
	Orders []ChargedOrder `json:"orders"`
	// Params are what the customer's app hands to the provider.
	Params    map[string]string `json:"params"`
	ExpiresAt time.Time         `json:"expires_at,omitzero"`
	// Simulated says that no real money moves.
	Simulated bool `json:"simulated,omitempty"`
}

// ChargedOrder is an order's share of a charge.
type ChargedOrder struct {
	Order  int64        `json:"order"`
	Amount retail.Money `json:"amount"`
}
