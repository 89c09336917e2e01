package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Login trades a password for a token, keeps it for further requests, and returns the session. It must
// not run beside other calls of the same Client.
func (c *Client) Login(ctx context.Context, user, password string) (*wire.Session, error) {
	session := &wire.Session{}
	err := c.do(ctx, send{method: http.MethodPost, path: "/v1/login",
		body: &wire.Login{User: user, Password: password}, into: session})
	if err != nil {
		return nil, err
	}
	c.Token = session.Token
	return session, nil
}

// PlaceOrder places one order. The key makes it safe to place the same order again.
func (c *Client) PlaceOrder(ctx context.Context, key string, o *wire.Order) (*wire.Placed, error) {
	placed := &wire.Placed{}
	return answer(placed, c.do(ctx, send{method: http.MethodPost, path: "/v1/orders", key: key,
		body: o, into: placed}))
}

// Price says what an order would cost now, without placing it.
func (c *Client) Price(ctx context.Context, o *wire.Order) (*wire.Quote, error) {
	quote := &wire.Quote{}
	return answer(quote, c.do(ctx, send{method: http.MethodPost, path: "/v1/price", body: o, into: quote}))
}

// Order shows an order.
func (c *Client) Order(ctx context.Context, id int64) (*wire.OrderView, error) {
	view := &wire.OrderView{}
	return answer(view, c.do(ctx, send{method: http.MethodGet, path: orderPath(id, ""), into: view}))
}

// Pay records the payment of an unpaid order.
func (c *Client) Pay(ctx context.Context, id int64, p wire.Payment) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/pay"), p)
}

// Cancel gives up an order that is not picked yet, frees its stock and gives back what was paid.
func (c *Client) Cancel(ctx context.Context, id int64, why wire.Cancellation) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/cancel"), why)
}

// Ship sends a paid order off.
func (c *Client) Ship(ctx context.Context, id int64, p wire.Progress) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/ship"), p)
}

// Pick tells that a store has begun to gather the goods of a paid order.
func (c *Client) Pick(ctx context.Context, id int64, p wire.Progress) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/pick"), p)
}

// MakeReady tells that the goods of an order wait to be fetched.
func (c *Client) MakeReady(ctx context.Context, id int64, p wire.Progress) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/ready"), p)
}

// Deliver hands the goods of an order to the courier.
func (c *Client) Deliver(ctx context.Context, id int64, p wire.Progress) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/deliver"), p)
}

// Timeline shows what happened to an order.
func (c *Client) Timeline(ctx context.Context, id int64) (*wire.Timeline, error) {
	line := &wire.Timeline{}
	return answer(line, c.do(ctx, send{method: http.MethodGet, path: orderPath(id, "/timeline"), into: line}))
}

// Complete closes a paid order whose goods the customer has.
func (c *Client) Complete(ctx context.Context, id int64, p wire.Progress) (*wire.Placed, error) {
	return c.step(ctx, orderPath(id, "/complete"), p)
}

// Refund gives money back, for an order or without a receipt. The key is as in PlaceOrder.
func (c *Client) Refund(ctx context.Context, key string, f *wire.Refund) (*wire.Placed, error) {
	placed := &wire.Placed{}
	return answer(placed, c.do(ctx, send{method: http.MethodPost, path: "/v1/refunds", key: key,
		body: f, into: placed}))
}

// Stock shows what a store has of a SKU, as the transactional store knows it.
func (c *Client) Stock(ctx context.Context, store, sku string) (*wire.StockLevel, error) {
	level := &wire.StockLevel{}
	path := "/v1/stock/" + url.PathEscape(store) + "/" + url.PathEscape(sku)
	return answer(level, c.do(ctx, send{method: http.MethodGet, path: path, into: level}))
}

// Ready returns nil when the service and what it depends on are ready.
func (c *Client) Ready(ctx context.Context) error {
	return c.do(ctx, send{method: http.MethodGet, path: "/readyz"})
}

func (c *Client) step(ctx context.Context, path string, body any) (*wire.Placed, error) {
	placed := &wire.Placed{}
	return answer(placed, c.do(ctx, send{method: http.MethodPost, path: path, body: body,
		into: placed}))
}

func orderPath(id int64, step string) string {
	return "/v1/orders/" + strconv.FormatInt(id, 10) + step
}

func answer[T any](v *T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// EraseMember removes everything personal of a member for ever.
func (c *Client) EraseMember(ctx context.Context, code string) (*wire.Erasure, error) {
	gone := &wire.Erasure{}
	return answer(gone, c.do(ctx, send{method: http.MethodDelete,
		path: "/v1/members/" + url.PathEscape(code), into: gone}))
}
