package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// maxIdempotencyKey bounds the Idempotency-Key header, in bytes.
const maxIdempotencyKey = wire.MaxKey

// refuse answers with a problem.
func (c *call) refuse(p *wire.Problem) { staff.WriteProblem(c.w, p) }

// reply answers with a body.
func (c *call) reply(status int, v any) {
	if a, ok := v.(interface{ AppendJSON([]byte) []byte }); ok {
		c.send(status, a.AppendJSON(make([]byte, 0, 256)))
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		c.refuse(&wire.Problem{Title: "The service failed", Status: http.StatusInternalServerError,
			Detail: "The request took effect, but its answer cannot be written: " + err.Error()})
		return
	}
	c.send(status, text)
}

func (c *call) send(status int, text []byte) {
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(text) // a client that went away needs no answer
}

// key reads the Idempotency-Key header; "" when there is none.
func (c *call) key() (string, *wire.Problem) {
	key := c.r.Header.Get("Idempotency-Key")
	if len(key) > maxIdempotencyKey {
		return "", invalid(wire.Fault{Location: "header.Idempotency-Key", Value: value(key[:20] + "…"),
			Reason: "has " + strconv.Itoa(len(key)) + " bytes, at most " +
				strconv.Itoa(maxIdempotencyKey) + " are allowed"})
	}
	return key, nil
}

// shown makes JSON of the JSON text that was found at a fault. A shortened text, and a number that common
// readers of JSON choke on, become a string.
func shown(text string) json.RawMessage {
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		return json.RawMessage(text)
	}
	return value(text)
}
