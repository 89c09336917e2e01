package order

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

func TestRequestsThatBreakARule(t *testing.T) {
	d := newDesk(t)
	good := func() Request { return sale(1, pieces(1, 2)) }
	f := func(field string, line int, spoil func(*Request)) {
		t.Helper()
		r := good()
		spoil(&r)
		err := new(placing).prepare(&r, d.w, new(hasher), noon)
		var bad *Invalid
		if !errors.As(err, &bad) || bad.Field != field || bad.Line != line {
			t.Errorf("%s: got %v", field, err)
		}
	}
	ok := good()
	if err := new(placing).prepare(&ok, d.w, new(hasher), noon); err != nil {
		t.Fatal(err)
	}
	f("store", -1, func(r *Request) { r.Store = 10 })
	f("channel", -1, func(r *Request) { r.Channel = 9 })
	f("fulfilment", -1, func(r *Request) { r.Fulfilment = 9 })
	f("member", -1, func(r *Request) { r.Member = -1 })
	f("placed_at", -1, func(r *Request) { r.PlacedAt = time.Unix(0, 0) })
	f("placed_at", -1, func(r *Request) { r.PlacedAt = noon.AddDate(73, 0, 0) })
	f("placed_at", -1, func(r *Request) { r.PlacedAt = noon.Add(MaxAhead + time.Second) })
	f("external_ref", -1, func(r *Request) { r.ExternalRef = "\xff" })
	f("payment_method", -1, func(r *Request) { r.PaymentMethod = "a\x00b" })
	f("payment_method", -1, func(r *Request) { r.PaymentMethod = strings.Repeat("x", MaxText+1) })
	f("lines", -1, func(r *Request) { r.Lines = nil })
	f("lines", -1, func(r *Request) { r.Lines = make([]Line, 10_000) })
	f("sku", 0, func(r *Request) { r.Lines[0].SKU = 100 })
	f("kind", 0, func(r *Request) { r.Lines[0].Kind = 9 })
	f("qty", 0, func(r *Request) { r.Lines[0].Qty = 0 })
	f("qty", 0, func(r *Request) { r.Lines[0].Qty = -1 })
	f("qty", 0, func(r *Request) { r.Lines[0].Qty = MaxQty + 1 })
	f("gross", 0, func(r *Request) { r.Lines[0].Gross = -1 })
	f("gross", 0, func(r *Request) { r.Lines[0].Gross = retail.MaxMoney + 1 })
	f("discount", 0, func(r *Request) { r.Lines[0].Discount = 2001 })
	f("coupon_discount", 0, func(r *Request) { r.Lines[0].CouponDiscount = 1 })
	f("reason", 1, func(r *Request) {
		r.Lines = append(r.Lines, Line{SKU: 1, Kind: retail.Adjustment, Reason: "\xff"})
	})
	f("qty", 0, func(r *Request) { r.Lines[0].Kind = retail.Adjustment })
	f("qty", 0, func(r *Request) { r.Lines[0].Kind = retail.StockWriteOff })
	f("qty", 0, func(r *Request) { r.Lines[0].Kind = retail.WriteOff })
	f("gross", 0, func(r *Request) { r.Lines[0] = Line{SKU: 1, Kind: retail.WriteOff, Gross: 1} })
	f("gross", 0, func(r *Request) {
		r.Lines[0] = Line{SKU: 1, Kind: retail.StockWriteOff, Qty: -1, Gross: 1}
	})
	f("lines", -1, func(r *Request) {
		r.Lines[0].Gross = retail.MaxMoney
		r.Lines = append(r.Lines, r.Lines[0])
	})
}

func TestMovesThatBreakARule(t *testing.T) {
	d := newDesk(t)
	f := func(field string, spoil func(*stock.Move)) {
		t.Helper()
		m := stock.Move{StockKey: retail.StockKey{Store: 1, SKU: 1}, Kind: retail.Receive, Qty: 1}
		spoil(&m)
		err := new(moving).prepare(&m, d.w, noon)
		var bad *Invalid
		if field != "" && (!errors.As(err, &bad) || bad.Field != field) || field == "" && err != nil {
			t.Errorf("%q: got %v", field, err)
		}
	}
	f("", func(*stock.Move) {})
	f("store", func(m *stock.Move) { m.Store = 0 })
	f("sku", func(m *stock.Move) { m.SKU = 0 })
	f("kind", func(m *stock.Move) { m.Kind = retail.Sell })
	f("qty", func(m *stock.Move) { m.Qty = 0 })
	f("qty", func(m *stock.Move) { m.Qty = MaxReceived + 1 })
	f("qty", func(m *stock.Move) { m.Kind, m.Qty = retail.StockLoss, 1 })
	f("at", func(m *stock.Move) { m.At = time.Unix(0, 0) })
	f("reason", func(m *stock.Move) { m.Reason = "\xff" })
}
