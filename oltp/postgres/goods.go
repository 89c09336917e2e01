package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// PutCategories implements catalogue.Editor. SKUs of a changed category change with it.
func (c *Catalogue) PutCategories(ctx context.Context, rows []retail.Category) ([]catalogue.Result, error) {
	type row = retail.Category
	return merge[row]{
		query: "put_categories", kind: "products",
		check: catalogue.CheckCategory, code: func(r *row) string { return r.Code },
		relate: c.checkTree,
		args: func(rows []*row) []any {
			return []any{column(rows, func(r *row) string { return r.Code }),
				column(rows, func(r *row) string { return r.Name }),
				column(rows, func(r *row) string { return r.NameEN }),
				column(rows, func(r *row) string { return r.Parent })}
		},
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			packet, err := c.categoryPacket(ctx, tx, append(created, updated...))
			if err != nil {
				return nil, err
			}
			goods, err := c.touched(ctx, tx, "touch_products", updated, c.productPacket)
			return append(packet, goods...), err
		},
	}.run(ctx, c.db, rows)
}

// checkTree refuses categories that would break the tree, which nobody else changes meanwhile.
func (c *Catalogue) checkTree(ctx context.Context, tx pgx.Tx, rows []*retail.Category) (
	map[*retail.Category]error, error) {
	if _, err := tx.Exec(ctx, c.db.query("lock_categories")); err != nil {
		return nil, err
	}
	found, err := tx.Query(ctx, c.db.query("category_tree"))
	if err != nil {
		return nil, err
	}
	tree := map[string]string{}
	var code, parent string
	_, err = pgx.ForEachRow(found, []any{&code, &parent}, func() error {
		tree[code] = parent
		return nil
	})
	if err != nil {
		return nil, err
	}
	bad, refused := catalogue.CheckTree(tree, rows), map[*retail.Category]error{}
	for _, k := range rows {
		if why := bad[k.Code]; why != nil {
			refused[k] = why
		}
	}
	return refused, nil
}

// PutStyles implements catalogue.Editor. SKUs of a changed style change with it.
func (c *Catalogue) PutStyles(ctx context.Context, rows []retail.Style) ([]catalogue.Result, error) {
	type row = retail.Style
	return merge[row]{
		query: "put_styles", kind: "products",
		check: catalogue.CheckStyle, code: func(r *row) string { return r.Code },
		parent:  func(r *row) string { return r.Category.Code },
		parents: "category_codes", parentField: "category",
		args: func(rows []*row) []any {
			return []any{column(rows, func(r *row) string { return r.Code }),
				column(rows, func(r *row) string { return r.Name }),
				column(rows, func(r *row) string { return r.NameEN }),
				column(rows, func(r *row) string { return r.Category.Code }),
				column(rows, func(r *row) string { return r.Brand }),
				column(rows, func(r *row) string { return r.Season }),
				column(rows, func(r *row) bool { return r.Active }),
				column(rows, func(r *row) bool { return r.Simulated })}
		},
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			packet, err := c.stylePacket(ctx, tx, append(created, updated...))
			if err != nil {
				return nil, err
			}
			goods, err := c.touched(ctx, tx, "touch_products_of_styles", updated, c.productPacket)
			return append(packet, goods...), err
		},
	}.run(ctx, c.db, rows)
}

// PutProducts implements catalogue.Editor.
func (c *Catalogue) PutProducts(ctx context.Context, rows []retail.SKU) ([]catalogue.Result, error) {
	type row = retail.SKU
	return merge[row]{
		query: "put_products", kind: "products", byID: true,
		check: catalogue.CheckSKU, code: func(r *row) string { return r.Code },
		parent:  func(r *row) string { return r.Category.Code },
		parents: "category_codes", parentField: "category", relate: c.checkGoods,
		args: productArgs,
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			return c.productPacket(ctx, tx, append(created, updated...))
		},
	}.run(ctx, c.db, rows)
}

func productArgs(rows []*retail.SKU) []any {
	type row = retail.SKU
	text := func(f func(*row) string) []string { return column(rows, f) }
	return []any{
		text(func(r *row) string { return r.Code }),
		text(func(r *row) string { return r.Name }),
		text(func(r *row) string { return r.NameEN }),
		text(func(r *row) string { return r.Category.Code }),
		text(func(r *row) string { return r.Brand }),
		column(rows, func(r *row) int64 { return int64(r.Price) }),
		column(rows, func(r *row) int64 { return int64(r.Cost) }),
		column(rows, func(r *row) bool { return r.Active }),
		column(rows, func(r *row) bool { return r.Simulated }),
		text(func(r *row) string { return r.Style }),
		text(func(r *row) string { return r.Colour }),
		text(func(r *row) string { return r.Size }),
		text(func(r *row) string { return r.SizeSystem }),
		column(rows, func(r *row) int32 { return r.SizeOrder }),
		text(func(r *row) string { return r.Season }),
		column(rows, func(r *row) bool { return r.OnlineOnly }),
		column(rows, func(r *row) bool { return r.OffSeason }),
		column(rows, func(r *row) int32 { return r.Pack }),
		text(func(r *row) string { return r.Barcode }),
		column(rows, tagged(retail.Hot)), column(rows, tagged(retail.New)),
		column(rows, tagged(retail.Limited)),
	}
}

