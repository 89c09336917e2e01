package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// skuFields are the columns of the view sku; the spans become Tags.
func skuFields(s *retail.SKU, spans *[3]span) []any {
	return []any{&s.ID, &s.Code, &s.Name, &s.NameEN, &s.Category.ID, &s.Category.Code, &s.Category.Name,
		&s.Category.NameEN, &s.Category.Parent, &s.Brand, &s.Price, &s.Cost, &s.Active, &s.Simulated,
		&s.Version, &s.StyleID, &s.Style, &s.Colour, &s.Size, &s.SizeSystem, &s.SizeOrder, &s.Season,
		&s.OnlineOnly, &s.OffSeason, &s.Pack, &s.Barcode, &spans[0], &spans[1], &spans[2], &s.Image,
		&s.Rating.Count, &s.Rating.Stars}
}

func tagsOf(spans *[3]span) (tags []retail.TimedTag) {
	for i, s := range spans {
		if s.Valid {
			tags = append(tags, retail.TimedTag{Tag: retail.Hot + retail.Tag(i), Window: windowOf(s)})
		}
	}
	return tags
}

func readProducts(rows pgx.Rows, err error) ([]retail.SKU, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s retail.SKU, err error) {
		var spans [3]span
		err = row.Scan(skuFields(&s, &spans)...)
		s.Tags = tagsOf(&spans)
		return s, err
	})
}

func readStyles(rows pgx.Rows, err error) ([]retail.Style, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s retail.Style, err error) {
		return s, row.Scan(&s.ID, &s.Code, &s.Name, &s.NameEN, &s.Category.ID, &s.Category.Code,
			&s.Category.Name, &s.Category.NameEN, &s.Brand, &s.Season, &s.Active, &s.Simulated, &s.Version,
			&s.Image, &s.Rating.Count, &s.Rating.Stars)
	})
}

// Products implements catalogue.Lister.
func (c *Catalogue) Products(ctx context.Context, f catalogue.Filter, after string, limit int) (
	[]retail.SKU, error) {
	tag := ""
	if f.Tag != 0 {
		tag = f.Tag.String()
	}
	found, err := readProducts(c.db.pool.Query(ctx, c.db.query("list_products"), after, limit, f.Category,
		f.Brand, f.Season, f.Style, f.Barcode, tag, f.At, f.Text))
	return found, explainCatalogue("list products", err)
}

// Styles implements catalogue.Lister.
func (c *Catalogue) Styles(ctx context.Context, f catalogue.Filter, after string, limit int) (
	[]retail.Style, error) {
	found, err := readStyles(c.db.pool.Query(ctx, c.db.query("list_styles"), after, limit, f.Category,
		f.Brand, f.Season))
	return found, explainCatalogue("list styles", err)
}

// Categories implements catalogue.Lister.
func (c *Catalogue) Categories(ctx context.Context, parent, after string, limit int) (
	[]retail.Category, error) {
	rows, err := c.db.pool.Query(ctx, c.db.query("list_categories"), after, limit, parent)
	if err != nil {
		return nil, explainCatalogue("list categories", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k retail.Category, err error) {
		return k, row.Scan(&k.ID, &k.Code, &k.Name, &k.NameEN, &k.Parent, &k.Version)
	})
	return found, explainCatalogue("list categories", err)
}
