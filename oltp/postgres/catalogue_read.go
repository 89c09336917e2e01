package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

func readMembers(rows pgx.Rows, err error) ([]retail.Member, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m retail.Member, err error) {
		return m, row.Scan(&m.ID, &m.Code, &m.Origin, &m.Personalized, &m.Simulated, &m.Version)
	})
}

// Stores implements catalogue.Lister.
func (c *Catalogue) Stores(ctx context.Context, scope retail.Scope, after string, limit int) (
	[]retail.Store, error) {
	found, err := readStores(c.db.pool.Query(ctx, c.db.query("list_stores"), after, limit, scope.All(),
		scope.Stores()))
	return found, explainCatalogue("list stores", err)
}

// Members implements catalogue.Lister.
func (c *Catalogue) Members(ctx context.Context, after string, limit int) ([]retail.Member, error) {
	found, err := readMembers(c.db.pool.Query(ctx, c.db.query("list_members"), after, limit))
	return found, explainCatalogue("list members", err)
}

// Regions implements catalogue.Lister.
func (c *Catalogue) Regions(ctx context.Context, after string, limit int) ([]retail.Region, error) {
	rows, err := c.db.pool.Query(ctx, c.db.query("list_regions"), after, limit)
	if err != nil {
		return nil, explainCatalogue("list regions", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r retail.Region, err error) {
		return r, row.Scan(&r.ID, &r.Code, &r.Name, &r.NameEN)
	})
	return found, explainCatalogue("list regions", err)
}

// StoresByCode implements catalogue.Source.
func (c *Catalogue) StoresByCode(ctx context.Context, codes []string) ([]retail.Store, error) {
	found, err := readStores(c.db.pool.Query(ctx, c.db.query("stores_by_code"), codes))
	return found, explainCatalogue("find stores", err)
}

// StoresByID implements catalogue.Source.
func (c *Catalogue) StoresByID(ctx context.Context, ids []int64) ([]retail.Store, error) {
	found, err := readStores(c.db.pool.Query(ctx, c.db.query("stores_by_id"), ids))
	return found, explainCatalogue("find stores", err)
}

// SKUsByCode implements catalogue.Source.
func (c *Catalogue) SKUsByCode(ctx context.Context, codes []string) ([]retail.SKU, error) {
	found, err := readProducts(c.db.pool.Query(ctx, c.db.query("products_by_code"), codes))
	return found, explainCatalogue("find products", err)
}

// SKUsByID implements catalogue.Source.
func (c *Catalogue) SKUsByID(ctx context.Context, ids []int64) ([]retail.SKU, error) {
	found, err := readProducts(c.db.pool.Query(ctx, c.db.query("products_by_id"), ids))
	return found, explainCatalogue("find products", err)
}

// MembersByCode implements catalogue.Source.
func (c *Catalogue) MembersByCode(ctx context.Context, codes []string) ([]retail.Member, error) {
	found, err := readMembers(c.db.pool.Query(ctx, c.db.query("members_by_code"), codes))
	return found, explainCatalogue("find members", err)
}

// MembersByID implements catalogue.Source.
func (c *Catalogue) MembersByID(ctx context.Context, ids []int64) ([]retail.Member, error) {
	found, err := readMembers(c.db.pool.Query(ctx, c.db.query("members_by_id"), ids))
	return found, explainCatalogue("find members", err)
}

// changesChannel is what listeners listen on; the payload is a catalogue.Change.
const changesChannel = "tillstream_catalogue"

func notify(ctx context.Context, db *DB, tx pgx.Tx, change catalogue.Change) error {
	_, err := tx.Exec(ctx, db.query("notify"), changesChannel, change.Text())
	return err
}

// Changes implements catalogue.Source: it tells what changed until ctx or the connection ends. First it
// tells of a change of everything, since changes may have gone by before it listened.
func (c *Catalogue) Changes(ctx context.Context, tell func(catalogue.Change)) error {
	return c.db.listen(ctx, changesChannel, func(message string) { tell(catalogue.ParseChange(message)) })
}