// span is a time as PostgreSQL keeps it; an invalid one is NULL.
type span = pgtype.Range[pgtype.Timestamptz]

func spanOf(w retail.Window) span {
	s := span{LowerType: pgtype.Unbounded, UpperType: pgtype.Unbounded, Valid: true}
	if !w.From.IsZero() {
		s.LowerType, s.Lower = pgtype.Inclusive, pgtype.Timestamptz{Time: w.From, Valid: true}
	}
	if !w.Until.IsZero() {
		s.UpperType, s.Upper = pgtype.Exclusive, pgtype.Timestamptz{Time: w.Until, Valid: true}
	}
	return s
}

func windowOf(s span) (w retail.Window) {
	if s.LowerType != pgtype.Unbounded {
		w.From = s.Lower.Time.UTC()
	}
	if s.UpperType != pgtype.Unbounded {
		w.Until = s.Upper.Time.UTC()
	}
	return w
}

// tagged projects a SKU to the time of one of its tags.
func tagged(tag retail.Tag) func(*retail.SKU) span {
	return func(s *retail.SKU) span {
		for _, t := range s.Tags {
			if t.Tag == tag {
				return spanOf(t.Window)
			}
		}
		return span{}
	}
}

// checkGoods refuses SKUs of unknown styles, and those that bear the barcode of another.
func (c *Catalogue) checkGoods(ctx context.Context, tx pgx.Tx, rows []*retail.SKU) (
	map[*retail.SKU]error, error) {
	found, err := tx.Query(ctx, c.db.query("style_codes"),
		column(rows, func(r *retail.SKU) string { return r.Style }))
	if err != nil {
		return nil, err
	}
	codes, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	styles := map[string]bool{"": true}
	for _, code := range codes {
		styles[code] = true
	}
	owners, err := c.barcodeOwners(ctx, tx, rows)
	refused := map[*retail.SKU]error{}
	for _, r := range rows {
		owner, taken := owners[r.Barcode]
		switch {
		case !styles[r.Style]:
			refused[r] = &catalogue.Invalid{Field: "style", Value: r.Style, Reason: "does not exist"}
		case taken && r.Barcode != "" && owner != r.Code:
			refused[r] = &catalogue.Invalid{Field: "barcode", Value: r.Barcode,
				Reason: "is the barcode of SKU " + owner}
		default:
			owners[r.Barcode] = r.Code
		}
	}
	return refused, err
}

func (c *Catalogue) barcodeOwners(ctx context.Context, tx pgx.Tx, rows []*retail.SKU) (
	map[string]string, error) {
	owners := map[string]string{}
	found, err := tx.Query(ctx, c.db.query("barcode_owners"),
		column(rows, func(r *retail.SKU) string { return r.Barcode }))
	if err != nil {
		return owners, err
	}
	var barcode, owner string
	_, err = pgx.ForEachRow(found, []any{&barcode, &owner}, func() error {
		owners[barcode] = owner
		return nil
	})
	return owners, err
}

func (c *Catalogue) categoryPacket(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	rows, err := tx.Query(ctx, c.db.query("category_events"), ids)
	if err != nil {
		return nil, err
	}
	var k retail.Category
	var parent retail.CategoryID
	_, err = pgx.ForEachRow(rows, []any{&k.ID, &k.Code, &k.Name, &k.NameEN, &parent, &k.Parent, &k.Version},
		func() (err error) {
			packet, err = catalogue.AppendCategory(packet, &k, parent)
			return err
		})
	return packet, err
}

func (c *Catalogue) stylePacket(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	styles, err := readStyles(tx.Query(ctx, c.db.query("styles_by_id"), ids))
	for i := range styles {
		if err == nil {
			packet, err = catalogue.AppendStyle(packet, &styles[i])
		}
	}
	return packet, err
}

func (c *Catalogue) productPacket(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	skus, err := readProducts(tx.Query(ctx, c.db.query("products_by_id"), ids))
	for i := range skus {
		if err == nil {
			packet, err = catalogue.AppendSKU(packet, &skus[i])
		}
	}
	return packet, err
}
