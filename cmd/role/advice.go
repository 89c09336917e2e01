package role

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// catalogueRows bounds one reading of a list of the catalogue.
const catalogueRows = 1_000

// goods is where the catalogue is read.
type goods interface {
	catalogue.Lister
	// AssortmentsByStore is that of catalogue.Source.
	AssortmentsByStore(ctx context.Context, stores []int64) ([]catalogue.Assortment, error)
}

// readCatalogue reads what recommendations are made of.
func readCatalogue(rows goods) func(context.Context) (recommend.Catalogue, error) {
	return func(ctx context.Context) (c recommend.Catalogue, err error) {
		c.At = time.Now()
		c.Categories, err = pages(func(after string) ([]retail.Category, error) {
			return rows.Categories(ctx, "", after, catalogueRows)
		}, func(x *retail.Category) string { return x.Code })
		if err != nil {
			return c, fmt.Errorf("cannot read the categories: %w", err)
		}
		c.Stores, err = pages(func(after string) ([]retail.Store, error) {
			return rows.Stores(ctx, retail.HQScope(), after, catalogueRows)
		}, func(x *retail.Store) string { return x.Code })
		if err != nil {
			return c, fmt.Errorf("cannot read the stores: %w", err)
		}
		c.SKUs, err = pages(func(after string) ([]retail.SKU, error) {
			return rows.Products(ctx, catalogue.Filter{}, after, catalogueRows)
		}, func(x *retail.SKU) string { return x.Code })
		if err != nil {
			return c, fmt.Errorf("cannot read the products: %w", err)
		}
		stores := make([]int64, len(c.Stores))
		for i := range c.Stores {
			stores[i] = int64(c.Stores[i].ID)
		}
		for some := range slices.Chunk(stores, catalogueRows) {
			assortments, err := rows.AssortmentsByStore(ctx, some)
			if err != nil {
				return c, fmt.Errorf("cannot read what stores sell: %w", err)
			}
			for i := range assortments {
				c.Listings = append(c.Listings, assortments[i].Listings()...)
			}
		}
		return c, nil
	}
}

// readRules reads the rules of merchandisers that have not ended.
func readRules(rows catalogue.Merchandiser) func(context.Context) ([]retail.MerchandisingRule, error) {
	return func(ctx context.Context) ([]retail.MerchandisingRule, error) {
		return rows.Rules(ctx, retail.HQScope(), catalogue.RuleFilter{Current: true, Limit: retail.MaxRules})
	}
}

// pages reads a list page by page; what comes after a row is asked for by its code.
func pages[T any](read func(after string) ([]T, error), code func(*T) string) (all []T, err error) {
	for after := ""; ; {
		page, err := read(after)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		if after = code(&page[len(page)-1]); len(page) < catalogueRows {
			return all, nil
		}
	}
}
