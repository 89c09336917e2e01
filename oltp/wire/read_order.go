package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Read reads an order.
func (o *Order) Read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool { return o.field(r, b, name) }) {
		return
	}
	o.check(r)
}

// Read reads a bulk of orders; each row's faults carry its index.
func (o *Orders) Read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) != "orders" {
			return false
		}
		r.Rows(b.Rows, func(int) {
			o.Orders = append(o.Orders, OrderRow{})
			o.Orders[len(o.Orders)-1].read(r, b)
		})
		return true
	}) {
		return
	}
	needRows(r, "orders", len(o.Orders))
}

func (o *OrderRow) read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) == "idempotency_key" {
			o.Key = r.String(MaxKey)
			return true
		}
		return o.field(r, b, name)
	}) {
		return
	}
	need(r, "idempotency_key", o.Key)
	o.check(r)
}

func (o *Order) field(r *scan.Reader, b Bounds, name []byte) bool {
	switch string(name) {
	case "store":
		o.Store = r.String(MaxCode)
	case "member":
		o.Member = r.String(MaxCode)
	case "channel":
		o.Channel = scan.Name(r, retail.ParseChannel, Channels)
	case "fulfilment":
		o.Fulfilment = scan.Name(r, retail.ParseFulfilment, Fulfilments)
	case "placed_at":
		o.PlacedAt = r.Time()
	case "paid":
		o.Paid = r.Bool()
	case "payment_method":
		o.PaymentMethod = r.String(MaxMethod)
	case "external_ref":
		o.ExternalRef = r.String(MaxRef)
	case "campaign":
		o.Campaign = retail.CampaignID(r.Int(0, math.MaxInt32))
	case "simulated":
		o.Simulated = r.Bool()
	case "lines":
		o.lines(r, b)
	default:
		return false
	}
	return true
}

func (o *Order) lines(r *scan.Reader, b Bounds) {
	if o.Lines == nil {
		o.Lines = make([]OrderLine, 0, 4)
	}
	r.Array(b.Lines, func(int) {
		o.Lines = append(o.Lines, OrderLine{})
		o.Lines[len(o.Lines)-1].read(r)
	})
}

func (o *Order) check(r *scan.Reader) {
	need(r, "store", o.Store)
	if len(o.Lines) == 0 {
		r.Missing("lines", "must hold at least one line")
	}
}

func (l *OrderLine) read(r *scan.Reader) {
	qty := false
	if !r.Object(func(name []byte) bool {
		qty = qty || string(name) == "qty"
		return l.field(r, name)
	}) {
		return
	}
	need(r, "sku", l.SKU)
	if !qty {
		r.Missing("qty", "is missing")
	}
}

func (l *OrderLine) field(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "sku":
		l.SKU = r.String(MaxCode)
	case "qty":
		l.Qty = int32(r.Int(math.MinInt32, math.MaxInt32))
	case "unit_price":
		l.UnitPrice = readAmount(r)
	case "gross":
		l.Gross = readAmount(r)
	case "discount":
		l.Discount = readMoney(r)
	case "coupon_discount":
		l.CouponDiscount = readMoney(r)
	case "kind":
		l.Kind = scan.Name(r, retail.ParseLineKind, LineKinds)
	case "reason":
		l.Reason = r.String(MaxReason)
	default:
		return false
	}
	return true
}

// need records a fault when a required text is empty and nothing was said about it already.
func need(r *scan.Reader, field, value string) {
	if value == "" {
		r.Missing(field, "is missing")
	}
}

func needRows(r *scan.Reader, field string, n int) {
	if n == 0 {
		r.Missing(field, "must hold at least one row")
	}
}
