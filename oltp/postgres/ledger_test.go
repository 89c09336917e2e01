package postgres_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// TestLedgerKnowsEveryKind compares the accounts that the database knows with those of the words.
func TestLedgerKnowsEveryKind(t *testing.T) {
	s := openShop(t, 1, 1)
	kinds := 0
	for k := retail.Receive; k.String() != "unknown"; k++ {
		from, to := k.Accounts()
		want := fmt.Sprintf("%s: %s to %s", k, from, to)
		got := ask[string](t, s.dsn, `SELECT coalesce(max(name || ': ' || giver || ' to ' || taker), 'none')
			FROM stock_move_kind WHERE kind = $1`, k)
		if got != want {
			t.Errorf("kind %d is %q in the database, want %q", k, got, want)
		}
		kinds++
	}
	if n := ask[int](t, s.dsn, "SELECT count(*) FROM stock_move_kind"); n != kinds {
		t.Errorf("the database knows %d kinds, the words %d", n, kinds)
	}
}

// TestLedgerIsDoubleEntry follows five pieces through their accounts.
func TestLedgerIsDoubleEntry(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 5)
	s.placed(s.sale(0, 0, 1))
	online := s.sale(0, 0, 2)
	online.Fulfilment = retail.Express
	placed := s.placed(online)
	accounts := func(want string) {
		t.Helper()
		got := ask[string](t, s.dsn, `SELECT string_agg(account || ' ' || qty, ', ' ORDER BY account) FROM (
			SELECT account, sum(qty) AS qty FROM stock_entry GROUP BY account HAVING sum(qty) <> 0) a`)
		if got != want {
			t.Errorf("the accounts hold %s, want %s", got, want)
		}
	}
	accounts("customer 1, held 2, shelf 2, supplier -5")
	if r := s.Advance(t.Context(), []order.Step{{Kind: order.Ship, Order: placed.ID}}); r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	accounts("customer 3, shelf 2, supplier -5")
	s.wantNoDrift()
	execute(t, s.dsn, `ALTER TABLE stock_move DISABLE TRIGGER append_only;
		UPDATE stock_move SET kind = 4 WHERE kind = 5`)
	drift, err := s.db.Ledger().Drift(t.Context())
	if err != nil || len(drift) != 1 || drift[0].LedgerOnHand != 4 {
		t.Errorf("a shipment that is called a release goes unnoticed: %+v, %v", drift, err)
	}
}
