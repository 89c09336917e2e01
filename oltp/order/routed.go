package order

import (
	"strconv"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Routed tells how the store of an order was chosen.
type Routed struct {
	// Hash stands for the whole request, which names no store: repeating it may choose another one.
	Hash int64
	// Group is the number of the first order of the cart; 0 for that order itself.
	Group retail.OrderID
	// From is the order that this one replaces, 0 for none.
	From retail.OrderID
	// Distance is how far the destination is, in metres; Candidates is how many stores were looked at.
	Distance, Candidates int32
	// Decision is the whole decision as JSON. It holds nothing personal.
	Decision []byte
	// OwnerKind and Owner own Delivery: where the goods go and to whom, sealed.
	OwnerKind int16
	Owner     int64
	Delivery  []byte
}

// HashRequest is the hash of a request before stores were chosen for it.
func HashRequest(r *Request) int64 { return new(hasher).request(r) }

// RoutingRows are decisions about orders.
type RoutingRows struct {
	Order, Group, From, Owner []int64
	Store, Distance           []int32
	OwnerKind                 []int16
	Decision                  []string
	Delivery                  []string
}

func (r *RoutingRows) reset() {
	cut(&r.Order, &r.Group, &r.From, &r.Owner)
	cut(&r.Store, &r.Distance)
	cut(&r.OwnerKind)
	cut(&r.Decision, &r.Delivery)
}

// ReplacedRows are orders whose payments go to the orders that replace them.
type ReplacedRows struct{ From, To []int64 }

func (r *ReplacedRows) reset() { cut(&r.From, &r.To) }

// route notes and tells the decision behind an order.
func (p *placing) route(b *batch) {
	q, o, rows := p.routed, &p.order, &b.out.Routing
	group := q.Group
	if group == 0 {
		group = o.ID
	}
	rows.Order = append(rows.Order, int64(o.ID))
	rows.Group = append(rows.Group, int64(group))
	rows.From = append(rows.From, int64(q.From))
	rows.Owner = append(rows.Owner, q.Owner)
	rows.Store = append(rows.Store, int32(o.Store))
	rows.Distance = append(rows.Distance, q.Distance)
	rows.OwnerKind = append(rows.OwnerKind, q.OwnerKind)
	rows.Decision = append(rows.Decision, string(q.Decision))
	rows.Delivery = append(rows.Delivery, string(q.Delivery))
	m := &event.OrderRouted{Outcome: event.RoutingOutcome_ROUTING_OUTCOME_CHOSEN, GroupId: int64(group),
		FromOrderId: int64(q.From), DistanceM: q.Distance, Candidates: q.Candidates}
	if q.From != 0 {
		m.Outcome = event.RoutingOutcome_ROUTING_OUTCOME_MOVED
	}
	b.events.routed(&Standing{ID: o.ID, Store: o.Store, Member: o.Member, Channel: o.Channel,
		Fulfilment: o.Fulfilment, Simulated: o.Simulated}, p.at, m)
}

// number is a number as the reason of a step that leads to it.
func number(id retail.OrderID) string { return strconv.FormatInt(int64(id), 10) }
