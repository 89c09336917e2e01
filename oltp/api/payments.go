package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// maxCallback bounds the body of a provider's callback, in bytes.
const maxCallback = 64 << 10

// The paths of callbacks, whose senders are known by their signatures.
const (
	paymentNotify = "/v1/payments/notify/"
	courierNotify = "/v1/couriers/notify/"
)

func (a *API) paymentRoutes() {
	op := stepRoute("pay", staff.Sell, "Ask for an order's money",
		"Announces the order's amount to a payment provider. The order is paid when the provider says "+
			"that the money has come. A cart that several stores serve is paid at once: the amount covers "+
			"all of its orders that are unpaid.")
	op.OperationID, op.Path = "charge-order", "/v1/orders/{id}/payment"
	op.Errors = append(op.Errors, http.StatusBadGateway)
	op.answer = reflect.TypeFor[wire.Charged]()
	handle(a, op, a.charge)
	a.callback("payment-notify", paymentNotify, "Take a payment provider's callback",
		"For payment providers. The signature is checked before anything else. After 204 the provider "+
			"need not send it again; a callback that was taken before is taken again, without effect.",
		func(ctx context.Context, provider string, header http.Header, body []byte) error {
			if a.cfg.Payments == nil {
				return payment.ErrNoProvider
			}
			return a.cfg.Payments.Notify(ctx, provider, header, body)
		})
}

func (a *API) charge(c *call, b *wire.Charge) {
	v, problem := a.pathOrder(c)
	if problem != nil {
		c.refuse(problem)
		return
	}
	if a.cfg.Payments == nil {
		c.refuse(unknownProvider(b.Provider))
		return
	}
	expires := a.expiry(v)
	cart, problem := a.unpaidCart(c, v)
	if problem != nil {
		c.refuse(problem)
		return
	}
	started, err := a.cfg.Payments.Start(c.r.Context(), cart, b.Provider, b.Payer, expires)
	if err != nil {
		c.refuse(a.paymentProblem(err, b.Provider))
		return
	}
	out := &wire.Charged{Order: int64(v.ID), Provider: b.Provider, Trade: started.Trade,
		Amount: started.Amount, Params: started.Params, ExpiresAt: expires, Simulated: started.Simulated}
	for _, p := range started.Parts {
		out.Orders = append(out.Orders, wire.ChargedOrder{Order: int64(p.Order), Amount: p.Amount})
	}
	c.reply(http.StatusOK, out)
}

// unpaidCart lists the orders that are paid together with one: those of its cart that wait for money, at
// stores that the principal acts for. An order that waits for none stands alone, to be refused.
func (a *API) unpaidCart(c *call, v *order.View) ([]*order.View, *wire.Problem) {
	if a.cfg.Dispatch == nil || v.State != retail.PendingPayment {
		return []*order.View{v}, nil
	}
	ctx, reach := c.r.Context(), c.who.Reach()
	_, group, err := a.cfg.Dispatch.Why(ctx, reach, v.ID)
	if errors.Is(err, dispatch.ErrNotRouted) {
		return []*order.View{v}, nil
	}
	if err != nil {
		return nil, a.outage(err, true)
	}
	var cart []*order.View
	for _, m := range group {
		part := v
		if m.Order != v.ID {
			if m.State != retail.PendingPayment {
				continue
			}
			if part, err = a.cfg.Orders.Order(ctx, reach, m.Order); err != nil {
				return nil, a.outage(err, true)
			}
			if _, _, net := part.Totals(); part.State != retail.PendingPayment || net <= 0 {
				continue
			}
		}
		cart = append(cart, part)
	}
	return cart, nil
}

func (a *API) paymentProblem(err error, provider string) *wire.Problem {
	var wrong *order.WrongState
	var bad *order.Invalid
	switch {
	case errors.Is(err, payment.ErrNoProvider):
		return unknownProvider(provider)
	case errors.As(err, &wrong), errors.As(err, &bad), errors.Is(err, order.ErrUnavailable):
		return a.refusal(err, spot{}, true)
	case errors.Is(err, payment.ErrRejected):
		return conflict("rejected", "The payment provider rejects the charge", err.Error())
	}
	a.cfg.Log.Warn("a payment provider does not answer", "provider", provider, "error", err)
	return unavailable("The payment provider does not answer",
		"Nothing was charged. It is safe to ask again.", retryDownS)
}

func unknownProvider(name string) *wire.Problem {
	return invalid(wire.Fault{Location: "body.provider", Value: value(name),
		Reason: "is not a provider that is set up here"})
}

// callback registers a route for the callbacks of providers: without principal, bounded, and documented.
func (a *API) callback(id, path, summary, text string,
	take func(ctx context.Context, provider string, header http.Header, body []byte) error) {
	limit := maxCallback
	op := &huma.Operation{OperationID: id, Method: http.MethodPost, Path: path + "{provider}",
		Tags: []string{"providers"}, Summary: summary, Description: text,
		Security: []map[string][]string{}, Errors: []int{401, 404, 408, 409, 413, 422, 429, 503},
		Parameters: []*huma.Param{{Name: "provider", In: "path", Required: true,
			Description: "Name of the provider.", Schema: &huma.Schema{Type: huma.TypeString}}},
		RequestBody: &huma.RequestBody{Required: true, Description: "As the provider defines it.",
			Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
				Type: huma.TypeObject}}}}}
	a.returns(op, nil, http.StatusNoContent)
	a.openapi.AddOperation(op)
	a.mux.HandleFunc("POST "+op.Path, func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r}
		provider := r.PathValue("provider")
		if problem := a.buckets.take("callback "+id, 1); problem != nil {
			c.refuse(problem)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(limit)))
		if err != nil {
			c.refuse(unreadable(err, int64(limit)))
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), a.cfg.Limits.Answer)
		defer cancel()
		if err := take(ctx, provider, r.Header, body); err != nil {
			c.refuse(a.callbackProblem(err, provider))
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (a *API) callbackProblem(err error, provider string) *wire.Problem {
	switch {
	case errors.Is(err, payment.ErrNoProvider), errors.Is(err, courier.ErrNoProvider):
		return notFound("The provider")
	case errors.Is(err, payment.ErrForged), errors.Is(err, courier.ErrForged):
		a.cfg.Log.Warn("a callback that its provider did not sign", "provider", provider, "error", err)
		return &wire.Problem{Type: "/problems/signature", Status: http.StatusUnauthorized,
			Title: "The signature does not hold", Detail: err.Error()}
	case errors.Is(err, payment.ErrUnknownTrade), errors.Is(err, courier.ErrUnknownErrand):
		return notFound("What the callback tells of")
	case errors.Is(err, payment.ErrMismatch), errors.Is(err, courier.ErrMismatch):
		return conflict("mismatch", "The callback tells something else than was agreed", err.Error())
	case errors.Is(err, payment.ErrUnreadable), errors.Is(err, courier.ErrUnreadable):
		return invalid(wire.Fault{Location: "body", Reason: err.Error()})
	}
	return a.refusal(err, spot{}, true)
}
