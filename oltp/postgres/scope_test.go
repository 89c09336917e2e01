package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// protected are the tables of this package's own whose rows belong to stores.
var protected = []string{"orders", "order_line", "refund", "refund_line", "stock", "stock_move"}

// openTwoStores has an order and its refund in each of two stores, and one refund without an order.
func openTwoStores(t *testing.T) (*shop, [2]retail.OrderID) {
	t.Helper()
	s := openShop(t, 2, 2)
	var orders [2]retail.OrderID
	for i := range orders {
		s.receive(i, 0, 10)
		orders[i] = s.placed(s.sale(i, 0, 2)).ID
		r := s.Refund(t.Context(), []order.Refund{{Order: orders[i], Store: s.stores[i]}})[0]
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	return s, orders
}

// sees counts the rows of a table that a role sees under a setting.
func sees(t *testing.T, s *shop, role, setting, table string) int {
	t.Helper()
	var n int
	asRole(t, s, role, setting, func(tx pgx.Tx) {
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatalf("%s as %s: %v", table, role, err)
		}
	})
	return n
}

// asRole runs raw SQL as a group role, with tillstream.stores set unless it is "-".
func asRole(t *testing.T, s *shop, role, setting string, do func(pgx.Tx)) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.Background())
	if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE "+role); err != nil {
		t.Fatal(err)
	}
	if setting != "-" {
		_, err := tx.Exec(t.Context(), "SELECT set_config('tillstream.stores', $1, true)", setting)
		if err != nil {
			t.Fatal(err)
		}
	}
	do(tx)
}

func TestPoliciesHoldForRawSQL(t *testing.T) {
	s, _ := openTwoStores(t)
	first, second := s.stores[0], s.stores[1]
	f := func(role, setting string, stores int) {
		t.Helper()
		for _, table := range protected {
			each := sees(t, s, "tillstream_intake", "-", table) / 2
			if got := sees(t, s, role, setting, table); each == 0 || got != stores*each {
				t.Errorf("%s under %q sees %d rows of %s, want %d", role, setting, got, table, stores*each)
			}
		}
	}
	for _, role := range []string{"tillstream_desk", "tillstream_reader"} {
		f(role, "-", 0)
		f(role, "", 0)
		f(role, "{}", 0)
		f(role, "{99}", 0)
		f(role, fmt.Sprintf("{%d}", first), 1)
		f(role, fmt.Sprintf("{%d,%d,99}", first, second), 2)
		f(role, "all", 2)
	}
	f("tillstream_intake", "-", 2)
	f("tillstream_intake", fmt.Sprintf("{%d}", first), 2)
}

// TestPoliciesHoldForChanges tries to write into another store, and to look through a refusal.
func TestPoliciesHoldForChanges(t *testing.T) {
	s, orders := openTwoStores(t)
	own := fmt.Sprintf("{%d}", s.stores[0])
	f := func(role, sql, want string) {
		t.Helper()
		asRole(t, s, role, own, func(tx pgx.Tx) {
			tag, err := tx.Exec(t.Context(), sql)
			got := fmt.Sprint(tag.RowsAffected())
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, want) {
				t.Errorf("%s as %s: got %s, want %s", sql, role, got, want)
			}
		})
	}
	level := func(store retail.StoreID) string {
		return fmt.Sprintf("INSERT INTO stock VALUES (%d, 1, %d, 5, 0)", s.skus[1], store)
	}
	const desk, reader = "tillstream_desk", "tillstream_reader"
	f(desk, level(s.stores[0]), "1")
	f(desk, level(s.stores[1]), "row-level security")
	f(desk, "UPDATE stock SET version = version", "1")
	f(desk, fmt.Sprintf("UPDATE stock SET store_id = %d", s.stores[1]), "row-level security")
	f(desk, fmt.Sprintf("DELETE FROM orders WHERE id = %d", orders[1]), "0")
	f(desk, "TRUNCATE stock", "permission denied")
	f(desk, "ALTER TABLE stock DISABLE ROW LEVEL SECURITY", "must be owner")
	f(desk, "DELETE FROM schema_migration", "permission denied")
	f(reader, level(s.stores[0]), "permission denied")
	f(reader, "SELECT FROM member", "permission denied")
}

