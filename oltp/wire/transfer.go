package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Transfer is the body of POST /v1/transfers.
type Transfer struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Freight is what the way costs.
	Freight retail.Money `json:"freight,omitzero"`
	Reason  string       `json:"reason,omitempty"`
	// WholePacks refuses quantities that break a pack.
	WholePacks bool           `json:"whole_packs,omitempty"`
	Simulated  bool           `json:"simulated,omitempty"`
	Lines      []TransferLine `json:"lines"`
}

// TransferLine is one SKU of a Transfer.
type TransferLine struct {
	SKU string `json:"sku"`
	Qty int32  `json:"qty"`
}

// Decision is the body of steps of a transfer or a stocktake that only somebody decides.
type Decision struct {
	Reason string `json:"reason,omitempty"`
}

// Shipment is the body of POST /v1/transfers/{id}/ship.
type Shipment struct {
	// At defaults to the moment of arrival.
	At time.Time `json:"at,omitzero"`
	// Lines say what leaves; a line that is not named leaves in full.
	Lines []ShipmentLine `json:"lines,omitempty"`
}

// ShipmentLine is what leaves of one line.
type ShipmentLine struct {
	Line int16 `json:"line"`
	Qty  int32 `json:"qty"`
}

// Receipt is the body of POST /v1/transfers/{id}/receive.
type Receipt struct {
	// At defaults to the moment of arrival.
	At time.Time `json:"at,omitzero"`
	// Lines say what arrived; a line that is not named arrived in full.
	Lines []ReceiptLine `json:"lines,omitempty"`
}

// ReceiptLine is what arrived of one line. What is neither received nor claimed is written off.
type ReceiptLine struct {
	Line     int16 `json:"line"`
	Received int32 `json:"received"`
	Claimed  int32 `json:"claimed,omitempty"`
	// Reason must be given for what is missing.
	Reason string `json:"reason,omitempty"`
}

// TransferView shows a transfer.
type TransferView struct {
	ID      int64        `json:"id"`
	From    string       `json:"from"`
	To      string       `json:"to"`
	State   string       `json:"state"`
	Freight retail.Money `json:"freight"`
	// Cost is what the shipped goods cost the chain.
	Cost       retail.Money       `json:"cost"`
	Reason     string             `json:"reason,omitempty"`
	CreatedAt  time.Time          `json:"created_at"`
	ShippedAt  time.Time          `json:"shipped_at,omitzero"`
	ReceivedAt time.Time          `json:"received_at,omitzero"`
	Simulated  bool               `json:"simulated,omitempty"`
	Lines      []TransferViewLine `json:"lines"`
	// Steps say who did what; lists leave them out.
	Steps    []TransferStep `json:"steps,omitempty"`
	Replayed bool           `json:"replayed,omitempty"`
}

// TransferViewLine shows a line of a transfer.
type TransferViewLine struct {
	Line     int16  `json:"line"`
	SKU      string `json:"sku"`
	Qty      int32  `json:"qty"`
	Shipped  int32  `json:"shipped"`
	Received int32  `json:"received"`
	Lost     int32  `json:"lost"`
	Claimed  int32  `json:"claimed"`
	Reason   string `json:"reason,omitempty"`
}

// TransferStep is who brought a transfer where, and why.
type TransferStep struct {
	State  string    `json:"state"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Reason string    `json:"reason,omitempty"`
}

// InTransit is what is on the road to a store.
type InTransit struct {
	Store string `json:"store"`
	SKU   string `json:"sku"`
	Qty   int32  `json:"qty"`
}
