package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Problem says why a request, or one row of it, had no effect (RFC 9457).
type Problem struct {
	// Type names the kind of problem, such as "/problems/out-of-stock".
	Type   string `json:"type,omitempty"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Errors name each place that is wrong.
	Errors []Fault `json:"errors,omitempty"`
	// RetryAfterS is how long to wait before the same request may succeed, in seconds; 0 when waiting
	// does not help. It repeats the Retry-After header for the rows of a bulk.
	RetryAfterS int `json:"retry_after_s,omitempty"`
}

// Fault is one place of a request that is wrong.
type Fault struct {
	// Location is the place, such as "body.lines[0].qty" or "header.Idempotency-Key".
	Location string `json:"location,omitempty"`
	// Value is what was found there, as JSON text.
	Value json.RawMessage `json:"value,omitempty"`
	// Reason says what is wrong with it.
	Reason string `json:"reason"`
	// Available is what could be supplied instead, for a line that is out of stock.
	Available *int32 `json:"available,omitempty"`
}

// Error says the problem in one line.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", p.Status, p.Title)
	if p.Detail != "" {
		b.WriteString(": " + p.Detail)
	}
	for i, f := range p.Errors {
		if i == 3 {
			fmt.Fprintf(&b, "; and %d more", len(p.Errors)-i)
			break
		}
		fmt.Fprintf(&b, "; %s", f)
	}
	return b.String()
}

// String says the fault in one line.
func (f Fault) String() string {
	if len(f.Value) == 0 {
		return f.Location + " " + f.Reason
	}
	return fmt.Sprintf("%s %s %s", f.Location, f.Value, f.Reason)
}

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns the headers that an answer with this problem carries.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.RetryAfterS > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfterS))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="tillstream"`)
	}
	return h
}

// ContentType returns the media type of a problem in place of the one that was negotiated.
func (p *Problem) ContentType(string) string { return ProblemType }

// Temporary reports whether the same request may succeed later.
func (p *Problem) Temporary() bool {
	return p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests
}
