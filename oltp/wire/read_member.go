package wire

import (
	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// The bounds of measures, and of how many consents one registration carries.
const (
	maxHeightCM = 300
	maxWeightKG = 500
	maxConsents = 20
)

// Read reads a registration.
func (g *Registration) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "unionid":
			g.UnionID = r.Secret(MaxCode)
		case "code":
			g.Code = r.String(MaxCode)
		case "origin":
			g.Origin = r.String(MaxCode)
		case "opt_out":
			g.OptOut = r.Bool()
		case "simulated":
			g.Simulated = r.Bool()
		case "consents":
			r.Array(maxConsents, func(int) {
				var c NewConsent
				c.Read(r, Bounds{})
				g.Consents = append(g.Consents, c)
			})
		default:
			return g.Person.field(r, name)
		}
		return true
	}) {
		return
	}
	need(r, "unionid", g.UnionID)
}

func (p *Person) field(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "name":
		p.Name = r.Secret(MaxName)
	case "phone":
		p.Phone = r.Secret(MaxPhone)
	case "birthday":
		p.Birthday = r.Secret(MaxCode)
	case "gender":
		p.Gender = r.Secret(MaxCode)
	case "body":
		p.Body = &Body{}
		p.Body.read(r)
	default:
		return false
	}
	return true
}

func (b *Body) read(r *scan.Reader) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "height_cm":
			b.HeightCM = int(r.Int(0, maxHeightCM))
		case "weight_kg":
			b.WeightKG = int(r.Int(0, maxWeightKG))
		case "top":
			b.Top = r.Secret(MaxCode)
		case "bottom":
			b.Bottom = r.Secret(MaxCode)
		case "shoe":
			b.Shoe = r.Secret(MaxCode)
		default:
			return false
		}
		return true
	})
}

// Read reads a change.
func (c *MemberChange) Read(r *scan.Reader, _ Bounds) {
	secret := func(limit int) *string {
		s := r.Secret(limit)
		return &s
	}
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "unionid":
			c.UnionID = secret(MaxCode)
		case "origin":
			s := r.String(MaxCode)
			c.Origin = &s
		case "name":
			c.Name = secret(MaxName)
		case "phone":
			c.Phone = secret(MaxPhone)
		case "birthday":
			c.Birthday = secret(MaxCode)
		case "gender":
			c.Gender = secret(MaxCode)
		case "body":
			c.Body = &Body{}
			c.Body.read(r)
		default:
			return false
		}
		return true
	})
}

// Read reads a decision.
func (c *NewConsent) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "purpose":
			c.Purpose = r.String(MaxCode)
		case "granted":
			c.Granted = r.Bool()
		case "version":
			c.Version = r.String(MaxCode)
		case "channel":
			c.Channel = scan.Name(r, retail.ParseChannel, Channels)
		case "at":
			c.At = r.Time()
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "purpose", c.Purpose)
	need(r, "version", c.Version)
	need(r, "channel", c.Channel)
}

// Read reads a query for members.
func (q *MemberQuery) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "phone":
			q.Phone = r.Secret(MaxPhone)
		case "unionid":
			q.UnionID = r.Secret(MaxCode)
		default:
			return false
		}
		return true
	}) {
		return
	}
	if (q.Phone == "") == (q.UnionID == "") {
		r.Missing("phone", "or unionid must be given, and not both")
	}
}