func TestForgottenScopeSeesNothing(t *testing.T) {
	s, orders := openTwoStores(t)
	f := func(table string) {
		t.Helper()
		var n int
		if err := s.db.Forgetful(t.Context(), "SELECT count(*) FROM "+table, &n); err != nil || n != 0 {
			t.Errorf("without a scope %d rows of %s show, %v", n, table, err)
		}
	}
	for _, table := range protected {
		f(table)
	}
	// A scope ends with its transaction, though the session goes on.
	for range 20 {
		if _, err := s.db.Orders().Order(t.Context(), retail.HQScope(), orders[0]); err != nil {
			t.Fatal(err)
		}
		f("orders")
	}
}

func TestReadersKeepToTheirScope(t *testing.T) {
	s, orders := openTwoStores(t)
	f := func(scope retail.Scope, of int, want error, onHand int32) {
		t.Helper()
		v, err := s.db.Orders().Order(t.Context(), scope, orders[of])
		if !errors.Is(err, want) || err == nil && len(v.Lines) != 1 {
			t.Errorf("order %d under %q: got %+v, %v, want %v", of, scope.Key(), v, err, want)
		}
		l, err := s.db.Stock().Level(t.Context(), scope, s.key(of, 0))
		if err != nil || l.OnHand != onHand {
			t.Errorf("level %d under %q: got %+v, %v, want %d", of, scope.Key(), l, err, onHand)
		}
	}
	f(retail.HQScope(), 0, nil, 8)
	f(retail.HQScope(), 1, nil, 8)
	f(retail.StoreScope(s.stores[0]), 0, nil, 8)
	f(retail.StoreScope(s.stores[0]), 1, order.ErrNoSuchOrder, 0)
	f(retail.StoreScope(s.stores...), 1, nil, 8)
	f(retail.Scope{}, 0, order.ErrNoSuchOrder, 0)
}

// TestSessionsWorkAsGroupRoles holds although every test logs in as the server's superuser.
func TestSessionsWorkAsGroupRoles(t *testing.T) {
	s := openShop(t, 1, 1)
	const who = `SELECT current_user, rolsuper OR rolbypassrls OR rolcanlogin
		FROM pg_roles WHERE rolname = current_user`
	var role string
	var mighty bool
	if err := s.db.Forgetful(t.Context(), who, &role, &mighty); err != nil || role != "tillstream_desk" ||
		mighty {
		t.Errorf("readers work as %s, mighty %t, %v", role, mighty, err)
	}
	if err := s.db.Writing(t.Context(), who, &role, &mighty); err != nil || role != "tillstream_intake" ||
		mighty {
		t.Errorf("writers work as %s, mighty %t, %v", role, mighty, err)
	}
}

// TestTablesOfStoresAreProtected finds every table that names a store, those of later migrations too.
// What the whole staff may see of every store is not protected, and listed here.
func TestTablesOfStoresAreProtected(t *testing.T) {
	s := openShop(t, 1, 1)
	const open = `SELECT string_agg(DISTINCT c.relname, ', ')
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
			AND (a.attname LIKE '%store_id' AND a.attname <> 'origin_store_id' OR c.relname = ANY ($1))
			AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`
	if got := ask[*string](t, s.dsn, open, protected); got != nil {
		t.Errorf("%s: no row-level security, or not forced: SELECT protect_stores('...')", *got)
	}
}

// TestViewsAskAsTheirReaders finds views that would read with their owner's eyes.
func TestViewsAskAsTheirReaders(t *testing.T) {
	s := openShop(t, 1, 1)
	const open = `SELECT string_agg(relname, ', ') FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
			AND NOT coalesce(reloptions @> '{security_invoker=true}', false)`
	if got := ask[*string](t, s.dsn, open); got != nil {
		t.Errorf("the view %s lacks WITH (security_invoker = true)", *got)
	}
}
