package soak_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// furnish makes stores and goods.
func furnish(t *testing.T, e *engine, stores, skus int) ([]retail.StoreID, []retail.SKUID) {
	t.Helper()
	ctx := t.Context()
	put := func(results []catalogue.Result, err error) []catalogue.Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		return results
	}
	put(e.dir.PutRegions(ctx, []retail.Region{{Code: "east", Name: "华东", NameEN: "East"}}))
	put(e.dir.PutCategories(ctx, []retail.Category{{Code: "tea", Name: "茶", NameEN: "Tea"}}))
	shops := make([]retail.Store, stores)
	for i := range shops {
		shops[i] = retail.Store{Code: fmt.Sprint("S", i+1), Region: retail.Region{Code: "east"}, Active: true}
	}
	goods := make([]retail.SKU, skus)
	for i := range goods {
		goods[i] = retail.SKU{Code: fmt.Sprint("K", i+1), Category: retail.Category{Code: "tea"},
			Price: 1000, Cost: 600, Active: true}
	}
	var storeIDs []retail.StoreID
	for _, r := range put(e.dir.PutStores(ctx, shops)) {
		storeIDs = append(storeIDs, retail.StoreID(r.ID))
	}
	var skuIDs []retail.SKUID
	for _, r := range put(e.dir.PutProducts(ctx, goods)) {
		skuIDs = append(skuIDs, retail.SKUID(r.ID))
	}
	return storeIDs, skuIDs
}
