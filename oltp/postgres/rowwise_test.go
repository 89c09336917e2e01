package postgres_test

import (
	"errors"
	"testing"

	"github.com/tillstream/tillstream/oltp/postgres/rowwise"
)

func TestTheRivalsMethodSellsToo(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 3)
	rival, err := rowwise.Open(t.Context(), s.dsn, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer rival.Close()
	if err := rival.Place(t.Context(), s.sale(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if err := rival.Place(t.Context(), s.sale(0, 0, 2)); !errors.Is(err, rowwise.ErrShort) {
		t.Errorf("sold more than there was: %v", err)
	}
	s.wantLevel(0, 0, 1, 0)
	s.wantNoDrift()
}
