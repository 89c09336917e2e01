package soak_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/retail"
)

// reservedDrift finds stock whose reserved pieces are not those of the open orders: counted from the
// orders and their refunds, without the ledger.
const reservedDrift = `
SELECT coalesce(s.store_id, o.store_id), coalesce(s.sku_id, o.sku_id), coalesce(s.reserved, 0),
	coalesce(o.qty, 0)
FROM stock s
FULL JOIN (
	SELECT o.store_id, l.sku_id, sum(l.qty - coalesce(r.qty, 0)) AS qty
	FROM orders o
	JOIN order_line l ON l.order_id = o.id AND l.kind = 1
	LEFT JOIN (
		SELECT order_id, order_line_no, sum(qty) AS qty FROM refund_line GROUP BY 1, 2
	) r ON r.order_id = o.id AND r.order_line_no = l.line_no
	WHERE o.state IN (1, 2, 7, 8)
	GROUP BY 1, 2
) o ON o.store_id = s.store_id AND o.sku_id = s.sku_id
WHERE coalesce(s.reserved, 0) <> coalesce(o.qty, 0)`

// unbalanced finds SKUs whose accounts do not sum up to nothing, or whose goods on the road are not those
// of the transfers.
const unbalanced = `
SELECT 0, e.sku_id, sum(e.qty), coalesce(sum(e.qty) FILTER (WHERE e.account = 'in_transit'), 0)
FROM stock_entry e
GROUP BY e.sku_id
HAVING sum(e.qty) <> 0 OR coalesce(sum(e.qty) FILTER (WHERE e.account = 'in_transit'), 0) <> coalesce((
	SELECT sum(l.shipped) FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id
	WHERE t.state = 3 AND l.sku_id = e.sku_id), 0)`

// negative finds levels that cannot be.
const negative = `SELECT store_id, sku_id, on_hand, reserved FROM stock
WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`

// check compares what the database holds with the model; with the books it also adds everything up.
func (w *world) check(ctx context.Context, books bool) error {
	conn, err := pgx.Connect(ctx, w.server.DSN())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := w.checkLevels(ctx, conn); err != nil || !books {
		return err
	}
	drift, err := w.local.db.Ledger().Drift(ctx)
	if err != nil || len(drift) > 0 {
		return fmt.Errorf("the ledger does not explain %+v, %w", drift, err)
	}
	for name, sql := range map[string]string{"reserved in stock and by open orders": reservedDrift,
		"accounts and goods on the road": unbalanced, "below nothing": negative} {
		rows, err := conn.Query(ctx, sql)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s string, err error) {
			var store, sku, a, b int64
			err = row.Scan(&store, &sku, &a, &b)
			return fmt.Sprintf("store %d SKU %d: %d, %d", store, sku, a, b), err
		})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%s: %s", name, strings.Join(found, "; "))
		}
	}
	return w.checkOrders(ctx, conn)
}

// checkLevels compares every level with the model's: no piece was sold twice, none was lost.
func (w *world) checkLevels(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, "SELECT store_id, sku_id, on_hand, reserved FROM stock")
	if err != nil {
		return err
	}
	found := map[retail.StockKey]level{}
	var key retail.StockKey
	var l level
	_, err = pgx.ForEachRow(rows, []any{&key.Store, &key.SKU, &l.onHand, &l.reserved}, func() error {
		found[key] = l
		return nil
	})
	if err != nil {
		return err
	}
	for key, want := range w.model.levels {
		if found[key] != *want {
			return fmt.Errorf("store %d holds %+v of SKU %d, the model %+v", key.Store, found[key], key.SKU,
				*want)
		}
	}
	return nil
}

// checkOrders compares number and states of the orders with the model's.
func (w *world) checkOrders(ctx context.Context, conn *pgx.Conn) error {
	want, got := map[retail.OrderState]int{}, map[retail.OrderState]int{}
	for _, s := range w.model.orders {
		want[s.state]++
	}
	rows, err := conn.Query(ctx, "SELECT state, count(*) FROM orders GROUP BY state")
	if err != nil {
		return err
	}
	var state retail.OrderState
	var n int
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error {
		got[state] = n
		return nil
	})
	if err == nil && fmt.Sprint(got) != fmt.Sprint(want) {
		err = fmt.Errorf("orders by state are %v, the model says %v", got, want)
	}
	return err
}

// shortage is a refusal that names what was available.
type shortage struct {
	key       retail.StockKey
	available int32
	text      string
}

// checkShortages holds every refusal of a round against the levels that stood during the round: what was
// refused could not be served. versions are those with which the round began.
func (w *world) checkShortages(ctx context.Context, versions map[retail.StockKey]int64,
	shortages []shortage) error {
	if len(shortages) == 0 {
		return nil
	}
	conn, err := pgx.Connect(ctx, w.server.DSN())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT store_id, sku_id, version, on_hand - reserved FROM stock_move")
	if err != nil {
		return err
	}
	type stood struct {
		key       retail.StockKey
		available int32
	}
	seen := map[stood]bool{}
	var s stood
	var version int64
	_, err = pgx.ForEachRow(rows, []any{&s.key.Store, &s.key.SKU, &version, &s.available}, func() error {
		if version >= versions[s.key] {
			seen[s] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, short := range shortages {
		never := versions[short.key] == 0 && short.available == 0
		if !never && !seen[stood{short.key, short.available}] {
			return fmt.Errorf("%s: %d were never available during the round", short.text, short.available)
		}
	}
	return nil
}

// versions are the versions of all levels.
func (w *world) versions(ctx context.Context) (map[retail.StockKey]int64, error) {
	all := map[retail.StockKey]int64{}
	err := w.local.db.Stock().Snapshot(ctx, func(l retail.StockLevel) error {
		all[l.StockKey] = l.Version
		return nil
	})
	return all, err
}
