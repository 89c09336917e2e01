package gateway

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/tillstream/tillstream/oltp/wire"
)

// refusal is why a request had no effect.
type refusal struct{ wire.Problem }

func refuse(status int, kind, title, detail string) *refusal {
	return &refusal{wire.Problem{Type: "/problems/" + kind, Title: title, Status: status,
		Detail: detail}}
}

// later asks the caller to come again after the given time.
func (r *refusal) later(wait time.Duration) *refusal {
	r.RetryAfterS = max(1, int(math.Ceil(wait.Seconds())))
	return r
}

// naming adds the places that are wrong.
func (r *refusal) naming(faults []fault) *refusal {
	for _, f := range faults {
		location := "body" + f.path
		if f.path != "" && f.path[0] != '[' {
			location = "body." + f.path
		}
		r.Errors = append(r.Errors, wire.Fault{Location: location, Value: asJSON(f.value),
			Reason: f.reason})
	}
	return r
}

// asJSON returns a value as JSON; one that was cut short becomes a text.
func asJSON(value string) json.RawMessage {
	if value == "" {
		return nil
	}
	if json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return text
}

// write answers a request with the refusal.
func (r *refusal) write(ctx *fasthttp.RequestCtx) {
	body, err := json.Marshal(&r.Problem)
	if err != nil {
		panic("BUG: cannot encode a problem: " + err.Error())
	}
	ctx.Response.Reset()
	ctx.SetStatusCode(r.Status)
	ctx.SetContentType(wire.ProblemType)
	for name, values := range r.GetHeaders() {
		ctx.Response.Header.Set(name, values[0])
	}
	ctx.SetBody(body)
}

// outcome is what became of a row.
type outcome struct {
	status  int
	refusal *refusal
	// strange says that the event was taken without its attribution.
	strange bool
}

// warning ends what a row says whose attribution was left out. The text itself is not repeated: who sent
// it knows it, and it may be anything.
const warning = `].attribution_id","reason":"was not sealed by this chain under today's key, and is left ` +
	`out of the event"}]`

// answer writes the outcomes of a request. When all rows failed in the same way, so did the request.
func answer(ctx *fasthttp.RequestCtx, rows []outcome) {
	failed, same := 0, true
	body := append(make([]byte, 0, 32+len(rows)*16), `{"results":[`...)
	for i, row := range rows {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"status":`...)
		body = strconv.AppendInt(body, int64(row.status), 10)
		if row.refusal != nil {
			failed++
			if text, err := json.Marshal(&row.refusal.Problem); err == nil {
				body = append(append(body, `,"problem":`...), text...)
			}
		}
		if row.strange {
			body = strconv.AppendInt(append(body, `,"warnings":[{"location":"body[`...), int64(i), 10)
			body = append(body, warning...)
		}
		body = append(body, '}')
		same = same && row.status == rows[0].status
	}
	body = strconv.AppendInt(append(body, `],"failed":`...), int64(failed), 10)
	body = append(body, '}')
	status := fasthttp.StatusAccepted
	switch {
	case failed == len(rows) && same:
		status = rows[0].status
		for name, values := range rows[0].refusal.GetHeaders() {
			ctx.Response.Header.Set(name, values[0])
		}
	case failed == len(rows):
		status = fasthttp.StatusUnprocessableEntity
	case failed > 0:
		status = fasthttp.StatusOK
	}
	ctx.SetStatusCode(status)
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}
