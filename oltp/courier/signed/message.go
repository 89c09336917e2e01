package signed

import (
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/retail"
)

// Task is what a service is asked to do.
type Task struct {
	Shop      string `json:"shop"`
	Number    string `json:"number"`
	NotifyURL string `json:"notify_url"`
	From      Place  `json:"from"`
	To        Place  `json:"to"`
	Pieces    int32  `json:"pieces"`
	ValueFen  int64  `json:"value_fen"`
}

// Place is where goods are fetched or handed over. Coordinates are WGS84, absent when they are not known.
type Place struct {
	Code      string   `json:"code,omitempty"`
	Name      string   `json:"name,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Address   string   `json:"address,omitempty"`
	Latitude  *float64 `json:"latitude,omitempty"`
	Longitude *float64 `json:"longitude,omitempty"`
}

// Status is how far a task is: the answer of every route, and the body of every callback.
type Status struct {
	Shop     string    `json:"shop"`
	Number   string    `json:"number"`
	Task     string    `json:"task"`
	State    string    `json:"state"`
	FeeFen   int64     `json:"fee_fen"`
	PickupAt time.Time `json:"pickup_at,omitzero"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"`
}

// maxName bounds what a service calls a task, in bytes.
const maxName = 64

// notice reads a status that is known to be the service's.
func (s *Status) notice(shop string) (courier.Notice, error) {
	state, ok := courier.ParseState(s.State)
	switch {
	case !ok || state < courier.Booked || state > courier.Withdrawn:
		return courier.Notice{}, fmt.Errorf("%w: state %q", courier.ErrUnreadable, s.State)
	case s.Shop != shop:
		return courier.Notice{}, fmt.Errorf("%w: it is for the shop %q", courier.ErrMismatch, s.Shop)
	case s.Number == "" || s.Task == "" || len(s.Number) > maxName || len(s.Task) > maxName:
		return courier.Notice{}, fmt.Errorf("%w: it names no task", courier.ErrUnreadable)
	case s.FeeFen < 0 || s.FeeFen > maxFeeFen:
		return courier.Notice{}, fmt.Errorf("%w: fee_fen is %d", courier.ErrUnreadable, s.FeeFen)
	}
	if y := s.PickupAt.Year(); !s.PickupAt.IsZero() && (y < 2000 || y > 2200) {
		return courier.Notice{}, fmt.Errorf("%w: pickup_at is %s", courier.ErrUnreadable, s.PickupAt)
	}
	if state == courier.Withdrawn { // ours to say
		state = courier.Cancelled
	}
	return courier.Notice{Number: s.Number, Task: s.Task, State: state, Fee: retail.Money(s.FeeFen),
		PickupAt: s.PickupAt, At: s.At, Reason: s.Reason}, nil
}

// maxFeeFen bounds a fee: ten thousand yuan.
const maxFeeFen = 1_000_000

func store(p courier.Pickup) Place {
	return at(Place{Code: p.Code, Name: p.Name, Address: p.Address, Phone: p.Phone}, p.Point)
}

func customer(r courier.Recipient) Place {
	return at(Place{Name: r.Name, Phone: r.Phone, Address: r.Address}, r.Point)
}

func at(p Place, point *retail.Point) Place {
	if point != nil {
		p.Latitude, p.Longitude = &point.Latitude, &point.Longitude
	}
	return p
}
