package client

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// PlaceOrders places many orders. It returns one row for each order, in the same order; the error is
// for what stopped the bulk as a whole, and then the rows answered so far come with it.
func (c *Client) PlaceOrders(ctx context.Context, orders []wire.OrderRow) ([]wire.Row, error) {
	return bulk(ctx, c, orders, func(ctx context.Context, part []wire.OrderRow) ([]wire.Row, error) {
		rows := wire.Rows{}
		err := c.do(ctx, send{method: http.MethodPost, path: "/v1/orders/bulk",
			body: &wire.Orders{Orders: part}, into: &rows})
		return rows.Results, err
	}, func(r *wire.Row) *wire.Problem { return r.Problem })
}

// Refunds gives many refunds. Its answer is as that of PlaceOrders.
func (c *Client) Refunds(ctx context.Context, refunds []wire.RefundRow) ([]wire.Row, error) {
	return bulk(ctx, c, refunds, func(ctx context.Context, part []wire.RefundRow) ([]wire.Row, error) {
		rows := wire.Rows{}
		err := c.do(ctx, send{method: http.MethodPost, path: "/v1/refunds/bulk",
			body: &wire.Refunds{Refunds: part}, into: &rows})
		return rows.Results, err
	}, func(r *wire.Row) *wire.Problem { return r.Problem })
}

// MoveStock receives, adjusts and writes off stock. Its answer is as that of PlaceOrders.
func (c *Client) MoveStock(ctx context.Context, moves []wire.StockMove) ([]wire.StockRow, error) {
	return bulk(ctx, c, moves, func(ctx context.Context, part []wire.StockMove) ([]wire.StockRow, error) {
		rows := wire.StockRows{}
		err := c.do(ctx, send{method: http.MethodPost, path: "/v1/stock/moves",
			body: &wire.StockMoves{Moves: part}, into: &rows})
		return rows.Results, err
	}, func(r *wire.StockRow) *wire.Problem { return r.Problem })
}

// PutRegions merges regions by code. Its answer is as that of PlaceOrders.
func (c *Client) PutRegions(ctx context.Context, rows []wire.Region) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/regions", rows, func(part []wire.Region) any {
		return &wire.Regions{Regions: part}
	})
}

// PutStores merges stores by code; their regions must exist.
func (c *Client) PutStores(ctx context.Context, rows []wire.Store) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/stores", rows, func(part []wire.Store) any {
		return &wire.Stores{Stores: part}
	})
}

// ImportStores merges the stores of a spreadsheet, or says what that would do.
func (c *Client) ImportStores(ctx context.Context, file []byte, dryRun bool) (*wire.ImportReport, error) {
	report := &wire.ImportReport{}
	path := "/v1/stores/import?dry_run=" + strconv.FormatBool(dryRun)
	return answer(report, c.do(ctx, send{method: http.MethodPost, path: path, body: file,
		kind: "application/octet-stream", into: report}))
}

// PutCategories merges categories by code.
func (c *Client) PutCategories(ctx context.Context, rows []wire.Category) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/categories", rows, func(part []wire.Category) any {
		return &wire.Categories{Categories: part}
	})
}

// PutStyles merges styles by code; their categories must exist.
func (c *Client) PutStyles(ctx context.Context, rows []wire.Style) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/styles", rows, func(part []wire.Style) any {
		return &wire.Styles{Styles: part}
	})
}

// PutProducts merges SKUs by code; their categories and styles must exist.
func (c *Client) PutProducts(ctx context.Context, rows []wire.Product) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/products", rows, func(part []wire.Product) any {
		return &wire.Products{Products: part}
	})
}

// PutListings says what stores sell and for how much; stores and SKUs must exist.
func (c *Client) PutListings(ctx context.Context, rows []wire.Listing) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/listings", rows, func(part []wire.Listing) any {
		return &wire.Listings{Listings: part}
	})
}

// PutExperiments merges experiments with recommendations by name.
func (c *Client) PutExperiments(ctx context.Context, rows []wire.Experiment) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/experiments", rows, func(part []wire.Experiment) any {
		return &wire.Experiments{Experiments: part}
	})
}

// Experiments lists the first experiments in ascending order of name, at most MaxRows.
func (c *Client) Experiments(ctx context.Context) (*wire.Page[wire.Experiment], error) {
	page := &wire.Page[wire.Experiment]{}
	return page, c.do(ctx, send{method: http.MethodGet, into: page,
		path: "/v1/experiments?limit=" + strconv.Itoa(MaxRows)})
}

// PutMembers merges members by code.
func (c *Client) PutMembers(ctx context.Context, rows []wire.Member) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/members", rows, func(part []wire.Member) any {
		return &wire.Members{Members: part}
	})
}

func put[R any](ctx context.Context, c *Client, path string, rows []R, body func([]R) any) (
	[]wire.Merged, error) {

	return bulk(ctx, c, rows, func(ctx context.Context, part []R) ([]wire.Merged, error) {
		merged := wire.MergedRows{}
		err := c.do(ctx, send{method: http.MethodPut, path: path, body: body(part), into: &merged})
		return merged.Results, err
	}, func(m *wire.Merged) *wire.Problem { return m.Problem })
}

// bulk sends rows in parts, and the rows of a part that had no effect for a passing reason again.
func bulk[R, A any](ctx context.Context, c *Client, rows []R,
	send func(context.Context, []R) ([]A, error), problem func(*A) *wire.Problem) ([]A, error) {

	answers := make([]A, 0, len(rows))
	for len(rows) > 0 {
		part := rows[:min(len(rows), MaxRows)]
		rows = rows[len(part):]
		got, err := sendPart(ctx, c, part, send, problem)
		if err != nil {
			return answers, err
		}
		answers = append(answers, got...)
	}
	return answers, nil
}

func sendPart[R, A any](ctx context.Context, c *Client, part []R,
	send func(context.Context, []R) ([]A, error), problem func(*A) *wire.Problem) ([]A, error) {

	answers, err := send(ctx, part)
	for attempt := 1; ; attempt++ {
		if err != nil {
			return nil, err
		}
		if len(answers) != len(part) {
			return nil, fmt.Errorf("cannot match %d answers to %d rows", len(answers), len(part))
		}
		open, wait := temporary(answers, problem)
		if len(open) == 0 || attempt >= c.attempts() {
			return answers, nil
		}
		if err := c.pause(ctx, "", attempt, wait); err != nil {
			return nil, err
		}
		again := make([]R, len(open))
		for i, at := range open {
			again[i] = part[at]
		}
		var later []A
		if later, err = send(ctx, again); err == nil && len(later) == len(open) {
			for i, at := range open {
				answers[at] = later[i]
			}
		} else if err == nil {
			return nil, fmt.Errorf("cannot match %d answers to %d rows", len(later), len(open))
		}
	}
}

// temporary lists the rows that may succeed later, and the longest wait that they ask for.
func temporary[A any](answers []A, problem func(*A) *wire.Problem) (open []int, wait time.Duration) {
	for i := range answers {
		if p := problem(&answers[i]); p != nil && p.Temporary() {
			open = append(open, i)
			wait = max(wait, time.Duration(p.RetryAfterS)*time.Second)
		}
	}
	return open, wait
}
