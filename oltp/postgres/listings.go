package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// PutListings implements catalogue.Shelves.
func (c *Catalogue) PutListings(ctx context.Context, scope retail.Scope, rows []retail.Listing) (
	[]catalogue.Result, error) {
	if len(rows) > catalogue.MaxBulk {
		return nil, fmt.Errorf("cannot put %d listings at once: at most %d", len(rows), catalogue.MaxBulk)
	}
	var results []catalogue.Result
	err := repeat(func() (err error) {
		results, err = c.putListings(ctx, scope, rows)
		return err
	})
	return results, explainCatalogue("put listings", err)
}

// admitListings checks the rows and returns the index of each good one.
func admitListings(rows []retail.Listing, results []catalogue.Result) (map[retail.StockKey]int,
	[]*retail.Listing) {
	good := make(map[retail.StockKey]int, len(rows))
	var chosen []*retail.Listing
	for i := range rows {
		key := retail.StockKey{Store: rows[i].Store, SKU: rows[i].SKU}
		err := catalogue.CheckListing(&rows[i])
		if _, twice := good[key]; err == nil && twice {
			err = &catalogue.Invalid{Field: "sku", Reason: "stands twice in one bulk"}
		}
		if results[i].Err = err; err == nil {
			good[key] = i
			chosen = append(chosen, &rows[i])
		}
	}
	return good, chosen
}

func (c *Catalogue) putListings(ctx context.Context, scope retail.Scope, rows []retail.Listing) (
	[]catalogue.Result, error) {
	results := make([]catalogue.Result, len(rows))
	good, chosen := admitListings(rows, results)
	if len(chosen) == 0 {
		return results, nil
	}
	tx, err := c.db.beginUnder(ctx, scope)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	answer, err := tx.Query(ctx, c.db.query("put_listings"),
		column(chosen, func(l *retail.Listing) int32 { return int32(l.Store) }),
		column(chosen, func(l *retail.Listing) int64 { return int64(l.SKU) }),
		column(chosen, func(l *retail.Listing) bool { return l.Listed }),
		column(chosen, ownPrice), column(chosen, func(l *retail.Listing) span { return spanOf(l.Window) }))
	if err != nil {
		return nil, err
	}
	packet, stores, err := mergedListings(answer, rows, good, results)
	if err == nil && len(stores) > 0 {
		_, err = tx.Exec(ctx, c.db.query("emit"), event.PacketPrefix, packet)
	}
	if err == nil && len(stores) > 0 {
		err = notify(ctx, c.db, tx, catalogue.Change{Kind: "listings", IDs: stores})
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	return results, err
}

// ownPrice is nil where the SKU's own price holds.
func ownPrice(l *retail.Listing) *int64 {
	if !l.Priced {
		return nil
	}
	fen := int64(l.Price)
	return &fen
}

// mergedListings reads what became of the rows, and gathers the events and the stores of changes.
func mergedListings(answer pgx.Rows, rows []retail.Listing, good map[retail.StockKey]int,
	results []catalogue.Result) (packet []byte, stores []int64, err error) {
	var key retail.StockKey
	var r catalogue.Result
	seen := map[retail.StoreID]bool{}
	_, err = pgx.ForEachRow(answer, []any{&key.Store, &key.SKU, &r.Version, &r.Outcome}, func() (err error) {
		i := good[key]
		results[i] = r
		if r.Outcome == catalogue.Unchanged {
			return nil
		}
		if !seen[key.Store] {
			seen[key.Store] = true
			stores = append(stores, int64(key.Store))
		}
		l := rows[i]
		l.Version = r.Version
		packet, err = catalogue.AppendListing(packet, &l)
		return err
	})
	for _, i := range good {
		if err == nil && results[i].Outcome == catalogue.Refused {
			err = fmt.Errorf("cannot put the listing of SKU %d: %w", rows[i].SKU, errMeanwhile)
		}
	}
	return packet, stores, err
}

// AssortmentsByStore implements catalogue.Source.
func (c *Catalogue) AssortmentsByStore(ctx context.Context, stores []int64) ([]catalogue.Assortment, error) {
	by := make(map[retail.StoreID][]retail.Listing, len(stores))
	err := c.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(c.db.query("listings"), stores).Query(func(rows pgx.Rows) error {
			clear(by)
			var l retail.Listing
			var price *int64
			var held span
			_, err := pgx.ForEachRow(rows, []any{&l.Store, &l.SKU, &l.Listed, &price, &held, &l.Version},
				func() error {
					l.Window, l.Priced, l.Price = windowOf(held), price != nil, 0
					if price != nil {
						l.Price = retail.Money(*price)
					}
					by[l.Store] = append(by[l.Store], l)
					return nil
				})
			return err
		})
	})
	if err != nil {
		return nil, explainCatalogue("read listings", err)
	}
	out := make([]catalogue.Assortment, len(stores))
	for i, id := range stores {
		out[i] = catalogue.NewAssortment(retail.StoreID(id), by[retail.StoreID(id)]...)
	}
	return out, nil
}

// Offers implements catalogue.Shelves.
func (c *Catalogue) Offers(ctx context.Context, store retail.StoreID, through retail.Channel, at time.Time,
	after string, limit int) (found []catalogue.Offer, err error) {
	err = c.db.under(ctx, retail.StoreScope(store), func(b *pgx.Batch) {
		b.Queue(c.db.query("offers"), after, limit, store, at, through == retail.Till).Query(
			func(rows pgx.Rows) (err error) {
				found, err = pgx.CollectRows(rows, scanOffer)
				return err
			})
	})
	return found, explainCatalogue("list what a store sells", err)
}

func scanOffer(row pgx.CollectableRow) (o catalogue.Offer, err error) {
	var spans [3]span
	var own *int64
	err = row.Scan(append(skuFields(&o.SKU, &spans), &own)...)
	o.Tags, o.Price = tagsOf(&spans), o.SKU.Price
	if own != nil {
		o.Price, o.Own = retail.Money(*own), true
	}
	return o, err
}
