package staff

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Entry is one change in the audit trail.
type Entry struct {
	ID int64
	At time.Time
	// Store is the store that the change is about, 0 for what is about none.
	Store retail.StoreID
	// Actor is the user who made the change, or the program that did it by itself.
	Actor string
	// Request is the X-Request-Id of the request, if it had one.
	Request string
	// Action is "insert", "update", "delete" or "look", Thing the kind of what changed, such as "store", and
	// Key its code or number.
	Action, Thing, Key string
	// Before and After are JSON objects of what differs, without anything personal; nil where there
	// was nothing.
	Before, After json.RawMessage
}

// Trail asks for entries of the audit trail; empty fields do not filter.
type Trail struct {
	// Below is the number below which the page starts.
	Below             int64
	Limit             int
	Thing, Key, Actor string
	Store             retail.StoreID
}

// Auditor shows the audit trail; oltp/postgres does.
type Auditor interface {
	// Audit lists entries within the scope, the newest first.
	Audit(ctx context.Context, scope retail.Scope, t Trail) ([]Entry, error)
}

type requestKey struct{}

// WithRequest returns a context that carries the id of a request, for the audit trail.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestOf returns the id of a request, "" without one.
func RequestOf(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
