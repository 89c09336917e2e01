package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const (
	titleInvalid   = "The request breaks a rule"
	titleForbidden = "The principal may not do that"

	// Seconds to wait before trying again, by what is in the way.
	retryBusyS, retryDownS, retryDiskS = 1, 2, 30
)

// spot is where a request or a row of a bulk stands in the body.
type spot struct {
	// list is the field that holds the rows; empty for a body with one request.
	list string
	row  int
}

// at names a place below the spot.
func (s spot) at(path string) string {
	where := "body"
	if s.list != "" {
		where += "." + s.list + "[" + strconv.Itoa(s.row) + "]"
	}
	if path != "" {
		where += "." + path
	}
	return where
}

func invalid(faults ...wire.Fault) *wire.Problem {
	return &wire.Problem{Type: "/problems/invalid", Title: titleInvalid,
		Status: http.StatusUnprocessableEntity, Errors: faults}
}

func forbidden(detail string, faults ...wire.Fault) *wire.Problem {
	return &wire.Problem{Type: "/problems/forbidden", Title: titleForbidden,
		Status: http.StatusForbidden, Detail: detail, Errors: faults}
}

func notFound(what string) *wire.Problem {
	return &wire.Problem{Type: "/problems/not-found", Title: "There is no such thing",
		Status: http.StatusNotFound, Detail: what + " does not exist or lies outside your stores."}
}

func conflict(kind, title, detail string, faults ...wire.Fault) *wire.Problem {
	return &wire.Problem{Type: "/problems/" + kind, Title: title, Status: http.StatusConflict,
		Detail: detail, Errors: faults}
}

func unavailable(title, detail string, retryS int) *wire.Problem {
	return &wire.Problem{Type: "/problems/unavailable", Title: title,
		Status: http.StatusServiceUnavailable, Detail: detail, RetryAfterS: retryS}
}

func value(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return raw
}

// refusal says why a request of the order service had no effect. keyed tells whether the client can
// safely repeat it.
func (a *API) refusal(err error, s spot, keyed bool) *wire.Problem {
	var bad *order.Invalid
	var short *order.Short
	var state *order.WrongState
	switch {
	case errors.As(err, &bad):
		return invalid(wire.Fault{Location: s.at(linePath(bad.Line, bad.Field)), Reason: bad.Reason})
	case errors.As(err, &short):
		return a.outOfStock(short, s)
	case errors.As(err, &state) && state.Is == retail.Cancelled && state.Asked == retail.Paid:
		return conflict("cancelled", "The order was cancelled before the money came",
			state.Error()+": its goods are free again. The money has to go back.")
	case errors.As(err, &state):
		return conflict("wrong-state", "The order stands elsewhere", state.Error())
	case errors.Is(err, order.ErrKeyReused):
		return conflict("key-reused", "The Idempotency-Key was used before",
			"The key was used for a request with another content, which stands. Send this one under "+
				"a key of its own.")
	case errors.Is(err, order.ErrNoSuchOrder):
		return notFound("The order")
	}
	return a.outage(err, keyed)
}

// outage says what is known after a failure that is not the request's fault.
func (a *API) outage(err error, keyed bool) *wire.Problem {
	again := "It is safe to send the same request again under the same key."
	if !keyed {
		again = "It was sent without a key: look before you send it again."
	}
	switch {
	case errors.Is(err, order.ErrBusy):
		return unavailable("The service is busy",
			"Nothing was recorded: more is waiting than can be taken in. "+again, retryBusyS)
	case errors.Is(err, order.ErrDiskFull):
		return unavailable("The database's disk is full",
			"Nothing was recorded. "+again, retryDiskS)
	case errors.Is(err, order.ErrClosed):
		return unavailable("The service is closing",
			"Nothing was recorded. "+again, retryDownS)
	case errors.Is(err, order.ErrUnavailable), errors.Is(err, catalogue.ErrUnavailable):
		return unavailable("The database cannot be reached",
			"What was acknowledged before is kept. Whether this request took effect is not known. "+
				again, retryDownS)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return unavailable("The request took too long",
			"Whether it took effect is not known. "+again, retryDownS)
	}
	a.cfg.Log.Error("cannot answer a request", "error", err)
	return &wire.Problem{Type: "/problems/internal", Title: "The service failed",
		Status: http.StatusInternalServerError,
		Detail: "Whether the request took effect is not known. " + again}
}

func (a *API) outOfStock(short *order.Short, s spot) *wire.Problem {
	path := "qty"
	if short.Line >= 0 {
		path = linePath(short.Line, "qty")
	}
	sku := strconv.FormatInt(int64(short.SKU), 10)
	if known, ok := a.cfg.Lookup.SKUByID(short.SKU); ok {
		sku = known.Code
	}
	available := short.Available
	return conflict("out-of-stock", "The store has too little", "Nothing of this was recorded.",
		wire.Fault{Location: s.at(path), Value: value(short.Wanted), Available: &available,
			Reason: fmt.Sprintf("of SKU %s only %d are available", sku, available)})
}

func linePath(line int, field string) string {
	if line < 0 {
		return field
	}
	return "lines[" + strconv.Itoa(line) + "]." + field
}
