package api

import (
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

func (a *API) stepRoutes() {
	handle(a, stepRoute("pay", staff.Sell, "Pay an order",
		"Takes the money for an order that was placed unpaid."),
		func(c *call, b *wire.Payment) {
			a.step(c, order.Step{Kind: order.Pay, At: b.At, PaymentMethod: b.Method})
		})
	handle(a, stepRoute("cancel", staff.Sell, "Cancel an order",
		"Gives up an order that is not picked yet and frees its stock. What was paid goes back in full."),
		func(c *call, b *wire.Cancellation) {
			a.step(c, order.Step{Kind: order.Cancel, At: b.At, Reason: b.Reason})
		})
	handle(a, stepRoute("pick", staff.Fulfil, "Begin to pick an order",
		"Tells that the store gathers the goods of a paid order, which can no longer be cancelled."),
		func(c *call, b *wire.Progress) { a.step(c, shipment(order.Pick, b.At)) })
	handle(a, stepRoute("ready", staff.Fulfil, "Set an order aside",
		"Tells that the goods wait for the customer (pickup) or for the courier (same city)."),
		func(c *call, b *wire.Progress) { a.step(c, shipment(order.MakeReady, b.At)) })
	handle(a, stepRoute("ship", staff.Fulfil, "Ship an order",
		"Sends the goods of an express order off with a carrier."),
		func(c *call, b *wire.Progress) { a.step(c, shipment(order.Ship, b.At)) })
	handle(a, stepRoute("deliver", staff.Fulfil, "Deliver an order",
		"Tells that a courier is on the way with the goods (same city), or that the carrier is about "+
			"to hand them over (express)."),
		func(c *call, b *wire.Progress) { a.step(c, shipment(order.Deliver, b.At)) })
	handle(a, stepRoute("complete", staff.Fulfil, "Complete an order",
		"Closes an order whose goods the customer has. Goods that did not leave before leave now."),
		func(c *call, b *wire.Progress) { a.step(c, shipment(order.Complete, b.At)) })
}

func shipment(kind order.StepKind, at time.Time) order.Step { return order.Step{Kind: kind, At: at} }

func stepRoute(name string, may staff.Action, summary, text string) route {
	return route{
		Operation: huma.Operation{OperationID: name + "-order", Method: http.MethodPost,
			Path: "/v1/orders/{id}/" + name, Tags: []string{"orders"}, Summary: summary,
			Description: text + " Sending it again is harmless: an order that already stands there " +
				"answers with replayed.",
			Parameters: []*huma.Param{idParam()},
			Errors:     []int{http.StatusNotFound, http.StatusConflict}},
		answer: reflect.TypeFor[wire.Placed](), statuses: []int{200}, may: may,
	}
}

func idParam() *huma.Param {
	one := 1.0
	return &huma.Param{Name: "id", In: "path", Required: true, Description: "Number of the order.",
		Example: 4711, Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &one}}
}

func (a *API) step(c *call, s order.Step) {
	v, problem := a.pathOrder(c)
	if problem != nil {
		c.refuse(problem)
		return
	}
	s.Order, s.Store = v.ID, v.Store
	res := a.cfg.Intake.Advance(c.r.Context(), []order.Step{s})[0]
	if res.Err != nil {
		c.refuse(a.refusal(res.Err, spot{}, true))
		return
	}
	a.kickCouriers(v)
	answer := placed(res)
	c.reply(http.StatusOK, &answer)
}

// pathOrder reads the order that the path names.
func (a *API) pathOrder(c *call) (*order.View, *wire.Problem) {
	text := c.r.PathValue("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return nil, invalid(wire.Fault{Location: "path.id", Value: value(text),
			Reason: "must be a positive integer"})
	}
	return a.orderInScope(c.r.Context(), id)
}
