package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/tillstream/tillstream/oltp/wire"
)

// PlaceCart places an order whose store may be left to the chain, which then chooses by the destination. The
// key is as in PlaceOrder.
func (c *Client) PlaceCart(ctx context.Context, key string, cart *wire.Cart) (*wire.PlacedCart, error) {
	// Not as the Order that is embedded would encode itself: without destination and recipient.
	body, err := json.Marshal(cart)
	if err != nil {
		return nil, fmt.Errorf("cannot encode a cart: %w", err)
	}
	placed := &wire.PlacedCart{}
	return answer(placed, c.do(ctx, send{method: http.MethodPost, path: "/v1/orders", key: key, body: body,
		kind: "application/json", into: placed}))
}

// Routing says which stores were looked at for an order, and why one serves it.
func (c *Client) Routing(ctx context.Context, id int64) (*wire.Routing, error) {
	return get[wire.Routing](ctx, c, orderPath(id, "/routing"))
}

// Decline gives an order that a store cannot serve back to the chain, which chooses again.
func (c *Client) Decline(ctx context.Context, id int64, why wire.Refusal) (*wire.PlacedCart, error) {
	return post[wire.PlacedCart](ctx, c, orderPath(id, "/decline"), why)
}

// Charge asks a payment provider for the money of an unpaid order.
func (c *Client) Charge(ctx context.Context, id int64, ask wire.Charge) (*wire.Charged, error) {
	return post[wire.Charged](ctx, c, orderPath(id, "/payment"), ask)
}

func get[A any](ctx context.Context, c *Client, path string) (*A, error) {
	into := new(A)
	return answer(into, c.do(ctx, send{method: http.MethodGet, path: path, into: into}))
}

func post[A any](ctx context.Context, c *Client, path string, body any) (*A, error) {
	into := new(A)
	return answer(into, c.do(ctx, send{method: http.MethodPost, path: path, body: body, into: into}))
}
