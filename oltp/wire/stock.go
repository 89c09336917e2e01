package wire

import "time"

// StockMove is one row of POST /v1/stock/moves.
type StockMove struct {
	// Key makes sending the row again harmless.
	Key   string `json:"idempotency_key"`
	Store string `json:"store"`
	SKU   string `json:"sku"`
	// Kind is receive, adjust, write_off or damage.
	Kind string `json:"kind"`
	// Qty is what is added: positive for receive, negative for write_off and damage.
	Qty int32 `json:"qty"`
	// At defaults to the moment of arrival.
	At time.Time `json:"at,omitzero"`
	// Reason says why; an adjustment must have one.
	Reason    string `json:"reason,omitempty"`
	Simulated bool   `json:"simulated,omitempty"`
	// WholePacks refuses a quantity that breaks a pack.
	WholePacks bool `json:"whole_packs,omitempty"`
}

// StockMoves is the body of POST /v1/stock/moves.
type StockMoves struct {
	Moves []StockMove `json:"moves"`
}

// StockLevel is what a store has of a SKU.
type StockLevel struct {
	Store string `json:"store"`
	SKU   string `json:"sku"`
	// Available is OnHand - Reserved.
	OnHand    int32 `json:"on_hand"`
	Reserved  int32 `json:"reserved"`
	Available int32 `json:"available"`
	// Version rises with each move.
	Version int64 `json:"version"`
}

// StockRow answers one row of a bulk of moves.
type StockRow struct {
	Status   int         `json:"status"`
	Level    *StockLevel `json:"level,omitempty"`
	Replayed bool        `json:"replayed,omitempty"`
	Problem  *Problem    `json:"problem,omitempty"`
}

// StockRows answers a bulk of moves, in the order of the request.
type StockRows struct {
	Results []StockRow `json:"results"`
	Failed  int        `json:"failed"`
}
