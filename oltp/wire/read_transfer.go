package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// maxDocumentLines bounds the lines of a transfer, and of one request to a stocktake.
const maxDocumentLines = 2_000

// Read reads a transfer.
func (t *Transfer) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "from":
			t.From = r.String(MaxCode)
		case "to":
			t.To = r.String(MaxCode)
		case "freight":
			t.Freight, _ = r.Money()
		case "reason":
			t.Reason = r.String(MaxReason)
		case "whole_packs":
			t.WholePacks = r.Bool()
		case "simulated":
			t.Simulated = r.Bool()
		case "lines":
			readLines(r, &t.Lines, (*TransferLine).read)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "from", t.From)
	need(r, "to", t.To)
	needRows(r, "lines", len(t.Lines))
}

// readLines reads an array of lines.
func readLines[T any](r *scan.Reader, into *[]T, read func(*T, *scan.Reader)) {
	r.Array(maxDocumentLines, func(int) {
		var line T
		read(&line, r)
		*into = append(*into, line)
	})
}

func (l *TransferLine) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "sku":
			l.SKU = r.String(MaxCode)
		case "qty":
			l.Qty = int32(r.Int(1, math.MaxInt32))
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "sku", l.SKU)
}

// Read reads a decision.
func (d *Decision) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		if string(name) != "reason" {
			return false
		}
		d.Reason = r.String(MaxReason)
		return true
	})
}

// Read reads a shipment.
func (s *Shipment) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "at":
			s.At = r.Time()
		case "lines":
			readLines(r, &s.Lines, (*ShipmentLine).read)
		default:
			return false
		}
		return true
	})
}

func (l *ShipmentLine) read(r *scan.Reader) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "line":
			l.Line = int16(r.Int(1, math.MaxInt16))
		case "qty":
			l.Qty = int32(r.Int(0, math.MaxInt32))
		default:
			return false
		}
		return true
	})
}

// Read reads a receipt.
func (p *Receipt) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "at":
			p.At = r.Time()
		case "lines":
			readLines(r, &p.Lines, (*ReceiptLine).read)
		default:
			return false
		}
		return true
	})
}

func (l *ReceiptLine) read(r *scan.Reader) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "line":
			l.Line = int16(r.Int(1, math.MaxInt16))
		case "received":
			l.Received = int32(r.Int(0, math.MaxInt32))
		case "claimed":
			l.Claimed = int32(r.Int(0, math.MaxInt32))
		case "reason":
			l.Reason = r.String(MaxReason)
		default:
			return false
		}
		return true
	})
}
