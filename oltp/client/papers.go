package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Page asks for one page of a list.
type Page struct {
	// Store narrows to documents of a store, State to those that stand there; "" means all.
	Store, State string
	// Cursor is what Next of the page before said, "" for the first.
	Cursor string
	// Limit bounds the rows. Default: the service's, 100.
	Limit int
}

func (p Page) query() string {
	q := url.Values{}
	for name, text := range map[string]string{"store": p.Store, "state": p.State, "cursor": p.Cursor} {
		if text != "" {
			q.Set(name, text)
		}
	}
	if p.Limit > 0 {
		q.Set("limit", strconv.Itoa(p.Limit))
	}
	return "?" + q.Encode()
}

// DraftTransfer drafts a transfer between two stores. The key makes it safe to draft it again.
func (c *Client) DraftTransfer(ctx context.Context, key string, t *wire.Transfer) (*wire.TransferView,
	error) {
	view := &wire.TransferView{}
	return answer(view, c.do(ctx, send{method: http.MethodPost, path: "/v1/transfers", key: key, body: t,
		into: view}))
}

// Transfer shows a transfer.
func (c *Client) Transfer(ctx context.Context, id int64) (*wire.TransferView, error) {
	return get[wire.TransferView](ctx, c, paperPath("transfers", id, ""))
}

// Transfers lists transfers, newest first.
func (c *Client) Transfers(ctx context.Context, p Page) (*wire.Page[wire.TransferView], error) {
	return get[wire.Page[wire.TransferView]](ctx, c, "/v1/transfers"+p.query())
}

// ApproveTransfer lets the goods of a draft leave.
func (c *Client) ApproveTransfer(ctx context.Context, id int64, d wire.Decision) (*wire.TransferView, error) {
	return post[wire.TransferView](ctx, c, paperPath("transfers", id, "/approve"), d)
}

// RejectTransfer refuses a draft; a reason must be given.
func (c *Client) RejectTransfer(ctx context.Context, id int64, d wire.Decision) (*wire.TransferView, error) {
	return post[wire.TransferView](ctx, c, paperPath("transfers", id, "/reject"), d)
}

// CancelTransfer gives up a transfer that has not left.
func (c *Client) CancelTransfer(ctx context.Context, id int64, d wire.Decision) (*wire.TransferView, error) {
	return post[wire.TransferView](ctx, c, paperPath("transfers", id, "/cancel"), d)
}

// ShipTransfer tells what left.
func (c *Client) ShipTransfer(ctx context.Context, id int64, s *wire.Shipment) (*wire.TransferView, error) {
	return post[wire.TransferView](ctx, c, paperPath("transfers", id, "/ship"), s)
}

// ReceiveTransfer tells what arrived.
func (c *Client) ReceiveTransfer(ctx context.Context, id int64, r *wire.Receipt) (*wire.TransferView, error) {
	return post[wire.TransferView](ctx, c, paperPath("transfers", id, "/receive"), r)
}

// OpenStocktake opens a stocktake. The key makes it safe to open it again.
func (c *Client) OpenStocktake(ctx context.Context, key string, s *wire.Stocktake) (*wire.StocktakeView,
	error) {
	view := &wire.StocktakeView{}
	return answer(view, c.do(ctx, send{method: http.MethodPost, path: "/v1/stocktakes", key: key, body: s,
		into: view}))
}

// Stocktake shows a stocktake.
func (c *Client) Stocktake(ctx context.Context, id int64) (*wire.StocktakeView, error) {
	return get[wire.StocktakeView](ctx, c, paperPath("stocktakes", id, ""))
}

// Stocktakes lists stocktakes, newest first, without lines.
func (c *Client) Stocktakes(ctx context.Context, p Page) (*wire.Page[wire.StocktakeView], error) {
	return get[wire.Page[wire.StocktakeView]](ctx, c, "/v1/stocktakes"+p.query())
}

// Count adds counts to a stocktake; a later count of a SKU replaces the earlier.
func (c *Client) Count(ctx context.Context, id int64, counts *wire.Counts) (*wire.StocktakeView, error) {
	return post[wire.StocktakeView](ctx, c, paperPath("stocktakes", id, "/counts"), counts)
}

// CloseStocktake moves the differences and answers the report.
func (c *Client) CloseStocktake(ctx context.Context, id int64, d wire.Decision) (*wire.StocktakeView, error) {
	return post[wire.StocktakeView](ctx, c, paperPath("stocktakes", id, "/close"), d)
}

// CancelStocktake ends a stocktake without moves.
func (c *Client) CancelStocktake(ctx context.Context, id int64, d wire.Decision) (*wire.StocktakeView,
	error) {
	return post[wire.StocktakeView](ctx, c, paperPath("stocktakes", id, "/cancel"), d)
}

func paperPath(kind string, id int64, step string) string {
	return "/v1/" + kind + "/" + strconv.FormatInt(id, 10) + step
}
