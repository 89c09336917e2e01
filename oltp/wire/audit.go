package wire

import (
	"encoding/json"
	"time"
)

// AuditEntry is one change in the answer of GET /v1/audit.
type AuditEntry struct {
	ID int64     `json:"id"`
	At time.Time `json:"at"`
	// Store is the code of the store that the change is about, if any.
	Store string `json:"store,omitempty"`
	Actor string `json:"actor"`
	// Request is the X-Request-Id of the request.
	Request string `json:"request,omitempty"`
	Action  string `json:"action"`
	Thing   string `json:"thing"`
	Key     string `json:"key"`
	// Before and After are objects of what differs.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}
