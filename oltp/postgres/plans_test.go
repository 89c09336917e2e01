package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestPlansLookKeysUp plans the writers' statements when every table is still empty and was vacuumed:
// then a full scan looks cheap, and a writer keeps the plan it made first while the table grows.
func TestPlansLookKeysUp(t *testing.T) {
	s := openShop(t, 1, 1)
	execute(t, s.dsn, "VACUUM ANALYZE")
	conn, err := pgx.Connect(t.Context(), s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	run := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for _, setting := range []string{"plan_cache_mode = force_generic_plan", "enable_seqscan = off",
		"enable_hashjoin = off", "enable_mergejoin = off"} {
		run("SET " + setting)
	}
	wantPlans(t, run, conn, map[string]int{"orders_before": 1, "refunds_before": 1, "moves_before": 1,
		"orders": 1, "order_lines": 1, "levels": 2, "levels_seen": 2, "levels_with_orders": 3,
		"update_stock": 8, "insert_payment_refunds": 4, "move_payments": 2, "update_orders": 5,
		"transfers_locked":  1,
		"stocktakes_locked": 1})

	// Readers plan under the policies of their role.
	run("SET ROLE tillstream_desk")
	wantPlans(t, run, conn, map[string]int{"order_view": 1, "order_view_lines": 1, "stock_level": 2,
		"order_steps": 1, "stores_of_orders": 1, "courier_jobs": 1, "courier_job_by_number": 2,
		"change_courier_job": 7, "courier_facts": 1})
}

func wantPlans(t *testing.T, run func(string), conn *pgx.Conn, queries map[string]int) {
	t.Helper()
	for name, params := range queries {
		text, err := os.ReadFile(filepath.Join("queries", name+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		run("PREPARE " + name + " AS " + string(text))
		nulls := strings.TrimSuffix(strings.Repeat("NULL,", params), ",")
		rows, err := conn.Query(t.Context(), "EXPLAIN EXECUTE "+name+"("+nulls+")")
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		wantLookUps(t, name, plan)
	}
}

// wantLookUps fails for every scan of a table without a condition on a key or a place.
func wantLookUps(t *testing.T, name string, plan []string) {
	t.Helper()
	for i, line := range plan {
		keyed := i+1 < len(plan) &&
			(strings.Contains(plan[i+1], "Index Cond:") || strings.Contains(plan[i+1], "TID Cond:"))
		scan := strings.Contains(line, "Seq Scan") || strings.Contains(line, "Index Scan") ||
			strings.Contains(line, "Index Only Scan") || strings.Contains(line, "Tid Scan")
		if scan && !keyed {
			t.Errorf("%s reads a whole table:\n%s", name, strings.Join(plan, "\n"))
			return
		}
	}
}
