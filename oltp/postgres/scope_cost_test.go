package postgres_test

import "testing"

func TestScopeCostsMeasuresBothWays(t *testing.T) {
	s, _ := openTwoStores(t)
	costs, err := s.db.ScopeCosts(t.Context(), 50)
	if err != nil || len(costs) != 3 {
		t.Fatalf("got %+v, %v, want three reads", costs, err)
	}
	for _, c := range costs {
		if c.Bare <= 0 || c.Scoped <= 0 {
			t.Errorf("%s was not measured: %+v", c.Read, c)
		}
		t.Logf("%s: %s, under a scope %s: %+.1f %%", c.Read, c.Bare, c.Scoped, c.Percent())
	}
}
