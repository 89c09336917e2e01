package routing

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Decision is who serves an order and why. Its JSON form is stored with the order.
type Decision struct {
	// Assignments is empty when no stores can serve the order.
	Assignments []Assignment `json:"assignments,omitempty"`
	// Short lists what all stores that may serve together have too little of, when nobody can serve.
	Short []Short `json:"short,omitempty"`
	// Exact says that no smaller or cheaper split exists. It is always true for one store.
	Exact bool `json:"exact"`
	// Verdicts say of each store what became of it, the chosen ones first; Omitted counts those that
	// were left out for length.
	Verdicts []Verdict `json:"verdicts,omitempty"`
	Omitted  int       `json:"omitted,omitempty"`
}

// Assignment is what one store sends.
type Assignment struct {
	Store  retail.StoreID `json:"store"`
	Pieces []Piece        `json:"pieces"`
}

// Piece is a line of the order, or a part of one.
type Piece struct {
	// Line is the index of the line in the request.
	Line int          `json:"line"`
	SKU  retail.SKUID `json:"sku"`
	Qty  int32        `json:"qty"`
}

// Short is a SKU that cannot be supplied.
type Short struct {
	SKU       retail.SKUID `json:"sku"`
	Wanted    int64        `json:"wanted"`
	Available int64        `json:"available"`
}

// Verdict is what became of one candidate.
type Verdict struct {
	Store  retail.StoreID `json:"store"`
	Chosen bool           `json:"chosen,omitempty"`
	// Rank is the store's place, from 1, among those that could serve the whole order; 0 for others.
	Rank int `json:"rank,omitempty"`
	// Cost is what the stores are ranked by: the sum of the parts, in metres or what counts as much.
	Cost           int64 `json:"cost_m"`
	DistanceMetres int64 `json:"distance_m"`
	LoadMetres     int64 `json:"load_m,omitempty"`
	WaitMetres     int64 `json:"wait_m,omitempty"`
	// Reasons say why the store cannot serve the whole order.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Code names a reason. The codes are stored: they never change.
type Code string

// The reasons.
const (
	// Declined: the store has sent the order back.
	Declined Code = "declined"
	// NoService: the store does not offer this way of fulfilment.
	NoService Code = "no_service"
	// NoDestination: delivery within the city needs a destination.
	NoDestination Code = "no_destination"
	// TooFar: the destination lies beyond the store's radius.
	TooFar Code = "too_far"
	// Closed: the store is closed, until Until where that is known.
	Closed Code = "closed"
	// OverCapacity: the store has as many orders as it handles in an hour.
	OverCapacity Code = "over_capacity"
	// OutOfStock: the store has too little of a SKU. It may still serve a part of the order.
	OutOfStock Code = "out_of_stock"
)

// Reason is one reason with its figures.
type Reason struct {
	Code Code `json:"code"`
	// DistanceMetres and RadiusMetres belong to TooFar.
	DistanceMetres int64 `json:"distance_m,omitempty"`
	RadiusMetres   int32 `json:"radius_m,omitempty"`
	// Until belongs to Closed.
	Until *time.Time `json:"until,omitempty"`
	// Load and Capacity belong to OverCapacity.
	Load     int32 `json:"load,omitempty"`
	Capacity int32 `json:"capacity,omitempty"`
	// SKU, Wanted and Available belong to OutOfStock.
	SKU       retail.SKUID `json:"sku,omitempty"`
	Wanted    int64        `json:"wanted,omitempty"`
	Available int64        `json:"available,omitempty"`
}

// String says the reason in a few words.
func (r Reason) String() string {
	switch r.Code {
	case TooFar:
		return "too far: " + kilometres(r.DistanceMetres) + " > " + kilometres(int64(r.RadiusMetres))
	case Closed:
		if r.Until == nil {
			return "closed"
		}
		return "closed until " + r.Until.Format("2006-01-02 15:04")
	case OverCapacity:
		return fmt.Sprintf("over capacity: %d orders of %d an hour", r.Load, r.Capacity)
	case OutOfStock:
		return fmt.Sprintf("out of stock: %d of %d pieces of SKU %d", r.Available, r.Wanted, r.SKU)
	case NoService:
		return "does not offer this service"
	case NoDestination:
		return "no destination"
	}
	return string(r.Code)
}

func kilometres(metres int64) string {
	return strconv.FormatFloat(float64(metres)/1_000, 'f', -1, 64) + " km"
}
