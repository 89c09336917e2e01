package order

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// Hashes tell a repeated request from another one under the same key. They cover what the caller sent,
// before defaults are filled in: a default time differs each time. They are stored, so the order of
// the fields never changes. A collision could only hide a caller's own mistake from him.
type hasher struct{ buf []byte }

func (h *hasher) ints(values ...int64) {
	for _, v := range values {
		h.buf = binary.AppendVarint(h.buf, v)
	}
}

func (h *hasher) text(texts ...string) {
	for _, s := range texts {
		h.buf = binary.AppendUvarint(h.buf, uint64(len(s)))
		h.buf = append(h.buf, s...)
	}
}

func (h *hasher) sum() int64 {
	sum := int64(xxhash.Sum64(h.buf))
	h.buf = h.buf[:0]
	return sum
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// listedLine sets a line that left its price to the list apart from one that asked for nothing.
const listedLine = 1 << 8

func (h *hasher) request(r *Request) int64 {
	h.ints(int64(r.Store), int64(r.Member), int64(r.Channel), int64(r.Fulfilment), flag(r.Paid),
		int64(r.Campaign), flag(r.Simulated), int64(len(r.Lines)))
	if !r.PlacedAt.IsZero() {
		h.ints(r.PlacedAt.UnixMicro())
	}
	h.text(r.PaymentMethod, r.ExternalRef)
	for i := range r.Lines {
		l := &r.Lines[i]
		kind, unit, gross := int64(l.Kind), int64(l.UnitPrice), int64(l.Gross)
		if l.Listed { // the caller sent neither, and the list may say something else next time
			kind, unit, gross = kind|listedLine, 0, 0
		}
		h.ints(int64(l.SKU), kind, int64(l.Qty), unit, gross, int64(l.Discount), int64(l.CouponDiscount))
		h.text(l.Reason)
	}
	return h.sum()
}

func (h *hasher) refund(r *Refund) int64 {
	h.ints(int64(r.Order), int64(r.Store), int64(r.Member), int64(r.Channel), flag(r.Simulated),
		flag(r.Restock), int64(len(r.Lines)))
	if !r.At.IsZero() {
		h.ints(r.At.UnixMicro())
	}
	h.text(r.Reason, r.ExternalRef)
	for i := range r.Lines {
		l := &r.Lines[i]
		h.ints(int64(l.No), int64(l.SKU), int64(l.Qty), flag(l.Exact), int64(l.Gross), int64(l.Discount))
	}
	return h.sum()
}
