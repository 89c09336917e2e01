package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Stocktake is the body of POST /v1/stocktakes.
type Stocktake struct {
	Store     string `json:"store"`
	Note      string `json:"note,omitempty"`
	Simulated bool   `json:"simulated,omitempty"`
	// Lines are first counts; there may be none yet.
	Lines []CountLine `json:"lines,omitempty"`
}

// Counts is the body of POST /v1/stocktakes/{id}/counts.
type Counts struct {
	Lines []CountLine `json:"lines"`
}

// CountLine is how many pieces of a SKU there are.
type CountLine struct {
	SKU     string `json:"sku"`
	Counted int32  `json:"counted"`
}

// StocktakeView shows a stocktake, and once it is closed its report.
type StocktakeView struct {
	ID       int64     `json:"id"`
	Store    string    `json:"store"`
	State    string    `json:"state"`
	Note     string    `json:"note,omitempty"`
	OpenedAt time.Time `json:"opened_at"`
	OpenedBy string    `json:"opened_by"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
	ClosedBy string    `json:"closed_by,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	// Value is what the differences are worth to the chain.
	Value     retail.Money `json:"value"`
	Simulated bool         `json:"simulated,omitempty"`
	// Lines are left out of lists.
	Lines    []StocktakeViewLine `json:"lines,omitempty"`
	Replayed bool                `json:"replayed,omitempty"`
}

// StocktakeViewLine shows a count. Expected, Difference and Value are 0 until the stocktake is closed.
type StocktakeViewLine struct {
	SKU        string       `json:"sku"`
	Counted    int32        `json:"counted"`
	CountedAt  time.Time    `json:"counted_at"`
	CountedBy  string       `json:"counted_by"`
	Expected   int32        `json:"expected"`
	Difference int32        `json:"difference"`
	Value      retail.Money `json:"value"`
}

// Safeties is the body of PUT /v1/stock/safety.
type Safeties struct {
	Safeties []Safety `json:"safeties"`
}

// Safety is the safety stock of a SKU at a store; 0 takes it away.
type Safety struct {
	Store  string `json:"store"`
	SKU    string `json:"sku"`
	Safety int32  `json:"safety"`
}

// HeldStock is what a store has of a SKU, and what comes.
type HeldStock struct {
	StockLevel
	// Safety is the safety stock, InTransit what is on the road from other stores.
	Safety    int32 `json:"safety"`
	InTransit int32 `json:"in_transit"`
}

// StockEntry is one entry of the stock ledger, with the levels after it.
type StockEntry struct {
	Store         string    `json:"store"`
	SKU           string    `json:"sku"`
	Kind          string    `json:"kind"`
	From          string    `json:"from"`
	To            string    `json:"to"`
	OnHandDelta   int32     `json:"on_hand_delta"`
	ReservedDelta int32     `json:"reserved_delta"`
	OnHand        int32     `json:"on_hand"`
	Reserved      int32     `json:"reserved"`
	Version       int64     `json:"version"`
	Ref           int64     `json:"ref,omitempty"`
	At            time.Time `json:"at"`
	Reason        string    `json:"reason,omitempty"`
	Simulated     bool      `json:"simulated,omitempty"`
}
