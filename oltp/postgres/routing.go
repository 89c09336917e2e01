package postgres

import (
	"context"
	"encoding/hex"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// routing queues the decisions behind new orders, and takes payments along.
func (t *transaction) routing(r *order.RoutingRows, m *order.ReplacedRows) {
	if len(r.Order) > 0 {
		sealed := make([]string, len(r.Delivery))
		for i, d := range r.Delivery {
			sealed[i] = hex.EncodeToString([]byte(d))
		}
		t.int8s(r.Order)
		t.int8s(r.Group)
		t.int8s(r.From)
		t.int8s(r.Owner)
		t.int4s(r.Store)
		t.int4s(r.Distance)
		t.int2s(r.OwnerKind)
		t.texts(r.Decision, false)
		t.texts(sealed, false)
		t.queue("insert_order_routing", nil)
	}
	if len(m.From) > 0 {
		t.int8s(m.From)
		t.int8s(m.To)
		t.queue("move_payments", nil)
	}
}

// Routing is the dispatch.Book.
type Routing struct{ db *DB }

// Routing returns what is known for choosing stores, and the choices.
func (db *DB) Routing() *Routing { return &Routing{db} }

// Available implements dispatch.Book.
func (r *Routing) Available(ctx context.Context, stores []retail.StoreID, skus []retail.SKUID) (
	[]retail.StockLevel, error) {
	all, err := collect(ctx, r.db, "available_stock",
		func(row pgx.CollectableRow) (l retail.StockLevel, err error) {
			return l, row.Scan(&l.Store, &l.SKU, &l.OnHand, &l.Reserved)
		}, stores, skus)
	return all, explain("read what stores have", err)
}

// Loads implements dispatch.Book.
func (r *Routing) Loads(ctx context.Context) (map[retail.StoreID]int32, error) {
	type load struct {
		store retail.StoreID
		n     int32
	}
	all, err := collect(ctx, r.db, "store_loads", func(row pgx.CollectableRow) (l load, err error) {
		return l, row.Scan(&l.store, &l.n)
	})
	loads := make(map[retail.StoreID]int32, len(all))
	for _, l := range all {
		loads[l.store] = l.n
	}
	return loads, explain("read what stores have to do", err)
}

// Decision implements dispatch.Book.
func (r *Routing) Decision(ctx context.Context, scope retail.Scope, id retail.OrderID) (
	*dispatch.Record, error) {
	d := &dispatch.Record{Order: id}
	err := r.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(r.db.query("order_routing"), id).QueryRow(func(row pgx.Row) error {
			return row.Scan(&d.Group, &d.From, &d.Store, &d.DistanceMetres, &d.Decision, &d.OwnerKind,
				&d.Owner, &d.Delivery)
		})
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, dispatch.ErrNotRouted
	}
	return d, explain("read a routing decision", err)
}

// ByKey implements dispatch.Book.
func (r *Routing) ByKey(ctx context.Context, key order.Key) (order.Before, bool, error) {
	all, err := collect(ctx, r.db, "order_by_key",
		func(row pgx.CollectableRow) (b order.Before, err error) {
			return b, row.Scan(&b.ID, &b.Hash, &b.State, &b.Gross, &b.Discount)
		}, [16]byte(key))
	if err != nil || len(all) == 0 {
		return order.Before{}, false, explain("find an order by its key", err)
	}
	return all[0], true, nil
}

// Group implements dispatch.Book.
func (r *Routing) Group(ctx context.Context, group retail.OrderID) ([]dispatch.Member, error) {
	all, err := collect(ctx, r.db, "order_group",
		func(row pgx.CollectableRow) (m dispatch.Member, err error) {
			return m, row.Scan(&m.Order, &m.Store, &m.From, &m.State, &m.Gross, &m.Discount, &m.Declined)
		}, group)
	return all, explain("read the orders of a cart", err)
}

// Keep implements dispatch.Book.
func (r *Routing) Keep(ctx context.Context, id retail.OrderID, store retail.StoreID,
	s dispatch.Sealed) error {
	err := r.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(r.db.query("put_order_delivery"), id, s.Owner, store, s.OwnerKind, s.Delivery)
	})
	return explain("keep where goods go", err)
}

// Sealed implements dispatch.Book.
func (r *Routing) Sealed(ctx context.Context, id retail.OrderID) (dispatch.Sealed, error) {
	all, err := collect(ctx, r.db, "order_delivery",
		func(row pgx.CollectableRow) (s dispatch.Sealed, err error) {
			return s, row.Scan(&s.OwnerKind, &s.Owner, &s.Delivery)
		}, id)
	if err == nil && len(all) == 0 {
		return dispatch.Sealed{}, dispatch.ErrNoDelivery
	}
	if err != nil {
		return dispatch.Sealed{}, explain("find where goods go", err)
	}
	return all[0], nil
}
