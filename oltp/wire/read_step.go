package wire

import "github.com/tillstream/tillstream/oltp/wire/scan"

// Read reads a payment.
func (p *Payment) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "at":
			p.At = r.Time()
		case "payment_method":
			p.Method = r.String(MaxMethod)
		default:
			return false
		}
		return true
	})
}

// Read reads a cancellation.
func (c *Cancellation) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "at":
			c.At = r.Time()
		case "reason":
			c.Reason = r.String(MaxReason)
		default:
			return false
		}
		return true
	})
}

// Read reads a step towards the customer.
func (p *Progress) Read(r *scan.Reader, _ Bounds) {
	r.Object(func(name []byte) bool {
		if string(name) != "at" {
			return false
		}
		p.At = r.Time()
		return true
	})
}

// Read reads a login.
func (l *Login) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "user":
			l.User = r.String(MaxCode)
		case "password":
			l.Password = r.Secret(MaxPassword)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "user", l.User)
	need(r, "password", l.Password)
}
