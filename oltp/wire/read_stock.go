package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// ParseMoveKind finds a kind of stock move that may come from outside an order.
func ParseMoveKind(s string) (retail.StockMoveKind, bool) {
	for _, kind := range [...]retail.StockMoveKind{retail.Receive, retail.Adjust,
		retail.StockLoss, retail.Damage} {
		if kind.String() == s {
			return kind, true
		}
	}
	return 0, false
}

// Read reads a bulk of stock moves; each row's faults carry its index.
func (b *StockMoves) Read(r *scan.Reader, bounds Bounds) {
	b.Moves = readRows(r, bounds, "moves", (*StockMove).read)
}

func (m *StockMove) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "idempotency_key":
			m.Key = r.String(MaxKey)
		case "store":
			m.Store = r.String(MaxCode)
		case "sku":
			m.SKU = r.String(MaxCode)
		case "kind":
			m.Kind = scan.Name(r, ParseMoveKind, MoveKinds)
		case "qty":
			m.Qty = int32(r.Int(math.MinInt32, math.MaxInt32))
		case "at":
			m.At = r.Time()
		case "reason":
			m.Reason = r.String(MaxReason)
		case "simulated":
			m.Simulated = r.Bool()
		case "whole_packs":
			m.WholePacks = r.Bool()
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "idempotency_key", m.Key)
	need(r, "store", m.Store)
	need(r, "sku", m.SKU)
	need(r, "kind", m.Kind)
	if m.Kind == retail.Adjust.String() {
		need(r, "reason", m.Reason)
	}
}
