package flood_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/postgres/flood"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
)

func TestNeighbourShares(t *testing.T) {
	f, err := flood.Open(t.Context(), pgtest.Start(t), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := f.Kept(t.Context(), "nobody"); err == nil {
		t.Error("a slot that is not there keeps log")
	}
	for range 2 { // the second finds the database there
		n, err := f.Neighbour(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Busy(t.Context()); err != nil {
			t.Error(err)
		}
		n.Close()
	}
	if err := f.Emit(t.Context(), []byte("packet")); err != nil {
		t.Error(err)
	}
}
