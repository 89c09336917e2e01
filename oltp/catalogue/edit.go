package catalogue

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// PutRegions implements Editor.
func (d *Directory) PutRegions(ctx context.Context, rows []retail.Region) ([]Result, error) {
	results, err := d.cfg.Editor.PutRegions(ctx, rows)
	if len(changed(results, Updated)) > 0 {
		d.stores.forget(nil)
		d.roll.forget()
	}
	return results, err
}

// PutCategories implements Editor.
func (d *Directory) PutCategories(ctx context.Context, rows []retail.Category) ([]Result, error) {
	results, err := d.cfg.Editor.PutCategories(ctx, rows)
	if len(changed(results, Updated)) > 0 {
		d.skus.forget(nil)
	}
	return results, err
}

// PutStores implements Editor.
func (d *Directory) PutStores(ctx context.Context, rows []retail.Store) ([]Result, error) {
	results, err := d.cfg.Editor.PutStores(ctx, rows)
	refresh(ctx, &d.stores, results)
	if len(changed(results, Created, Updated)) > 0 {
		d.roll.forget()
	}
	return results, err
}

// RehearseStores implements Editor.
func (d *Directory) RehearseStores(ctx context.Context, rows []retail.Store) ([]Result, error) {
	return d.cfg.Editor.RehearseStores(ctx, rows)
}

// PutProducts implements Editor.
func (d *Directory) PutProducts(ctx context.Context, rows []retail.SKU) ([]Result, error) {
	results, err := d.cfg.Editor.PutProducts(ctx, rows)
	refresh(ctx, &d.skus, results)
	return results, err
}

// PutStyles implements Editor.
func (d *Directory) PutStyles(ctx context.Context, rows []retail.Style) ([]Result, error) {
	results, err := d.cfg.Editor.PutStyles(ctx, rows)
	if len(changed(results, Updated)) > 0 {
		d.skus.forget(nil)
	}
	return results, err
}

// PutMembers implements Editor.
func (d *Directory) PutMembers(ctx context.Context, rows []Member) ([]Result, error) {
	results, err := d.cfg.Editor.PutMembers(ctx, rows)
	refresh(ctx, &d.members, results)
	return results, err
}

// refresh reads the rows that changed. If that fails they are forgotten at least, and read when they
// are asked for.
func refresh[V any](ctx context.Context, t *table[V], results []Result) {
	ids := changed(results, Created, Updated)
	if len(ids) == 0 {
		return
	}
	t.forget(ids)
	_, _ = t.fetchIDs(ctx, ids)
}

func changed(results []Result, outcomes ...Outcome) []int64 {
	var ids []int64
	for _, r := range results {
		for _, o := range outcomes {
			if r.Outcome == o {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
