package wire

import (
	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Cart is the body of POST /v1/orders: an order whose store may be left to the chain.
type Cart struct {
	Order
	// Destination is where the goods go, or for a pickup where the customer is.
	Destination *Destination `json:"destination,omitempty"`
	// Recipient is who gets the goods. It is kept sealed.
	Recipient *Recipient `json:"recipient,omitempty"`
}

// Destination is a place.
type Destination struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	// Coordinates is wgs84, the default, or gcj02.
	Coordinates string `json:"coordinates,omitempty"`
}

// Recipient is who gets the goods.
type Recipient struct {
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
}

// PlacedCart answers a cart. Without a store in the request it tells which stores serve it.
type PlacedCart struct {
	ID       int64        `json:"id"`
	State    string       `json:"state,omitempty"`
	Gross    retail.Money `json:"gross"`
	Discount retail.Money `json:"discount"`
	Net      retail.Money `json:"net"`
	Replayed bool         `json:"replayed,omitempty"`
	// Orders are all orders of the cart, one a store, when the chain chose the stores. The amounts above
	// are their sums.
	Orders []CartOrder `json:"orders,omitempty"`
}

// CartOrder is one order of a cart.
type CartOrder struct {
	ID    int64  `json:"id"`
	Store string `json:"store"`
	State string `json:"state"`
	// Replaces is the order that this one replaces, after its store declined.
	Replaces int64        `json:"replaces,omitempty"`
	Net      retail.Money `json:"net"`
}

// Routing is the answer of GET /v1/orders/{id}/routing.
type Routing struct {
	Order int64 `json:"order"`
	// Group is the number that the orders of one cart share.
	Group     int64       `json:"group"`
	Store     string      `json:"store"`
	DistanceM int32       `json:"distance_m,omitempty"`
	Exact     bool        `json:"exact"`
	Verdicts  []Verdict   `json:"verdicts"`
	Orders    []CartOrder `json:"orders"`
}

// Verdict says what became of one store when stores were chosen.
type Verdict struct {
	Store  string `json:"store"`
	Chosen bool   `json:"chosen,omitempty"`
	Rank   int    `json:"rank,omitempty"`
	// CostM is what stores are ranked by, in metres or what counts as much.
	CostM     int64    `json:"cost_m"`
	DistanceM int64    `json:"distance_m"`
	Reasons   []string `json:"reasons,omitempty"`
}

// Read reads a cart.
func (c *Cart) Read(r *scan.Reader, b Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "destination":
			c.Destination = &Destination{}
			c.Destination.read(r)
		case "recipient":
			c.Recipient = &Recipient{}
			c.Recipient.read(r)
		default:
			return c.field(r, b, name)
		}
		return true
	}) {
		return
	}
	switch {
	case c.Destination == nil && c.Fulfilment != retail.Pickup.String():
		c.check(r) // the request names the store
	case len(c.Lines) == 0:
		r.Missing("lines", "must hold at least one line")
	case c.Store != "" && c.Destination != nil:
		r.Missing("destination", "is taken only without a store")
	}
}

func (d *Destination) read(r *scan.Reader) {
	var lat, lon bool
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "latitude":
			lat, d.Latitude = true, degrees(r, 90)
		case "longitude":
			lon, d.Longitude = true, degrees(r, 180)
		case "coordinates":
			d.Coordinates = scan.Name(r, retail.ParseCoordinates, CoordinateSystems)
		default:
			return false
		}
		return true
	}) {
		return
	}
	if !lat {
		r.Missing("latitude", "is missing")
	}
	if !lon {
		r.Missing("longitude", "is missing")
	}
}

func (p *Recipient) read(r *scan.Reader) {
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "name":
			p.Name = r.Secret(MaxRef)
		case "phone":
			p.Phone = r.Secret(MaxStorePhone)
		case "address":
			p.Address = r.Secret(MaxReason)
		default:
			return false
		}
		return true
	})
}

// Refusal is the body of POST /v1/orders/{id}/decline.
type Refusal struct {
	Reason string `json:"reason"`
}

// Read reads a refusal.
func (f *Refusal) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) != "reason" {
			return false
		}
		f.Reason = r.String(MaxReason)
		return true
	}) {
		return
	}
	need(r, "reason", f.Reason)
}
