package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Read reads a refund.
func (f *Refund) Read(r *scan.Reader, b Bounds) {
	r.Object(func(name []byte) bool { return f.field(r, b, name) })
}

// Read reads a bulk of refunds; each row's faults carry its index.
func (f *Refunds) Read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) != "refunds" {
			return false
		}
		r.Rows(b.Rows, func(int) {
			f.Refunds = append(f.Refunds, RefundRow{})
			f.Refunds[len(f.Refunds)-1].read(r, b)
		})
		return true
	}) {
		return
	}
	needRows(r, "refunds", len(f.Refunds))
}

func (f *RefundRow) read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) == "idempotency_key" {
			f.Key = r.String(MaxKey)
			return true
		}
		return f.field(r, b, name)
	}) {
		return
	}
	need(r, "idempotency_key", f.Key)
}

func (f *Refund) field(r *scan.Reader, b Bounds, name []byte) bool {
	switch string(name) {
	case "order":
		f.Order = r.Int(0, math.MaxInt64)
	case "store":
		f.Store = r.String(MaxCode)
	case "member":
		f.Member = r.String(MaxCode)
	case "channel":
		f.Channel = scan.Name(r, retail.ParseChannel, Channels)
	case "at":
		f.At = r.Time()
	case "reason":
		f.Reason = r.String(MaxReason)
	case "external_ref":
		f.ExternalRef = r.String(MaxRef)
	case "simulated":
		f.Simulated = r.Bool()
	case "restock":
		f.Restock = r.Bool()
	case "lines":
		r.Array(b.Lines, func(int) {
			f.Lines = append(f.Lines, RefundLine{})
			f.Lines[len(f.Lines)-1].read(r)
		})
	default:
		return false
	}
	return true
}

func (l *RefundLine) read(r *scan.Reader) {
	qty := false
	if !r.Object(func(name []byte) bool {
		qty = qty || string(name) == "qty"
		return l.field(r, name)
	}) {
		return
	}
	if !qty {
		r.Missing("qty", "is missing")
	}
}

func (l *RefundLine) field(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "line":
		l.Line = int(r.Int(1, math.MaxInt16))
	case "sku":
		l.SKU = r.String(MaxCode)
	case "qty":
		l.Qty = int32(r.Int(math.MinInt32, math.MaxInt32))
	case "gross":
		l.Gross = readAmount(r)
	case "discount":
		l.Discount = readMoney(r)
	default:
		return false
	}
	return true
}
