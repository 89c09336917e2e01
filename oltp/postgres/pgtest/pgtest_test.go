package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	first, second := pgtest.Start(t), pgtest.Start(t)
	if first == second {
		t.Fatal("two tests share a database")
	}
	f := func(dsn, sql string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	f(first, "INSERT INTO region (code, name, name_en) VALUES ('east', '华东', 'East')")
	f(second, "INSERT INTO region (code, name, name_en) VALUES ('east', '华东', 'East')")
	f(second, "SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')")
}
