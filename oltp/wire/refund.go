package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Refund is the body of POST /v1/refunds, and of POST /v1/orders/{id}/refund, where Order is left out.
type Refund struct {
	// Order is the order's number, 0 for a return without a receipt.
	Order int64 `json:"order,omitempty"`
	// Store takes the return; it may be left out where there is an order.
	Store string `json:"store,omitempty"`
	// Member is the code of the member who returns goods without a receipt.
	Member string `json:"member,omitempty"`
	// Channel is the name of a retail.Channel; "" means the order's, or till.
	Channel string `json:"channel,omitempty"`
	// At defaults to the moment of arrival.
	At          time.Time `json:"at,omitzero"`
	Reason      string    `json:"reason,omitempty"`
	ExternalRef string    `json:"external_ref,omitempty"`
	Simulated   bool      `json:"simulated,omitempty"`
	// Restock puts the goods back on the shelf.
	Restock bool `json:"restock,omitempty"`
	// Lines may be empty where there is an order: all that is left of it goes back.
	Lines []RefundLine `json:"lines,omitempty"`
}

// RefundLine is one line of a Refund.
type RefundLine struct {
	// Line is the number of the order's line, from 1; 0 without an order.
	Line int `json:"line,omitempty"`
	// SKU is the code of what goes back, where there is no order.
	SKU string `json:"sku,omitempty"`
	// Qty is how many go back.
	Qty int32 `json:"qty"`
	// Gross defaults to the order line's share for Qty. It is required without an order.
	Gross Amount `json:"gross,omitzero"`
	// Discount is what the customer had been given on Gross; it needs Gross.
	Discount retail.Money `json:"discount,omitempty"`
}

// RefundRow is one row of a bulk of refunds.
type RefundRow struct {
	// Key makes sending the row again harmless.
	Key string `json:"idempotency_key"`
	Refund
}

// Refunds is the body of POST /v1/refunds/bulk.
type Refunds struct {
	Refunds []RefundRow `json:"refunds"`
}
