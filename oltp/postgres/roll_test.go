package postgres_test

import (
	"slices"
	"testing"

	"github.com/tillstream/tillstream/retail"
)

// TestAllStoresFollowChanges lists the stores from memory and after changes of them and of their regions.
func TestAllStoresFollowChanges(t *testing.T) {
	s := openShop(t, 3, 1)
	f := func(name string, want ...string) {
		t.Helper()
		for range 2 {
			all, err := s.dir.AllStores(t.Context())
			var codes []string
			for _, store := range all {
				codes = append(codes, store.Code+" "+store.Region.Name)
			}
			if err != nil || !slices.Equal(codes, want) {
				t.Errorf("%s: %q, %v; want %q", name, codes, err, want)
			}
		}
	}
	all, err := s.dir.AllStores(t.Context())
	if err != nil || len(all) != 3 || all[0].Zone == nil {
		t.Fatalf("%+v, %v", all, err)
	}
	region := all[0].Region.Name
	mustPut(t)(s.dir.PutStores(t.Context(), []retail.Store{{Code: "S0",
		Region: retail.Region{Code: "east"}}}))
	f("a new store", "S0 "+region, "S1 "+region, "S2 "+region, "S3 "+region)
	mustPut(t)(s.dir.PutRegions(t.Context(), []retail.Region{{Code: "east", Name: "东"}}))
	f("a renamed region", "S0 东", "S1 东", "S2 东", "S3 东")
	s.receive(0, 0, 5)
	s.receive(1, 0, 5)
	levels, err := s.db.Stock().LevelsOf(t.Context(), retail.StoreScope(s.stores[0]), s.stores, s.skus)
	if err != nil || len(levels) != 1 || levels[0].Available() != 5 ||
		levels[0].Store != s.stores[0] {
		t.Errorf("levels within a scope: %+v, %v", levels, err)
	}
}
