package wire

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// The bodies below are written by hand because they are the traffic: encoding/json takes several times
// as long for each. What they write is what encoding/json would write, up to the escaping of <, > and &.

// AppendJSON appends the body to dst.
func (o *Order) AppendJSON(dst []byte) []byte {
	return append(o.appendFields(append(dst, '{')), '}')
}

// AppendJSON appends the body to dst.
func (o *Orders) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"orders":[`...)
	for i := range o.Orders {
		row := &o.Orders[i]
		dst = appendString(append(dst, `{"idempotency_key":`...), row.Key)
		dst = append(row.Order.appendFields(append(dst, ',')), '}', ',')
	}
	return append(closeList(dst, len(o.Orders)), '}')
}

func (o *Order) appendFields(dst []byte) []byte {
	dst = appendString(append(dst, `"store":`...), o.Store)
	dst = appendText(dst, `,"member":`, o.Member)
	dst = appendText(dst, `,"channel":`, o.Channel)
	dst = appendText(dst, `,"fulfilment":`, o.Fulfilment)
	dst = appendTime(dst, `,"placed_at":`, o.PlacedAt)
	dst = appendFlag(dst, `,"paid":true`, o.Paid)
	dst = appendText(dst, `,"payment_method":`, o.PaymentMethod)
	dst = appendText(dst, `,"external_ref":`, o.ExternalRef)
	if o.Campaign != 0 {
		dst = strconv.AppendInt(append(dst, `,"campaign":`...), int64(o.Campaign), 10)
	}
	dst = appendFlag(dst, `,"simulated":true`, o.Simulated)
	dst = append(dst, `,"lines":[`...)
	for i := range o.Lines {
		dst = append(o.Lines[i].append(dst), ',')
	}
	return closeList(dst, len(o.Lines))
}

func (l *OrderLine) append(dst []byte) []byte {
	dst = appendString(append(dst, `{"sku":`...), l.SKU)
	dst = strconv.AppendInt(append(dst, `,"qty":`...), int64(l.Qty), 10)
	dst = appendAmount(dst, `,"unit_price":`, l.UnitPrice)
	dst = appendAmount(dst, `,"gross":`, l.Gross)
	dst = appendAmount(dst, `,"discount":`, Amount{l.Discount, l.Discount != 0})
	dst = appendAmount(dst, `,"coupon_discount":`, Amount{l.CouponDiscount, l.CouponDiscount != 0})
	dst = appendText(dst, `,"kind":`, l.Kind)
	dst = appendText(dst, `,"reason":`, l.Reason)
	return append(dst, '}')
}

// AppendJSON appends the answer to dst.
func (p *Placed) AppendJSON(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"id":`...), p.ID, 10)
	dst = appendText(dst, `,"state":`, p.State)
	dst = p.Gross.Append(append(dst, `,"gross":`...))
	dst = p.Discount.Append(append(dst, `,"discount":`...))
	dst = p.Net.Append(append(dst, `,"net":`...))
	dst = appendFlag(dst, `,"replayed":true`, p.Replayed)
	return append(dst, '}')
}

// AppendJSON appends the answer to dst.
func (r *Rows) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"results":[`...)
	for i := range r.Results {
		dst = append(r.Results[i].append(dst), ',')
	}
	dst = closeList(dst, len(r.Results))
	return append(strconv.AppendInt(append(dst, `,"failed":`...), int64(r.Failed), 10), '}')
}

func (r *Row) append(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"status":`...), int64(r.Status), 10)
	if r.Order != nil {
		dst = r.Order.AppendJSON(append(dst, `,"order":`...))
	}
	if r.Problem != nil {
		text, err := json.Marshal(r.Problem)
		if err != nil {
			text = []byte("null") // a Fault's value that is not JSON: the status says enough
		}
		dst = append(append(dst, `,"problem":`...), text...)
	}
	return append(dst, '}')
}

// closeList turns the comma behind the last of n elements into the closing bracket.
func closeList(dst []byte, n int) []byte {
	if n > 0 {
		dst = dst[:len(dst)-1]
	}
	return append(dst, ']')
}

func appendText(dst []byte, name, s string) []byte {
	if s == "" {
		return dst
	}
	return appendString(append(dst, name...), s)
}

func appendFlag(dst []byte, text string, set bool) []byte {
	if !set {
		return dst
	}
	return append(dst, text...)
}

func appendAmount(dst []byte, name string, a Amount) []byte {
	if !a.Given {
		return dst
	}
	return a.Money.Append(append(dst, name...))
}

func appendTime(dst []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	dst = append(append(dst, name...), '"')
	return append(t.AppendFormat(dst, time.RFC3339Nano), '"')
}

// appendString appends s as a JSON string.
func appendString(dst []byte, s string) []byte {
	// Fast path: nothing to escape.
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(dst, s)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func appendEscaped(dst []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic("BUG: cannot write a string as JSON: " + err.Error())
	}
	return append(dst, text...)
}
